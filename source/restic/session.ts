import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { BackupTuiError, toBackupTuiError } from '../errors.ts';
import type { Command, CommandResult, RunningCommand } from '../process/command.ts';
import type { Redact } from '../process/redact.ts';
import type { Invocation } from './invocation.ts';
import { judge, stopped } from './judge.ts';
import { parseLocation, type RepositoryLocation } from './location.ts';
import { type Opened, openFrom, openSecrets } from './open-secrets.ts';
import type { Operation } from './operation.ts';
import type { ResticOptions } from './options.ts';
import { watchRefusals } from './refusals.ts';
import { isTooOld, oldestVersion, parseVersion, type ResticVersion } from './version.ts';

/** Bound of a call that only reads, ms. */
export const readTimeoutMs = 15 * 60_000;
const longTimeoutMs = 24 * 3600_000;
/** restic finishes uploads that are under way before it ends: 8 to 10 s were seen. */
const graceMs = 20_000;

export const defaultOpenTimeoutMs = 5 * 60_000;

const timeouts: Readonly<Record<Operation, number>> = {
	open: defaultOpenTimeoutMs,
	init: 5 * 60_000,
	read: readTimeoutMs,
	unlock: 5 * 60_000,
	forget: readTimeoutMs,
	backup: longTimeoutMs,
	prune: longTimeoutMs,
	check: longTimeoutMs,
	restore: longTimeoutMs,
	copy: longTimeoutMs,
};

/** A restic that runs. */
export interface RunningRestic extends RunningCommand {
	/** Settles as `Session.run` does. */
	readonly outcome: Promise<CommandResult>;
	/** Ends it as if its time were over. @returns the error `outcome` rejects with */
	giveUp(): Promise<BackupTuiError>;
}

/** What all of restic's methods share: password file, environment, global options, lock waiting, errors. */
export interface Session {
	readonly options: ResticOptions;
	readonly location: RepositoryLocation;
	version(): Promise<ResticVersion>;
	/** Runs restic to its end. @throws BackupTuiError for what is neither success, nor partial, nor expected */
	run(invocation: Invocation): Promise<CommandResult>;
	/** Starts restic. `outcome` settles as `run` does. Does not try again when the repository is locked. */
	start(invocation: Invocation): Promise<RunningRestic>;
	/** The argv as it is run. No secret is in it. */
	commandLine(args: readonly string[], lock?: Invocation['lock']): Promise<string[]>;
	redact(text: string): string;
	close(): void;
}

