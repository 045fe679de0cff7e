import type { Inventory } from './layout.ts';
import type { MirrorPlan } from './plan.ts';

/** How much more than the packs an index may shrink before it looks as if a part of it were lost. */
const tolerance = 0.1;

type Measure = (path: string, size: number) => number;

function sum(files: ReadonlyMap<string, number>, measure: Measure): number {
	let all = 0;
	for (const [path, size] of files) all += measure(path, size);
	return all;
}

/** Share of the remote's files of a kind that would be there afterwards, 1 = as before. */
function shareLeft(plan: MirrorPlan, remote: Inventory, kind: 'index' | 'data', measure: Measure): number {
	const before = remote.files[kind];
	const whole = sum(before, measure);
	if (whole === 0) return 1;
	const gone = plan.deletes[kind].reduce((all, path) => all + measure(path, before.get(path) ?? 0), 0);
	return (whole - gone + sum(plan.uploads[kind], measure)) / whole;
}

/**
 * True when the index would lose a larger share than the packs it lists: a prune takes from both, a lost index file only
 * from the one. Then the structure is checked whatever the age of the last check.
 */
export function indexShrank(plan: MirrorPlan, remote: Inventory): boolean {
	if (plan.deletes.index.length === 0) return false;
	const index = shareLeft(plan, remote, 'index', (_path, size) => size);
	const packs = shareLeft(plan, remote, 'data', () => 1);
	return index < packs - tolerance;
}
