/** What every key of the configuration has. */
interface KeyBase {
	/** Other names, accepted in the same section. */
	readonly aliases?: readonly string[];
	/** As written in a file; parsed like any other value. Empty = not set. */
	readonly default: string;
	/** For the template and the reference: what it does, when to change it. Sentences. */
	readonly doc: string;
	/** Never shown: `config show`, logs and events print asterisks. */
	readonly secret?: true;
	/** Must have a value. */
	readonly required?: true;
	/** A value shown in the template for a key that has no default. */
	readonly example?: string;
	/** The template sets the example rather than showing it as a comment. Required keys are always set. */
	readonly suggested?: true;
	/** What further sections of a kind (`[stack:NAME]`, `[cloud_sync:NAME]`) do without the key. */
	readonly inherits?: false;
}

interface TextKey extends KeyBase {
	/** `repository`: restic's form. `remote`: an rclone remote or a directory. `rate`: rclone's --bwlimit. */
	readonly type: 'string' | 'repository' | 'remote' | 'rate' | 'share';
	/** What a text that is set has to look like, and how that is said. */
	readonly pattern?: { readonly form: RegExp; readonly words: string };
}

interface PathKey extends KeyBase {
	/** Absolute, `~/...`, or relative to the directory of the configuration file. */
	readonly type: 'path';
}

interface NumberKey extends KeyBase {
	/** `duration`: seconds, or with s, m, h, d. `size`: MiB, or with K, M, G, T. */
	readonly type: 'integer' | 'duration' | 'size';
	readonly unit: 'seconds' | 'hours' | 'days' | 'MiB' | 'percent' | 'snapshots' | 'times' | 'runs' | 'files';
	readonly min: number;
	readonly max: number;
}

interface BooleanKey extends KeyBase {
	readonly type: 'boolean';
}

interface EnumKey<V extends string> extends KeyBase {
	readonly type: 'enum';
	readonly values: readonly V[];
}

interface ListKey extends KeyBase {
	/** `list`: separated by commas. `words`: an argument vector, split at spaces. Quotes hold a part together. */
	readonly type: 'list' | 'words';
}

export type Key = TextKey | PathKey | NumberKey | BooleanKey | EnumKey<string> | ListKey;

/** The keys of one section by canonical name, in the order of the template. */
export type SectionKeys = Readonly<Record<string, Key>>;

/** The type a key's value has once it is read. */
export type ValueOf<K extends Key> = K extends { readonly values: readonly (infer V)[] }
	? V
	: K extends { readonly type: 'integer' | 'duration' | 'size' }
		? number
		: K extends { readonly type: 'boolean' }
			? boolean
			: K extends { readonly type: 'list' | 'words' }
				? readonly string[]
				: string;

/** All values of a section, typed by its keys. */
export type SectionValues<S extends SectionKeys> = { readonly [K in keyof S]: ValueOf<S[K]> };
