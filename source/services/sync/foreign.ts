import type { SyncedSnapshot } from './types.ts';

/** What is known when something would leave the remote. Paths are those of files in the repository's folder. */
export interface LeavingInput {
	/** Snapshots and keys that are on the remote and no longer in the source. */
	readonly leaving: readonly string[];
	/** True for a file that the source had at an earlier sync. */
	readonly seen: (path: string) => boolean;
	/** Snapshots of the source and of the remote as restic lists them; undefined = cannot be listed. */
	readonly here: readonly SyncedSnapshot[];
	readonly there: readonly SyncedSnapshot[] | undefined;
	/** ms since 1970 */
	readonly now: number;
}

/** Why a file must not leave the remote without a question. */
export interface Foreign {
	readonly path: string;
	/** `never`: the source never had it. `newer`: it is newer than what the source is known to have had, and nobody forgot it here. */
	readonly why: 'never' | 'newer';
	readonly snapshot: SyncedSnapshot | undefined;
}

function idOf(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * The newest snapshot here that is on the remote too, or was here at an earlier sync: whatever is older and gone was forgotten,
 * for a repository that was put back would have it. One dated after now says nothing about the others: a clock was wrong.
 */
function newestKnown({ here, there = [], seen, now }: LeavingInput): number {
	const both = new Set(there.map(({ id }) => id));
	const known = here.filter(({ id }) => both.has(id) || seen(`snapshots/${id}`));
	const times = known.filter(({ time }) => time <= now).map(({ time }) => time);
	return Math.max(Number.NEGATIVE_INFINITY, ...times);
}

/**
 * Of what would leave the remote, and of which no record says that it was forgotten here: what holds the sync back. What
 * the source had and is older than what it still has was forgotten by other hands (plain restic); a repository that was put
 * back to an older state lacks the newest ones instead.
 */
export function findForeign(input: LeavingInput): readonly Foreign[] {
	const newest = newestKnown(input);
	const origins = new Set(input.here.map(({ origin }) => origin));
	const known = new Map((input.there ?? []).map((snapshot) => [snapshot.id, snapshot]));
	const found: Foreign[] = [];
	for (const path of input.leaving) {
		const snapshot = known.get(idOf(path));
		// The same snapshot is here under another id: its tags were changed.
		if (snapshot !== undefined && origins.has(snapshot.origin)) continue;
		if (!input.seen(path)) found.push({ path, why: 'never', snapshot });
		else if (path.startsWith('snapshots/') && (snapshot === undefined || snapshot.time > newest))
			found.push({ path, why: 'newer', snapshot });
	}
	return found;
}
