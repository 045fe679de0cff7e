import {
	type ArgumentDefinition,
	type CommandDefinition,
	type FlagDefinition,
	isBuilt,
} from './definition.ts';
import { globalFlags } from './global-flags.ts';
import { commands } from './table.ts';

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

/** Prints the stacks' names, one a line, for the shell to choose from. */
export const stackNamesCommand = 'backup-tui stacks list --names 2>/dev/null';

/** What a flag's or argument's value is, as far as a shell can help with it. */
export function valueKind(name: string): 'file' | 'directory' | 'stack' | 'none' {
	if (name === 'DIR') return 'directory';
	if (name === 'STACK') return 'stack';
	return name === 'PATH' || name === 'FILE' || name === 'TARGET' ? 'file' : 'none';
}
