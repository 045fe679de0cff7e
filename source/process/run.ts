import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { BackupTuiError } from '../errors.ts';
import type { Command, CommandResult, ProcessRunner, RunningCommand } from './command.ts';
import { cookieVariable, groupAlive, killStrays, signalGroup } from './group.ts';
import { collectOutput, feedInput } from './pipes.ts';

const defaultGraceMs = 10_000;
/** After the child is gone its pipes may be held open by a stray: wait this long for the rest of the output. */
const drainMs = 2_000;
/** A timer of Node's that is longer (24.8 days) fires at once. */
const longestTimerMs = 2 ** 31 - 1;
/** How long a child may outlive SIGKILL (state D) before it is given up. */
const afterKillMs = 10_000;

export interface RunnerOptions {
	/** The run id: every child's environment holds `<cookie>/<number of the command>`. */
	readonly cookie: string;
	/** Told of every command that ended (for `command` events). */
	readonly onEnd?: (command: Command, result: CommandResult) => void;
}

function startError(command: Command, error: NodeJS.ErrnoException): BackupTuiError {
	if (error.code === 'EACCES' || error.code === 'EPERM') {
		return new BackupTuiError('no-permission', `no permission to run ${command.file}`, { cause: error });
	}
	return new BackupTuiError('tool-missing', `cannot start ${command.file}: ${error.message}`, {
		cause: error,
		hint: `check that ${command.file} is installed and that ${command.cwd ?? 'the working directory'} exists`,
	});
}

/**
 * The only spawner. Each child is the leader of its own session and process group, so that a Ctrl-C in the
 * terminal reaches us alone and a timeout can reach the child's whole family.
 */
export function createProcessRunner(options: RunnerOptions): ProcessRunner {
	const start = (command: Command) => startCommand(command, options);
	return {
		start,
		run: async (command) => (await start(command)).result,
	};
}

let commandNumber = 0;

async function startCommand(command: Command, options: RunnerOptions): Promise<RunningCommand> {
	if (command.signal?.aborted) {
		const result = neverStarted();
		return { pid: 0, result: Promise.resolve(result), stop: async () => result };
	}
	const startedAt = performance.now();
	commandNumber += 1;
	const cookie = `${options.cookie}/${commandNumber}`;
	const subprocess = execa(command.file, [...command.args], {
		...(command.cwd === undefined ? {} : { cwd: command.cwd }),
		env: { ...command.env, [cookieVariable]: cookie },
		extendEnv: false,
		detached: true,
		cleanup: false,
		reject: false,
		buffer: false,
		stripFinalNewline: false,
		stdin: command.stdinFrom === undefined && command.input === undefined ? 'ignore' : 'pipe',
		stdout: 'pipe',
		stderr: 'pipe',
	});
	// Execa's own promise waits for the pipes to close, which a stray can delay for ever: we watch `exit` instead.
	subprocess.catch(() => {});
	const child = subprocess.nodeChildProcess;
	await new Promise<void>((resolve, reject) => {
		child.once('spawn', resolve);
		child.once('error', (error) => reject(startError(command, error as NodeJS.ErrnoException)));
	});
	const pid = child.pid as number;
	feedInput(child.stdin, command);
	const output = collectOutput(child, command);

	let timedOut = false;
	let aborted = false;
	let stuck = false;
	let gone = false;
	const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
		child.once('exit', (code, signal) => {
			gone = true;
			resolve({ code, signal });
		});
	});

	let stopping: Promise<void> | undefined;
	let giveUp: (value: { code: null; signal: null }) => void = () => {};
	const givenUp = new Promise<{ code: null; signal: null }>((resolve) => {
		giveUp = resolve;
	});
	const stopGroup = (graceMs: number): Promise<void> => {
		stopping ??= (async () => {
			signalGroup(pid, command.stopSignal ?? 'SIGTERM');
			await waitUntil(() => gone && !groupAlive(pid), graceMs);
			signalGroup(pid, 'SIGKILL');
			// A descendant that left the group by setsid still carries this command's cookie.
			killStrays(cookie);
			if (!(await waitUntil(() => gone, afterKillMs))) {
				stuck = true;
				giveUp({ code: null, signal: null });
			}
		})();
		return stopping;
	};

	const timer = setTimeout(
		() => {
			timedOut = true;
			void stopGroup(command.graceMs ?? defaultGraceMs);
		},
		Math.min(command.timeoutMs, longestTimerMs),
	);
	const onAbort = () => {
		aborted = true;
		void stopGroup(command.graceMs ?? defaultGraceMs);
	};
	command.signal?.addEventListener('abort', onAbort, { once: true });

	const result = (async (): Promise<CommandResult> => {
		const ended = await Promise.race([exited, givenUp]);
		clearTimeout(timer);
		await stopping;
		// A slow reader of a stream (restic taking a tar) must get all of it: then there is no drain limit.
		const patient = command.stdoutTo !== undefined && stopping === undefined;
		const closed = output.closed.then(() => true);
		const drained = await Promise.race([closed, ...(patient ? [] : [delay(drainMs, false, { ref: false })])]);
		// A grandchild in a session of its own still holds the pipes. People's own programs may leave a daemon (gpg-agent).
		if (!drained && command.tool !== 'user') killStrays(cookie);
		command.signal?.removeEventListener('abort', onAbort);
		child.stdout?.destroy();
		child.stderr?.destroy();
		const { stdout, stderr } = output.finish();
		const value: CommandResult = {
			exitCode: ended.code,
			signal: ended.signal,
			stdout,
			stderr,
			timedOut,
			aborted,
			stuck,
			durationMs: performance.now() - startedAt,
		};
		options.onEnd?.(command, value);
		return value;
	})();

	return {
		pid,
		result,
		stop: async (graceMs = command.graceMs ?? defaultGraceMs) => {
			aborted = true;
			await stopGroup(graceMs);
			return result;
		},
	};
}

function neverStarted(): CommandResult {
	return {
		exitCode: null,
		signal: null,
		stdout: '',
		stderr: '',
		timedOut: false,
		aborted: true,
		stuck: false,
		durationMs: 0,
	};
}

async function waitUntil(condition: () => boolean, limitMs: number): Promise<boolean> {
	const end = performance.now() + limitMs;
	for (let pause = 5; !condition(); pause = Math.min(pause * 2, 100)) {
		if (performance.now() >= end) return false;
		await delay(pause);
	}
	return true;
}