export function createSession(options: ResticOptions): Session {
	const location = parseLocation(options.repository);
	let opened: Promise<Opened> | undefined;
	let versionFound: Promise<ResticVersion> | undefined;
	let current: Opened | undefined;

	const open = (): Promise<Opened> => {
		// Somebody cleaned the run directory: the password file is written again.
		if (current !== undefined && !existsSync(current.secrets.path)) {
			current.secrets.dispose();
			current = undefined;
			opened = undefined;
		}
		opened ??= openSecrets(options, location).then((value) => {
			current = value;
			return value;
		});
		opened.catch(() => {
			opened = undefined;
		});
		return opened;
	};

	const version = (): Promise<ResticVersion> => {
		versionFound ??= askVersion(options);
		versionFound.catch(() => {
			versionFound = undefined;
		});
		return versionFound;
	};

	const commandLine = async (
		args: readonly string[],
		lock: Invocation['lock'] = 'needed',
		noCache = false,
	): Promise<string[]> => {
		const { abilities } = await version();
		const wait = lock === 'needed' && options.retryLockSeconds > 0 && abilities.retryLock;
		// Also where only the other repository of a copy is behind rclone.
		const rclone = options.rcloneBinary;
		return [
			options.binary,
			...(location.kind === 'remote' && location.secret !== undefined ? [] : ['-r', location.text]),
			...(lock === 'none' ? ['--no-lock'] : []),
			...(wait ? [`--retry-lock=${options.retryLockSeconds}s`] : []),
			...(noCache || options.withoutCache === true ? ['--no-cache'] : []),
			...(rclone === undefined ? [] : ['-o', `rclone.program=${rclone}`]),
			...args,
		];
	};

	const build = async (invocation: Invocation): Promise<{ command: Command; redact: Redact }> => {
		const [file = '', ...args] = await commandLine(invocation.args, invocation.lock, invocation.noCache);
		const session = await open();
		const from = await openFrom(invocation.from, session, options);
		const signals = [options.signal, invocation.signal].filter((signal) => signal !== undefined);
		const ownTimeout =
			invocation.operation === 'backup'
				? options.backupTimeoutMs
				: invocation.operation === 'open'
					? (options.openTimeoutMs ?? timeouts.open)
					: timeouts[invocation.operation];
		return {
			redact: from.redact,
			command: {
				tool: 'restic',
				file,
				args,
				env: { ...session.env, ...from.env },
				cwd: '/',
				timeoutMs: invocation.timeoutMs ?? ownTimeout,
				graceMs,
				stopSignal: 'SIGINT',
				readOnly: invocation.lock === 'none',
				...(invocation.stack === undefined ? {} : { stack: invocation.stack }),
				...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
				...invocation.command,
			},
		};
	};

	const start: Session['start'] = async (invocation) => {
		const { command, redact } = await build(invocation);
		const watch = watchRefusals(invocation.operation);
		const hopeless = new AbortController();
		const cut = [command.signal, hopeless.signal].filter((signal) => signal !== undefined);
		const running = await options.runner.start({
			...command,
			signal: AbortSignal.any(cut),
			onStderrLine: (line) => {
				command.onStderrLine?.(line);
				if (watch.line(line)) hopeless.abort();
			},
		});
		let late = false;
		const outcome = running.result.then((result) => {
			// Stopped by us because it would have gone on trying in vain, not because somebody wants to leave.
			const ours = (late || watch.refusal !== undefined) && command.signal?.aborted !== true;
			const ended = { ...result, aborted: false, timedOut: late, exitCode: result.exitCode ?? 1 };
			return judge(invocation, command, ours ? ended : result, redact, location);
		});
		outcome.catch(() => {});
		const giveUp = async () => {
			late = true;
			await running.stop();
			return await outcome.then(
				() => new BackupTuiError('timed-out', 'restic ended too late'),
				(error: unknown) => toBackupTuiError(error),
			);
		};
		return { ...running, outcome, giveUp };
	};

	const run: Session['run'] = async (invocation) => {
		const once = async () => (await start(invocation)).outcome;
		const { abilities } = await version();
		const stdinIsStream = invocation.command?.stdinFrom !== undefined;
		if (invocation.lock === 'none' || abilities.retryLock || stdinIsStream) return await once();
		return await retryLocked(once, options.retryLockSeconds, invocation.signal ?? options.signal);
	};

	return {
		options,
		location,
		version,
		run,
		start,
		commandLine,
		redact: (text) => (current === undefined ? text : current.redact(text)),
		close: () => {
			current?.secrets.dispose();
			current = undefined;
			opened = undefined;
		},
	};
}

async function askVersion(options: ResticOptions): Promise<ResticVersion> {
	const result = await options.runner.run({
		tool: 'restic',
		file: options.binary,
		args: ['version'],
		env: {},
		timeoutMs: 30_000,
		readOnly: true,
		...(options.signal === undefined ? {} : { signal: options.signal }),
	});
	if (result.aborted) throw stopped(options.signal);
	const version = parseVersion(result.stdout);
	if (version === undefined) {
		throw new BackupTuiError('tool-missing', `${options.binary} does not say which restic it is`, {
			hint: `install restic ${oldestVersion} or newer`,
			detail: `exit code ${result.exitCode}: ${result.stdout}${result.stderr}`,
		});
	}
	if (isTooOld(version)) {
		throw new BackupTuiError('tool-too-old', `restic ${version.text} is too old`, {
			hint: `install restic ${oldestVersion} or newer, or set RESTIC in [tools]`,
		});
	}
	return version;
}

/** Versions without `--retry-lock`: asked again every few seconds. */
async function retryLocked(
	once: () => Promise<CommandResult>,
	seconds: number,
	signal: AbortSignal | undefined,
): Promise<CommandResult> {
	const end = performance.now() + seconds * 1000;
	for (;;) {
		try {
			return await once();
		} catch (error) {
			const locked = error instanceof BackupTuiError && error.code === 'repository-locked';
			if (!locked || performance.now() >= end || signal?.aborted) throw error;
		}
		await delay(
			Math.min(5_000, Math.max(100, end - performance.now())),
			undefined,
			signal === undefined ? {} : { signal },
		);
	}
}
