import { isUnsound } from '../restic/tags.ts';
import type { ForgetResult, Snapshot } from '../restic/types.ts';

/** A snapshot dated further ahead of our clock than this was made under another clock. */
const toleranceMs = 60_000;

export interface SpareRequest {
	/** Ids of the snapshots that this run has made. */
	readonly made: readonly string[];
	/** ms since the epoch. */
	readonly now: number;
}

export interface SparedPlan extends ForgetResult {
	/** What restic's policy would have removed, and we keep. */
	readonly spared: readonly Snapshot[];
}

/**
 * Keeps what a policy removes though nothing reliable takes its place. A policy goes by dates alone, and keeps the newest of
 * a day: one that is incomplete, or dated ahead because a clock was stepped back, would push out the good one before it.
 */
export function spare(plan: ForgetResult, { made, now }: SpareRequest): SparedPlan {
	const unreliable = (one: Snapshot) => isUnsound(one.tags) || one.time > now + toleranceMs;
	const sound = [...plan.kept, ...plan.removed].filter((one) => !unreliable(one));
	const predecessors = plan.kept
		.filter(unreliable)
		.map((standIn) => sound.filter((one) => one.time <= standIn.time).sort((a, b) => b.time - a.time)[0]);
	const needed = new Set([...made, ...predecessors.map((one) => one?.id)]);
	const spared = plan.removed.filter(({ id }) => needed.has(id));
	return {
		kept: [...plan.kept, ...spared].sort((a, b) => a.time - b.time),
		removed: plan.removed.filter(({ id }) => !needed.has(id)),
		spared,
	};
}
