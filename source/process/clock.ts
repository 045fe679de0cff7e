import { setTimeout as delay } from 'node:timers/promises';

/** Time as an effect: services and clients get it handed in, tests turn it themselves. */
export interface Clock {
	/** ms since the epoch, UTC */
	readonly now: () => number;
	/** Resolves after `ms`; rejects with the signal's reason as soon as that is aborted. */
	readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
	now: () => Date.now(),
	sleep: async (ms, signal) => {
		try {
			await delay(ms, undefined, signal === undefined ? {} : { signal });
		} catch (error) {
			signal?.throwIfAborted();
			throw error;
		}
	},
};
