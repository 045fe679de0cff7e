import { isSafety } from '../../restic/tags.ts';
import type { Snapshot } from '../../restic/types.ts';

/** What a restore overwrote is kept so long: by then it has shown whether the restore was right. */
const safetyDays = 14;

/**
 * The safety snapshots that nobody will go back to. Retention of a stack's backups never sees them: they have not its tag.
 *
 * @param now ms since the epoch
 * @param needed ids that a restore which did not end goes back to
 * @param backups ISO times of the backups of this host: only days on which there was one count, so that a clock that jumps
 *   ahead expires nothing
 */
export function expiredSafety(
	snapshots: readonly Snapshot[],
	now: number,
	needed: readonly string[],
	backups: readonly string[],
): readonly Snapshot[] {
	const limit = now - safetyDays * 24 * 3600 * 1000;
	const daysSince = (time: number) =>
		new Set(backups.filter((at) => Date.parse(at) > time).map((at) => at.slice(0, 10))).size;
	return snapshots.filter(
		(one) =>
			isSafety(one.tags) &&
			one.time < limit &&
			daysSince(one.time) >= safetyDays &&
			!needed.includes(one.id) &&
			!needed.includes(one.original ?? ''),
	);
}
