/**
 * What a word stands for, so that the shell's completion can offer it: files by the shell itself, the rest by
 * `completion-values`.
 */
export type CompletionKind = 'file' | 'directory' | DynamicKind;

/** Names that only the program knows. */
export const dynamicKinds = [
	'stacks',
	'known-stacks',
	'remotes',
	'runs',
	'live-runs',
	'snapshots',
	'snapshot-ids',
	'volumes',
] as const;
export type DynamicKind = (typeof dynamicKinds)[number];

/** A flag of a command, or a global one. Written `--name`; commands read it by that name. */
export interface FlagDefinition {
	/** Long name without dashes. A name that begins with `no-` is a switch of its own, not a negation. */
	readonly name: string;
	/** One letter, written `-n`. */
	readonly short?: string;
	/** `boolean` takes no value, `integer` a whole number, `string` any text. */
	readonly type: 'boolean' | 'string' | 'integer';
	/** What stands for the value in help, e.g. `DIR`. */
	readonly value?: string;
	/** The only values allowed. */
	readonly values?: readonly string[];
	readonly completes?: CompletionKind;
	/** The flag may be given several times; read with `flags.list`. */
	readonly multiple?: true;
	/** The value may be left out (`--lock-wait` or `--lock-wait=60`); it then reads as the empty string. */
	readonly optionalValue?: true;
	/** Smallest and largest value of an `integer`. */
	readonly min?: number;
	readonly max?: number;
	/** One line for help, completion and the man page. */
	readonly summary: string;
	/** Accepted but not shown: spellings of the older program. */
	readonly hidden?: true;
}

/** A positional argument. */
export interface ArgumentDefinition {
	/** In capitals, e.g. `STACK`. */
	readonly name: string;
	readonly summary: string;
	readonly required?: true;
	/** Takes all the rest; only for the last one. */
	readonly variadic?: true;
	/** The only values allowed. */
	readonly values?: readonly string[];
	readonly completes?: CompletionKind;
}

export interface Example {
	/** The command line without `backup-tui`. */
	readonly command: string;
	readonly summary: string;
}

/** One entry of the table that drives parsing, help, completion and the man page: data only. What it does is in `handlers.ts`. */
export interface CommandDefinition {
	readonly name: string;
	readonly aliases?: readonly string[];
	/** One line, without a full stop. */
	readonly summary: string;
	/** More for `help COMMAND` and the man page: paragraphs. */
	readonly description?: readonly string[];
	readonly arguments?: readonly ArgumentDefinition[];
	readonly flags?: readonly FlagDefinition[];
	readonly examples?: readonly Example[];
	readonly subcommands?: readonly CommandDefinition[];
	/** The subcommand that runs when none is named. */
	readonly defaultSubcommand?: string;
	/** Not shown in the overview: names of the older program. */
	readonly hidden?: true;
	/** Its name is taken, but it cannot be run yet; it is not shown. */
	readonly planned?: true;
}

/** @returns whether the command, or one of its subcommands, can be run */
export function isBuilt({ planned, subcommands }: CommandDefinition): boolean {
	return planned !== true && (subcommands === undefined || subcommands.some(isBuilt));
}
