import type { Readable } from 'node:stream';
import type { LoadedConfig } from '../config/loaded.ts';
import type { Services } from '../wiring.ts';

/** Where text goes. Writing never throws and never ends the program, also when the reader has gone. */
export interface TextSink {
	readonly write: (text: string) => void;
	readonly isTTY: boolean;
	/** Width in cells; 80 when not a terminal. */
	readonly columns: number;
}

export interface CommandIo {
	/** Results only. */
	readonly stdout: TextSink;
	/** Progress, prompts, logs, warnings, errors. */
	readonly stderr: TextSink;
	readonly stdin: Readable & { readonly isTTY?: boolean };
}

/** The global flags, typed. */
export interface GlobalOptions {
	/** `--config`, as given. */
	readonly configPath: string | undefined;
	readonly dryRun: boolean;
	readonly verbose: boolean;
	readonly quiet: boolean;
	readonly json: boolean;
	readonly yes: boolean;
	/** `--confirm NAME`: the typed answer for what destroys or overwrites. */
	readonly confirm: string | undefined;
	/** False with `--no-input` or when stdin is not a terminal: never ask. */
	readonly interactive: boolean;
	/** False with `--no-color`, NO_COLOR, TERM=dumb. Whether a stream is a terminal is asked by `style`. */
	readonly color: boolean;
	/** Tables are not cut to the width of the terminal. */
	readonly wide: boolean;
	readonly ascii: boolean;
	readonly screenReader: boolean;
	/** How long a held lock is waited for, in seconds: 0 = not at all, Infinity = `--lock-wait` without a number. */
	readonly lockWaitSeconds: number;
}

/** Reads a command's own flags by the names in the table; a name that is not there throws at once. */
export interface FlagReader {
	readonly boolean: (name: string) => boolean;
	readonly string: (name: string) => string | undefined;
	readonly integer: (name: string) => number | undefined;
	/** Values of a flag with `multiple`, in order. */
	readonly list: (name: string) => readonly string[];
	/** Whether the flag was given at all. */
	readonly has: (name: string) => boolean;
}

/** The marks used in text output; plain ASCII with `--ascii`, words with `--screen-reader`. */
export interface Marks {
	readonly ok: string;
	readonly warning: string;
	readonly failed: string;
	readonly off: string;
	readonly arrow: string;
	readonly dash: string;
	readonly ellipsis: string;
}

export type Format = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** How a command talks. All text from outside goes through `sanitizeText` of process/sanitize.ts first. */
export interface Output {
	/** A line of the result, on stdout. */
	readonly line: (text?: string) => void;
	/** The one JSON document of a query, or one NDJSON line of a run, on stdout. */
	readonly json: (document: unknown) => void;
	/** Information on stderr; silent with `--quiet`. */
	readonly note: (text: string) => void;
	/** Detail on stderr; only with `--verbose`. */
	readonly detail: (text: string) => void;
	/** A warning on stderr, with what to do next. Never silenced. */
	readonly warn: (text: string, hint?: string) => void;
	/** What went wrong, among results on stdout; names in it may be anything. */
	readonly problem: (text: string, hint?: string) => void;
	/** A note that names a command to run next: it finds the same configuration. */
	readonly advice: (text: string) => void;
	/** A hint alone, below something on stdout. @param indent columns */
	readonly hint: (hint: string | undefined, indent?: number) => void;
	/** Colours a text for stdout when that is a terminal and colour is wanted. */
	readonly style: (format: Format, text: string) => string;
	readonly marks: Marks;
	/** Columns a table on stdout may take; undefined when it is no terminal, or with `--wide`. */
	readonly width: number | undefined;
}

/** A question to the person at the terminal. */
export interface Question {
	/** What will happen, as a question, e.g. `Remove the lock?`. */
	readonly text: string;
	/** With a name: the person types it, or gives `--confirm NAME`; `--yes` alone is not enough. */
	readonly typeName?: string;
}

/** Everything a command gets. */
export interface CommandContext {
	/** Full name from the table, e.g. `stacks enable`. */
	readonly command: string;
	readonly args: readonly string[];
	readonly flags: FlagReader;
	readonly options: GlobalOptions;
	readonly io: CommandIo;
	readonly output: Output;
	readonly env: Readonly<Record<string, string | undefined>>;
	readonly cwd: string;
	readonly version: string;
	/** argv after the program's name, for the run's record. */
	readonly argv: readonly string[];
	/**
	 * Finds, checks and reads the configuration; its warnings are printed once.
	 *
	 * @param overrides values of flags that stand for a config key, by key name, e.g. `{ BANDWIDTH: '1M' }`
	 * @throws `config-missing`, `config-invalid`, `config-insecure`
	 */
	readonly loadConfig: (overrides?: Readonly<Record<string, string>>) => Promise<LoadedConfig>;
	/** The same without a word: its warnings are the caller's to show. Same errors. */
	readonly readConfig: () => Promise<LoadedConfig>;
	/** The services, built from the configuration. Same errors as `loadConfig`. */
	readonly services: (overrides?: Readonly<Record<string, string>>) => Promise<Services>;
	/** The same for what shows health: the warnings of the configuration are among its findings, and printed there. */
	readonly judgingServices: () => Promise<Services>;
	/**
	 * Asks before something is changed. True at once with `--yes` (or the right `--confirm`), and in a dry run.
	 *
	 * @throws `usage` when an answer is needed and nobody can be asked
	 */
	readonly confirm: (question: Question) => Promise<boolean>;
}
