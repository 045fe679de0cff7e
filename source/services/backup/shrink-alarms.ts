import { byTime } from '../../restic/snapshot.ts';
import { acceptedTag, isUnsound, shrunkTag, stackOfTags } from '../../restic/tags.ts';
import type { Snapshot } from '../../restic/types.ts';
import { type HeldBack, isShrunk, type SnapshotSize } from './shrink.ts';

function sizeOf(snapshot: Snapshot): SnapshotSize {
	const { totalFiles = 0, totalBytes = 0 } = snapshot.summary ?? {};
	return { snapshot: snapshot.id, files: totalFiles, bytes: totalBytes };
}

/**
 * The last snapshot of usual size, told from the snapshots alone: what a lost state directory cannot take away. A small one
 * that was never judged (its run was killed) is passed over as well.
 *
 * @param own snapshots of one stack
 * @returns undefined where restic (before 0.17) has kept no sizes
 */
export function lastGoodSize(own: readonly Snapshot[], limitPercent: number): SnapshotSize | undefined {
	const judged = own
		.filter((one) => !one.future && !isUnsound(one.tags) && one.summary !== undefined)
		.toSorted(byTime);
	let good: SnapshotSize | undefined;
	for (const one of judged) {
		const size = sizeOf(one);
		if (good === undefined || one.tags.includes(acceptedTag) || !isShrunk(good, size, limitPercent))
			good = size;
	}
	return good;
}

/**
 * The stacks whose newest snapshot carries the mark of the shrink alarm: the list in the state directory, derived again.
 *
 * @param snapshots of this host
 */
export function alarmsIn(snapshots: readonly Snapshot[], limitPercent: number): readonly HeldBack[] {
	const byStack = Map.groupBy(snapshots, ({ tags }) => stackOfTags(tags));
	return [...byStack].flatMap(([stack, own]) => {
		const newest = own
			.filter((one) => !one.future)
			.toSorted(byTime)
			.at(-1);
		if (stack === undefined || newest === undefined || !newest.tags.includes(shrunkTag)) return [];
		const shrunk = sizeOf(newest);
		const good = lastGoodSize(own, limitPercent) ?? shrunk;
		return [{ stack, since: new Date(newest.time).toISOString(), good, shrunk }];
	});
}
