import type { Config } from './types.ts';

/** Something wrong, or worth a word, in the configuration. */
export interface ConfigProblem {
	readonly severity: 'error' | 'warning';
	/** Line in the file, 1-based; absent for environment, flags and the file as a whole. */
	readonly line?: number;
	/** Section as written, e.g. `docker` or `stack:web`. */
	readonly section?: string;
	/** Key as written, or the environment variable. */
	readonly key?: string;
	readonly message: string;
	/** What to do next. */
	readonly hint?: string;
	/** A file from which `config validate --fix` takes the permissions of group and others. */
	readonly readable?: string;
	/** True when the file, or something it runs, could be changed by somebody else. */
	readonly insecure?: true;
}

/** Where a value comes from. */
export interface Origin {
	readonly kind: 'flag' | 'environment' | 'file' | 'default';
	/** The variable's name, `line 12`, or empty. */
	readonly detail: string;
}

/**
 * One effective value for `config show`; secrets are already masked. Where a key that is not set stands for
 * something found out (the machine's name, the usual directories), that is the value.
 */
export interface OriginEntry {
	readonly section: string;
	readonly key: string;
	readonly value: string;
	readonly origin: Origin;
}

/** What `loadConfig` returns. */
export interface LoadedConfig {
	readonly config: Config;
	readonly warnings: readonly ConfigProblem[];
	/** Every key of every section in the order of the schema, then the extra sections of the file. */
	readonly origins: readonly OriginEntry[];
}
