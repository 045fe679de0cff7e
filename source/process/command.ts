import type { Readable, Writable } from 'node:stream';

/** What kind of program a command runs; progress, logs and the fault tests name commands by it. */
export type Tool = 'docker' | 'restic' | 'rclone' | 'user' | 'systemd';

/** One external command: an argument vector, never a shell string. */
export interface Command {
	readonly tool: Tool;
	/** Absolute path of the executable, or a bare name that is looked up on the cleaned PATH. */
	readonly file: string;
	readonly args: readonly string[];
	readonly cwd?: string;
	/** The whole environment of the child. Build it with `childEnvironment` so that nothing foreign leaks in. */
	readonly env: Readonly<Record<string, string>>;
	/** Text or bytes given on standard input; without it the child's standard input is /dev/null. */
	readonly input?: string | Uint8Array;
	/**
	 * Total time in ms. On expiry: SIGTERM to the process group, `graceMs`, SIGKILL to the group and strays. Every command has a
	 * limit; Infinity is only for what its caller ends.
	 */
	readonly timeoutMs: number;
	/** Time in ms between SIGTERM and SIGKILL. Default 10,000. */
	readonly graceMs?: number;
	/** What is sent first to end the command instead of SIGTERM: restic before 0.17 keeps its lock on SIGTERM. */
	readonly stopSignal?: 'SIGTERM' | 'SIGINT';
	/** Aborting stops the command as a timeout does; the result then has `aborted: true`. */
	readonly signal?: AbortSignal;
	/** Called with each complete line, without its line end. Lines longer than 1 MiB are cut. */
	readonly onStdoutLine?: (line: string) => void;
	readonly onStderrLine?: (line: string) => void;
	/** Where raw standard output goes instead of being collected (`restore --stdout`). */
	readonly stdoutTo?: Writable;
	/** Raw standard input from a stream. */
	readonly stdinFrom?: Readable;
	/** Keep at most this many bytes of each output in the result (the tail is kept). Default 1 MiB. */
	readonly maxOutputBytes?: number;
	/** Name of the stack the command works for; `command` events carry it. */
	readonly stack?: string;
	/** True when the command only looks: such commands are not worth an event of their own. */
	readonly readOnly?: boolean;
}

export interface CommandResult {
	/** The exit code, or null when a signal ended the child. */
	readonly exitCode: number | null;
	readonly signal: string | null;
	readonly stdout: string;
	readonly stderr: string;
	readonly timedOut: boolean;
	readonly aborted: boolean;
	/** Wall time in ms. */
	readonly durationMs: number;
	/** True when not even SIGKILL ended the child within the bound (state D): it is given up, not waited for. */
	readonly stuck: boolean;
}

/** A running command. */
export interface RunningCommand {
	readonly pid: number;
	readonly result: Promise<CommandResult>;
	/** SIGTERM to the group, then after `graceMs` SIGKILL; resolves once the child is gone or given up. */
	stop(graceMs?: number): Promise<CommandResult>;
}

/**
 * Runs one command to its end. Never rejects for what the command did (see the result); rejects with
 * `tool-missing` or `no-permission` when it could not be started.
 */
export type RunCommand = (command: Command) => Promise<CommandResult>;

/** Starts a command and returns at once. Rejections as `RunCommand`. */
export type StartCommand = (command: Command) => Promise<RunningCommand>;

/** The process seam handed to every tool client: the only way to start anything. */
export interface ProcessRunner {
	readonly run: RunCommand;
	readonly start: StartCommand;
}
