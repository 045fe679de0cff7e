import type { Command } from '../process/command.ts';
import type { Operation } from './operation.ts';
import type { CallOptions, OtherRepository } from './types.ts';

/** One call of restic. */
export interface Invocation extends CallOptions {
	readonly operation: Operation;
	/** Subcommand, options and arguments. */
	readonly args: readonly string[];
	/** `shared` and `exclusive` wait for the repository's lock; `none` looks without one. */
	readonly lock: 'none' | 'needed';
	/** `--no-cache`: everything is read from the repository itself. */
	readonly noCache?: boolean;
	/** Exit codes that are results rather than errors; the caller looks at them. */
	readonly expectedCodes?: readonly number[];
	readonly from?: OtherRepository;
	readonly command?: Pick<
		Command,
		'cwd' | 'input' | 'stdinFrom' | 'stdoutTo' | 'onStdoutLine' | 'onStderrLine' | 'maxOutputBytes'
	>;
}
