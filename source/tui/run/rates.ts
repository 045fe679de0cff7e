import type { Phase, RunEvent } from '../../runs/events.ts';

/** How fast the phase at work is. */
export interface Rates {
	/** Bytes per second, one value a second at most, newest last. */
	readonly rates: readonly number[];
	/** When the last of them was taken, ms since the epoch, and how many bytes were done then. */
	readonly rateAt: number;
	readonly rateBytes: number;
}

export const noRates: Rates = { rates: [], rateAt: 0, rateBytes: 0 };

/** Phases that have a rate of their own. */
export const movesData: readonly Phase[] = ['warm', 'copy', 'sync', 'restore'];

const mostRates = 240;
/** Progress comes every second, or nearly. */
const leastMs = 900;

/** rclone says how fast it is; restic does not: what came since the last look, then. @returns the rates with one more, when it is time */
export function withRate(known: Rates, event: Extract<RunEvent, { type: 'progress' }>): Rates {
	const { rates, rateAt, rateBytes } = known;
	const at = Date.parse(event.ts);
	const ms = at - rateAt;
	if (ms < leastMs) return { rates, rateAt, rateBytes };
	const measured = rateAt === 0 ? undefined : Math.max(0, ((event.bytesDone - rateBytes) / ms) * 1000);
	const rate = event.bytesPerSecond ?? measured;
	return {
		rates: rate === undefined ? rates : [...rates, Math.round(rate)].slice(-mostRates),
		rateAt: at,
		rateBytes: event.bytesDone,
	};
}
