import { expect, test } from 'vitest';
import { handlers } from '../../source/commands/handlers.ts';
import { commandHelp, overviewHelp } from '../../source/commands/help-text.ts';
import { flagsOf } from '../../source/commands/scan.ts';
import type { CommandDefinition } from '../../source/commands/spec/definition.ts';
import { isBuilt } from '../../source/commands/spec/definition.ts';
import { globalFlags } from '../../source/commands/spec/global-flags.ts';
import { commands } from '../../source/commands/spec/table.ts';

function withSubcommands(command: CommandDefinition): CommandDefinition[] {
	return [command, ...(command.subcommands ?? []).flatMap(withSubcommands)];
}

/** The words of the commands that can be run, e.g. `stacks enable`. */
function runnable(command: CommandDefinition): string[] {
	const subcommands = (command.subcommands ?? []).flatMap(runnable);
	const own = command.subcommands === undefined && isBuilt(command) ? [command.name] : [];
	return [...own, ...subcommands.map((name) => `${command.name} ${name}`)];
}

const everyCommand = commands.flatMap(withSubcommands);
const allFlags = [...globalFlags, ...commands.flatMap(flagsOf)];

test('a flag name takes a value everywhere or nowhere, since flags may stand before the command', () => {
	const forms = new Map<string, string>();
	for (const flag of allFlags) {
		const form = `${flag.type === 'boolean'} ${flag.optionalValue === true} ${flag.short}`;
		expect(forms.get(flag.name) ?? form, flag.name).toBe(form);
		forms.set(flag.name, form);
	}
});

test('a short flag means one thing in the whole program', () => {
	const shorts = new Map<string, string>();
	for (const { short, name } of allFlags) {
		if (short === undefined) continue;
		expect(shorts.get(short) ?? name, short).toBe(name);
		shorts.set(short, name);
	}
});

test('no command has a flag of its own that is a global one', () => {
	const names = new Set(globalFlags.map((flag) => flag.name));
	expect(commands.flatMap(flagsOf).filter((flag) => names.has(flag.name))).toEqual([]);
});

test('names and aliases of commands are unique', () => {
	for (const among of [
		commands,
		...commands.flatMap((command) => (command.subcommands ? [command.subcommands] : [])),
	]) {
		const names = among.flatMap((command) => [command.name, ...(command.aliases ?? [])]);
		expect(new Set(names).size).toBe(names.length);
	}
});

test('every command that is built has a file, and every file a command', () => {
	expect(Object.keys(handlers).sort()).toEqual(commands.flatMap(runnable).sort());
});

test.each(Object.entries(handlers))('%s is there and can be run', async (_name, load) => {
	const module = await load();
	expect(typeof module.run).toBe('function');
});

test('a default subcommand exists', () => {
	for (const { subcommands, defaultSubcommand } of everyCommand) {
		if (defaultSubcommand === undefined) continue;
		expect(subcommands?.map(({ name }) => name)).toContain(defaultSubcommand);
	}
});

test('the help shows every command that is built, and none that is not', () => {
	const help = overviewHelp('1.0.0');
	for (const command of commands) {
		const shown = new RegExp(`^  ${command.name}(?: |$)`, 'm').test(help);
		expect({ name: command.name, shown }).toEqual({
			name: command.name,
			shown: isBuilt(command) && command.hidden !== true,
		});
	}
});

test('help for a command names its arguments, flags, choices and examples', () => {
	const command: CommandDefinition = {
		name: 'copy',
		summary: 'Copy things',
		arguments: [{ name: 'THING', summary: 'What', required: true, variadic: true }],
		flags: [{ name: 'mode', type: 'string', value: 'MODE', values: ['fast', 'slow'], summary: 'How' }],
		examples: [{ command: 'copy a', summary: 'Copy one' }],
	};
	const help = commandHelp(command, ['copy']);
	for (const text of [
		'Usage: backup-tui copy THING... [FLAGS]',
		'--mode MODE',
		'How (fast, slow)',
		'backup-tui copy a',
	]) {
		expect(help).toContain(text);
	}
});
