import type { Clock } from '../../process/clock.ts';
import { RcloneError } from '../../rclone/failure.ts';

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
	/** Attempts in a row that may fail without any progress. */
	readonly attempts: number;
	/** When everything must have ended (ms since 1970); Infinity = no bound. */
	readonly deadline: number;
	readonly clock: Clock;
	readonly random: () => number;
	readonly signal?: AbortSignal;
	/** True when something was transferred since the last call: the count of attempts begins again. */
	readonly progressed: () => boolean;
	readonly onFailure: (failed: {
		readonly attempt: number;
		readonly error: unknown;
		readonly retryInMs?: number;
	}) => void;
	/** Whether this error may pass; default `mayPass`. */
	readonly retryable?: (error: unknown) => boolean;
}

/** Does `work` until it succeeds, fails in a way that cannot pass, or attempts or time are used up. */
export async function withRetries<T>(
	options: RetryOptions,
	work: (attempt: number) => Promise<T>,
): Promise<T> {
	const retryable = options.retryable ?? mayPass;
	let fruitless = 0;
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await work(attempt);
		} catch (error) {
			fruitless = options.progressed() ? 1 : fruitless + 1;
			const pause = backoffMs(fruitless, options.random());
			const late = options.clock.now() + pause >= options.deadline;
			const last = options.signal?.aborted || late || fruitless >= options.attempts || !retryable(error);
			options.onFailure({ attempt, error, ...(last ? {} : { retryInMs: pause }) });
			if (last) throw error;
			await options.clock.sleep(pause, options.signal).catch(() => {});
			if (options.signal?.aborted) throw error;
		}
	}
}
