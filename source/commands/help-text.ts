import { exitCodeMeanings } from '../exit-codes.ts';
import { wrapWords } from './columns.ts';
import {
	type ArgumentDefinition,
	type CommandDefinition,
	type FlagDefinition,
	isBuilt,
} from './spec/definition.ts';
import { globalFlags } from './spec/global-flags.ts';
import { commandGroups } from './spec/table.ts';

/** Columns of a line of help. */
const helpWidth = 100;

const purpose =
	'Backs up Docker Compose stacks with restic, mirrors them off-site with rclone, and restores them.';

/** The overview: every built command, the global flags, the exit codes. */
export function overviewHelp(version: string): string {
	const codes = Object.entries(exitCodeMeanings).map(([code, meaning]) => [code, meaning] as const);
	return [
		`backup-tui ${version}`,
		purpose,
		'',
		'Usage: backup-tui                        the terminal UI',
		'       backup-tui COMMAND [ARGUMENTS] [FLAGS]',
		'',
		...commandLists(),
		...titled('Flags, before or after the command', globalFlags.map(flagRow)),
		...titled('Exit codes', codes),
		'Help for one command: backup-tui help COMMAND',
		'',
	].join('\n');
}

/** What is printed on stderr when there is nothing to do and no terminal for the UI. */
export function shortHelp(version: string): string {
	return [
		`backup-tui ${version}: ${purpose}`,
		'The terminal UI needs a terminal on standard input and output. Without one, name a command:',
		'',
		...commandLists(),
		'Help: backup-tui help, or backup-tui help COMMAND',
		'',
	].join('\n');
}

/** Help for one command. `path` is its full name in words. */
export function commandHelp(command: CommandDefinition, path: readonly string[]): string {
	const subcommands = (command.subcommands ?? []).filter(isBuilt);
	const flags = (command.flags ?? []).filter((flag) => flag.hidden !== true);
	const examples = command.examples ?? [];
	return [
		`${command.summary}.`,
		'',
		`Usage: ${usageLine(command, path)}`,
		...(command.aliases === undefined ? [] : [`Also:  ${command.aliases.join(', ')}`]),
		'',
		...(command.description ?? []).flatMap((paragraph) => [...wrapWords(paragraph, helpWidth), '']),
		...titled(
			'Subcommands',
			subcommands.map((each) => subcommandRow(each, command.defaultSubcommand)),
		),
		...titled(
			'Arguments',
			(command.arguments ?? []).map((each) => [argumentForm(each), each.summary]),
		),
		...titled('Flags', flags.map(flagRow)),
		...titled(
			'Examples',
			examples.map((each) => [`backup-tui ${each.command}`, each.summary]),
		),
		'Flags of every command: backup-tui help',
		'',
	].join('\n');
}

/** `backup-tui stacks add PATH... [FLAGS]` */
export function usageLine(command: CommandDefinition, path: readonly string[]): string {
	const parts = ['backup-tui', ...path];
	if (command.subcommands !== undefined)
		parts.push(command.defaultSubcommand === undefined ? 'SUBCOMMAND' : '[SUBCOMMAND]');
	parts.push(...(command.arguments ?? []).map(argumentForm), '[FLAGS]');
	return parts.join(' ');
}

function argumentForm(argument: ArgumentDefinition): string {
	const name = argument.variadic === true ? `${argument.name}...` : argument.name;
	return argument.required === true ? name : `[${name}]`;
}

type Row = readonly [string, string];

function subcommandRow(command: CommandDefinition, byDefault: string | undefined): Row {
	const form = [command.name, ...(command.arguments ?? []).map(argumentForm)].join(' ');
	return [form, command.name === byDefault ? `${command.summary} (the default)` : command.summary];
}

/** `-j, --jobs N` and what it does. */
export function flagRow(flag: FlagDefinition): Row {
	const short = flag.short === undefined ? '    ' : `-${flag.short}, `;
	const value = flag.value ?? 'VALUE';
	const form = flag.type === 'boolean' ? '' : flag.optionalValue === true ? `[=${value}]` : ` ${value}`;
	const choices = flag.values === undefined ? '' : ` (${flag.values.join(', ')})`;
	return [`${short}--${flag.name}${form}`, `${flag.summary}${choices}`];
}

function commandLists(): string[] {
	return commandGroups.flatMap((group) => {
		const shown = group.commands.filter((command) => isBuilt(command) && command.hidden !== true);
		return titled(
			group.title,
			shown.map((command) => [commandForm(command), command.summary]),
		);
	});
}

function commandForm(command: CommandDefinition): string {
	return [command.name, ...(command.arguments ?? []).map(argumentForm)].join(' ');
}

function titled(title: string, rows: readonly Row[]): string[] {
	if (rows.length === 0) return [];
	const width = Math.min(32, Math.max(...rows.map(([left]) => left.length)));
	return [title, ...rows.flatMap(([left, right]) => rowLines(left, right, width)), ''];
}

/** What does not fit beside a long form stands below it. */
function rowLines(left: string, right: string, width: number): readonly string[] {
	const indent = ' '.repeat(width + 4);
	const [first = '', ...more] = wrapWords(right, helpWidth - width - 4);
	const head =
		left.length > width ? [`  ${left}`, `${indent}${first}`] : [`  ${left.padEnd(width)}  ${first}`];
	return [...head, ...more.map((line) => `${indent}${line}`)];
}
