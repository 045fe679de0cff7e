import type { Command, CommandResult, ProcessRunner } from '../process/command.ts';
import { rcloneEnvironment } from './environment.ts';
import { ErrorLines, rcloneError } from './failure.ts';
import { parseMessage, type RcloneStats } from './messages.ts';

/** Everything one rclone process is started with. */
export interface RcloneRun {
	/** The call in words, for its error: `list b2:backup`. */
	readonly what: string;
	readonly input?: string;
	readonly readOnly?: boolean;
	/** Bound in ms; none only where a person wants none: SYNC_TIMEOUT=0. */
	readonly timeoutMs?: number;
	readonly onStdoutLine?: (line: string) => void;
	readonly onStats?: (stats: RcloneStats) => void;
	/** What rclone says besides its statistics. */
	readonly onText?: (text: string) => void;
	/** Exit codes besides 0 that are an answer. */
	readonly accept?: readonly number[];
}

export interface RcloneProgram {
	readonly runner: ProcessRunner;
	/** Absolute path of rclone. */
	readonly binary: string;
	/** Usually process.env; cleaned here. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** Ends every call. */
	readonly signal?: AbortSignal;
}

export type RunRclone = (args: readonly string[], how: RcloneRun) => Promise<CommandResult>;

/** @returns a function that runs rclone and rejects with an `RcloneError` when the call failed */
export function rcloneRunner(program: RcloneProgram): RunRclone {
	const env = rcloneEnvironment(program.environment);
	return async (args, how) => {
		const errors = new ErrorLines();
		const onStderrLine = (line: string) => {
			const message = parseMessage(line);
			if (message === undefined) return;
			if (message.stats !== undefined) {
				how.onStats?.(message.stats);
				return;
			}
			how.onText?.(message.text);
			if (message.level === 'error' || message.level === 'critical') errors.add(message.text, message.object);
		};
		const command: Command = {
			tool: 'rclone',
			file: program.binary,
			args,
			env,
			onStderrLine,
			...(how.input === undefined ? {} : { input: how.input }),
			timeoutMs: how.timeoutMs ?? Number.POSITIVE_INFINITY,
			...(program.signal === undefined ? {} : { signal: program.signal }),
			...(how.onStdoutLine === undefined ? {} : { onStdoutLine: how.onStdoutLine, maxOutputBytes: 65_536 }),
			...(how.readOnly === true ? { readOnly: true } : {}),
		};
		const result = await program.runner.run(command);
		const ended = result.exitCode !== null && !result.timedOut && !result.aborted;
		if (ended && (result.exitCode === 0 || how.accept?.includes(result.exitCode ?? 0))) return result;
		throw rcloneError(how.what, result, errors);
	};
}
