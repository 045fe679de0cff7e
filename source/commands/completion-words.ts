import {
	type ArgumentDefinition,
	type CommandDefinition,
	type FlagDefinition,
	isBuilt,
} from './spec/definition.ts';
import { globalFlags } from './spec/global-flags.ts';
import { commands } from './spec/table.ts';

/** What can be completed after a command, in a form that the three shells' scripts share. */
export interface CompletionEntry {
	/** `backup`, `stacks`, `stacks enable`; empty for the program itself. */
	readonly path: string;
	readonly summary: string;
	readonly subcommands: readonly { readonly name: string; readonly summary: string }[];
	/** The command's own flags, without those of every command. */
	readonly flags: readonly FlagDefinition[];
	readonly arguments: readonly ArgumentDefinition[];
}

/** @returns one entry for the program and for each built command and subcommand */
export function completionEntries(): readonly CompletionEntry[] {
	const top: CompletionEntry = {
		path: '',
		summary: '',
		subcommands: named(commands),
		flags: [],
		arguments: [],
	};
	return [top, ...commands.filter(isBuilt).flatMap((command) => entriesOf(command, command.name))];
}

function entriesOf(command: CommandDefinition, path: string): CompletionEntry[] {
	const built = (command.subcommands ?? []).filter(isBuilt);
	const entry: CompletionEntry = {
		path,
		summary: command.summary,
		subcommands: named(built),
		flags: visible(command.flags ?? []),
		arguments: command.arguments ?? [],
	};
	return [entry, ...built.flatMap((each) => entriesOf(each, `${path} ${each.name}`))];
}

function named(among: readonly CommandDefinition[]) {
	return among
		.filter((command) => isBuilt(command) && command.hidden !== true)
		.map(({ name, summary }) => ({ name, summary }));
}

function visible(flags: readonly FlagDefinition[]): readonly FlagDefinition[] {
	return flags.filter((flag) => flag.hidden !== true);
}

/** The flags of every command. */
export const commonFlags: readonly FlagDefinition[] = visible(globalFlags);

/** @returns whether the next word is the flag's value */
export function takesWord(flag: FlagDefinition): boolean {
	return flag.type !== 'boolean' && flag.optionalValue !== true;
}

/** `--stack`, and `-s` where it has a letter. */
export function spellings(flag: FlagDefinition): readonly string[] {
	return [`--${flag.name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])];
}

/** All flags that take a word, each name once: what follows them is not the command's argument. */
export function valuedFlags(entries: readonly CompletionEntry[]): readonly FlagDefinition[] {
	const all = [...commonFlags, ...entries.flatMap((entry) => entry.flags)].filter(takesWord);
	return [...new Map(all.map((flag) => [flag.name, flag])).values()];
}
