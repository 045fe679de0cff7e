import type { StackConfig, WarmMode } from '../../config/types.ts';
import type { HistoryEntry } from '../../runs/history.ts';

/** A copy shorter than this is over sooner than a warm pass would be. */
const worthwhileMs = 2_000;

/**
 * Whether a first copy while the stack still runs pays: it costs time without downtime, and leaves only what changed
 * meanwhile for the copy in the downtime.
 *
 * @param history entries of this stack, oldest first
 * @param hasParent without one the copy would read and send everything
 */
export function decideWarm(mode: WarmMode, history: readonly HistoryEntry[], hasParent: boolean): boolean {
	if (mode !== 'auto') return mode === 'always';
	if (!hasParent) return true;
	const last = history.findLast((entry) => entry.copyMs !== undefined);
	// After a warm run its own pass tells what the copy would have cost.
	return (last?.warmMs ?? last?.copyMs ?? 0) > worthwhileMs;
}

export type BudgetVerdict = 'within' | 'warm' | 'warn' | 'skip';

/** What the configured budget says of the expected downtime. */
export function judgeBudget(config: StackConfig, expectedMs: number | undefined): BudgetVerdict {
	if (config.downtimeBudgetSeconds <= 0 || expectedMs === undefined) return 'within';
	return expectedMs <= config.downtimeBudgetSeconds * 1000 ? 'within' : config.overBudget;
}
