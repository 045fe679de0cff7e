import { BackupTuiError, toBackupTuiError } from '../errors.ts';
import { type ExitCode, exitCodes, worstExitCode } from '../exit-codes.ts';
import type { EndingSignal } from '../process/interruption.ts';
import type { Phase, Problem } from '../runs/events.ts';
import type { HeldLock, LockMode, LockName, Locks } from '../runs/locks.ts';
import type { Session } from '../runs/session.ts';
import { leftDownError } from './downtime/left-down.ts';

/** What a run's steps add up to. Filled while the run goes on, so that an error loses nothing. */
export interface RunTally {
	readonly codes: ExitCode[];
	readonly problems: Problem[];
	ok: number;
	failed: number;
	skipped: number;
	/** Remotes, where the run is about stacks: `ok` and `failed` then count stacks alone. */
	remotes?: { ok: number; failed: number };
	addedBytes: number;
	downtimeMs: number;
}

/** What every step of a run gets. */
export interface Run {
	readonly session: Session;
	/** The command's name, for locks. */
	readonly command: string;
	/** Aborted by the first signal. Bringing stacks up never listens to it. */
	readonly signal: AbortSignal;
	readonly received: () => EndingSignal | undefined;
	readonly tally: RunTally;
	/** Names by key of stacks that were up before this run and that it owes an `up` now. */
	readonly down: Map<string, string>;
	/** Takes a lock, waiting as long as the person asked for. @throws lock-held */
	lock(name: LockName, mode: LockMode, waitMs?: number): Promise<HeldLock>;
	/** Sees to it that the locks of this run are still there. @throws lock-held when somebody else has taken one */
	keepLocks(): void;
}

export interface ConductOptions {
	readonly session: Session;
	readonly locks: Locks;
	readonly command: string;
	readonly lockWaitMs: number;
	readonly signal: AbortSignal;
	readonly received: () => EndingSignal | undefined;
	/** An error nobody caught, once there was one. */
	readonly crash: () => unknown;
}

const signalCodes: Readonly<Record<EndingSignal, ExitCode>> = {
	SIGINT: exitCodes.sigint,
	SIGTERM: exitCodes.sigterm,
	SIGHUP: exitCodes.sighup,
};

/** @returns the problem as events carry it */
export function toProblem(error: unknown): Problem {
	const { code, message, hint } = toBackupTuiError(error);
	return { code, message, ...(hint === undefined ? {} : { hint }) };
}

/** Notes a failure in the tally: its exit code and its problem. */
export function noteFailure(tally: RunTally, error: unknown): Problem {
	const known = toBackupTuiError(error);
	const problem = toProblem(known);
	tally.codes.push(known.exitCode);
	tally.problems.push(problem);
	return problem;
}

/**
 * Runs `body` as one run: what it throws becomes a problem, told as an event unless a step has told it; a signal becomes
 * the exit code of that signal, and `run-end` is always the last event.
 *
 * @returns the exit code
 */
export async function conductRun(
	options: ConductOptions,
	body: (run: Run) => Promise<void>,
): Promise<ExitCode> {
	const { session, locks } = options;
	const tally: RunTally = {
		codes: [],
		problems: [],
		ok: 0,
		failed: 0,
		skipped: 0,
		addedBytes: 0,
		downtimeMs: 0,
	};
	const down = new Map<string, string>();
	const held = new Set<HeldLock>();
	const lock: Run['lock'] = async (name, mode, waitMs = options.lockWaitMs) => {
		// A dry run changes nothing, so it needs nobody to stand still, and writes no lock file.
		if (session.dryRun) return { keep: () => {}, release: () => {} };
		const taken = await locks.acquire({
			name,
			mode,
			command: options.command,
			run: session.id,
			waitMs,
			signal: options.signal,
			onWait: (owner) =>
				session.emit({
					type: 'lock-wait',
					lock: name,
					owner: `${owner.command} (run ${owner.run}, pid ${owner.pid})`,
					since: owner.since,
				}),
		});
		held.add(taken);
		return {
			keep: () => taken.keep(),
			release: () => {
				held.delete(taken);
				taken.release();
			},
		};
	};
	const told = new Set<string>();
	session.subscribe((event) => {
		if ('problem' in event && event.problem !== undefined) told.add(event.problem.message);
		if (event.type === 'message') told.add(event.text);
	});
	try {
		await body({
			session,
			command: options.command,
			signal: options.signal,
			received: options.received,
			tally,
			down,
			lock,
			keepLocks: () => {
				for (const one of held) one.keep();
			},
		});
	} catch (error) {
		const { message, hint } = noteFailure(tally, error);
		if (!told.has(message) && options.received() === undefined)
			session.emit({
				type: 'message',
				level: 'error',
				text: message,
				...(hint === undefined ? {} : { hint }),
			});
		reportDetail(session, error);
	} finally {
		for (const one of held) one.release();
	}
	const crash = options.crash();
	if (crash !== undefined) {
		noteFailure(tally, crash);
		reportDetail(session, crash);
	}
	if (down.size > 0 && !tally.codes.includes(exitCodes.stackDown)) {
		const why = 'the run ended before it was brought up';
		for (const name of down.values()) noteFailure(tally, leftDownError(name, why));
	}
	const signal = options.received();
	// In front: what was cut short by it may have noted a signal of its own.
	if (signal !== undefined) tally.codes.unshift(signalCodes[signal]);
	const exitCode = worstExitCode(tally.codes);
	session.emit({
		type: 'run-end',
		exitCode,
		ms: Math.round(performance.now() - session.startedAt),
		ok: tally.ok,
		failed: tally.failed,
		skipped: tally.skipped,
		...(tally.remotes === undefined ? {} : { remotes: tally.remotes }),
		addedBytes: tally.addedBytes,
		downtimeMs: tally.downtimeMs,
		problems: tally.problems,
	});
	session.close();
	return exitCode;
}

function reportDetail(session: Session, error: unknown): void {
	const detail = error instanceof BackupTuiError ? error.detail : toBackupTuiError(error).detail;
	if (detail !== undefined) session.emit({ type: 'message', level: 'debug', text: detail });
}

/** Emits the start and end of a phase around `work`. Errors pass through after `phase-end`. */
export async function inPhase<T>(
	session: Session,
	what: {
		readonly phase: Phase;
		readonly stack?: string;
		readonly target?: string;
	},
	work: () => Promise<T>,
): Promise<T> {
	const startedAt = performance.now();
	session.emit({ type: 'phase-start', ...what });
	const ms = () => Math.round(performance.now() - startedAt);
	try {
		const value = await work();
		session.emit({ type: 'phase-end', ...what, ok: true, ms: ms() });
		return value;
	} catch (error) {
		session.emit({ type: 'phase-end', ...what, ok: false, ms: ms(), problem: toProblem(error) });
		throw error;
	}
}
