import { dirname } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import type { Restic } from '../../restic/client.ts';
import type { TreeEntry } from '../../restic/types.ts';

/** A tree or file of a snapshot, and who looks at its entries. */
export interface ListedTree {
	/** Absolute path in the snapshot. */
	readonly from: string;
	readonly onEntry: (entry: TreeEntry) => void;
}

function isBelow(path: string, from: string): boolean {
	return path === from || path.startsWith(from === '/' ? '/' : `${from}/`);
}

/**
 * Lists trees of one snapshot, each folder before what is in it. Several are told by one call of restic's, which takes half
 * a second each time; a piece of a large snapshot is listed alone.
 *
 * @param whole the trees are most of the snapshot
 * @throws restore-failed for one that is not in the snapshot
 */
export async function listTrees(
	restic: Pick<Restic, 'ls'>,
	snapshot: string,
	trees: readonly ListedTree[],
	whole: boolean,
	signal: AbortSignal,
): Promise<void> {
	const seen = new Set<ListedTree>();
	const hand = (entry: TreeEntry, to: readonly ListedTree[]) => {
		for (const tree of to) {
			if (!isBelow(entry.path, tree.from)) continue;
			if (entry.path === tree.from) seen.add(tree);
			tree.onEntry(entry);
		}
	};
	const [only, second] = trees;
	if (whole && second !== undefined) {
		await restic.ls(snapshot, { signal, onEntry: (entry) => hand(entry, trees) });
	} else {
		for (const tree of only === undefined ? [] : trees) {
			const { from } = tree;
			await restic.ls(snapshot, {
				signal,
				path: from,
				recursive: true,
				onEntry: (entry) => hand(entry, [tree]),
			});
			if (seen.has(tree)) continue;
			// A file has no listing of its own: it is found in that of its directory.
			await restic.ls(snapshot, {
				signal,
				path: dirname(from),
				onEntry: (entry) => {
					if (entry.path === from) hand(entry, [tree]);
				},
			});
		}
	}
	const missing = trees.find((tree) => !seen.has(tree));
	if (missing === undefined) return;
	throw new BackupTuiError('restore-failed', `${missing.from} is not in snapshot ${snapshot.slice(0, 8)}`, {
		hint: `look what is in it: backup-tui snapshots ls ${snapshot.slice(0, 8)}`,
	});
}
