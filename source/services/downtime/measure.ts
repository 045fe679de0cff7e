import type { Run } from '../conduct-run.ts';

/** A stack's downtime while it is measured. */
export interface Downtime {
	/** Ends it, once. @returns ms from its beginning to its end, also when asked again */
	end(up: boolean): number;
}

/** Begins to measure how long a stack is down: from `down` begun to verified up, or to where it was given up. */
export function beginDowntime(run: Run, stack: string, expectedMs?: number): Downtime {
	const { emit } = run.session;
	const begunAt = performance.now();
	let ended: number | undefined;
	emit({ type: 'downtime-start', stack, ...(expectedMs === undefined ? {} : { expectedMs }) });
	return {
		end: (up) => {
			if (ended !== undefined) return ended;
			ended = Math.round(performance.now() - begunAt);
			emit({ type: 'downtime-end', stack, ms: ended, up });
			run.tally.downtimeMs += ended;
			return ended;
		},
	};
}
