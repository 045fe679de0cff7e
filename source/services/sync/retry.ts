import type { RemoteConfig } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { RcloneError } from '../../rclone/failure.ts';
import { toProblem } from './problem.ts';
import type { SyncDeps } from './types.ts';

/** First pause and longest pause between attempts (ms). */
const firstPauseMs = 4_000;
const longestPauseMs = 5 * 60_000;

/**
 * Pause before the next attempt: doubled each time, with half of it at random so that hosts do not come back together.
 *
 * @param attempt the attempt that failed, from 1
 * @param random 0 <= x < 1
 */
export function backoffMs(attempt: number, random: number): number {
	const full = Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
	return Math.round(full / 2 + (full / 2) * random);
}

/** True when the same thing tried again may go well. */
export function mayPass(error: unknown): boolean {
	return error instanceof RcloneError && error.failure.retry;
}

export interface RetryOptions {
	readonly deps: Pick<SyncDeps, 'clock' | 'random' | 'signal' | 'emit'>;
	readonly remote: RemoteConfig;
	/** When everything must have ended (ms since 1970); Infinity = no bound. */
	readonly deadline: number;
	/** What a person sets to allow more time; default `SYNC_TIMEOUT`. */
	readonly setting?: string;
	/** True when something was sent since the last call: the count of fruitless attempts begins again. */
	readonly progressed?: () => boolean;
	/** Whether this error may pass; default `mayPass`. */
	readonly retryable?: (error: unknown) => boolean;
}

/** When the sync of a remote that begins now must have ended (ms since 1970). */
export function deadlineOf(deps: Pick<SyncDeps, 'clock'>, remote: RemoteConfig): number {
	const { syncTimeoutSeconds } = remote;
	return syncTimeoutSeconds > 0 ? deps.clock.now() + syncTimeoutSeconds * 1000 : Number.POSITIVE_INFINITY;
}

/** No call goes on for ever, whatever the whole sync may take (ms). */
const longestCallMs = 7 * 24 * 60 * 60_000;

/** Bound of the next call, at least a second. */
export function timeLeft(deps: Pick<SyncDeps, 'clock'>, deadline: number): { readonly timeoutMs: number } {
	if (deadline === Number.POSITIVE_INFINITY) return { timeoutMs: longestCallMs };
	return { timeoutMs: Math.max(1_000, deadline - deps.clock.now()) };
}

/**
 * Does `work` until it succeeds, fails in a way that cannot pass, or attempts or time are used up. The beginning and the
 * failure of each attempt are events.
 */
export async function withRetries<T>(options: RetryOptions, work: () => Promise<T>): Promise<T> {
	const { deps, remote, deadline } = options;
	const retryable = options.retryable ?? mayPass;
	const most = Math.max(1, remote.retries);
	let fruitless = 0;
	for (let attempt = 1; ; attempt += 1) {
		deps.emit({ type: 'attempt', remote: remote.name, attempt, of: most });
		try {
			return await work();
		} catch (error) {
			fruitless = options.progressed?.() === true ? 1 : fruitless + 1;
			const pause = backoffMs(fruitless, deps.random());
			const late = deps.clock.now() + pause >= deadline;
			const last = deps.signal?.aborted || late || fruitless >= most || !retryable(error);
			const retry = last ? {} : { retryInMs: pause };
			deps.emit({
				type: 'attempt',
				remote: remote.name,
				attempt,
				of: most,
				problem: toProblem(error),
				...retry,
			});
			if (last)
				throw late && retryable(error) ? timeUp(remote, options.setting ?? 'SYNC_TIMEOUT', error) : error;
			await deps.clock.sleep(pause, deps.signal).catch(() => {});
			if (deps.signal?.aborted) throw error;
		}
	}
}

function timeUp(remote: RemoteConfig, setting: string, cause: unknown): BackupTuiError {
	const { name, syncTimeoutSeconds } = remote;
	return new BackupTuiError('timed-out', `${name}: not finished within ${syncTimeoutSeconds} s`, {
		cause,
		hint: `run it again: it goes on where this stopped; a longer ${setting} lets it finish`,
		exitCode: exitCodes.sync,
	});
}
