import { rmdirSync, unlinkSync } from 'node:fs';
import type { Restic } from '../../restic/client.ts';
import { judgeExtras, type KeepRules, markNames, type Proven } from './keep-rules.ts';
import { listTrees } from './list-trees.ts';
import { type LiveEntry, type LivePath, matchTree } from './live-tree.ts';
import type { PlannedPart } from './plan.ts';

export interface ExtrasRequest {
	readonly parts: readonly PlannedPart[];
	readonly rules: KeepRules;
	/** Without it nothing is known of a safety snapshot: on the way back to one. */
	readonly proven: Proven | undefined;
	/** The parts are all of the snapshot. */
	readonly whole: boolean;
	readonly signal: AbortSignal;
	/** What stays, and why. */
	readonly onKept?: (path: LivePath, why: string) => void;
}

/** Deletes one entry; what cannot be deleted since a mount or something new is in it stays. */
export function removeEntry({ path, stats }: LiveEntry, onKept: (path: LivePath, why: string) => void): void {
	try {
		if (stats.isDirectory()) rmdirSync(path);
		else unlinkSync(path);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') return;
		if (code !== 'EBUSY' && code !== 'ENOTEMPTY') throw error;
		onKept(path, message);
	}
}

/**
 * Deletes from the places of a restore what the snapshot does not have, before anything is written: it makes room. What
 * the backup left out, and what the safety snapshot does not hold, stays. Any version of restic will do.
 */
export async function removeExtras(restic: Pick<Restic, 'ls'>, request: ExtrasRequest): Promise<void> {
	const { parts, rules, proven, whole, signal, onKept = () => {} } = request;
	const there = parts.filter(
		({ site, changes }) => site.exists && site.path !== undefined && changes !== undefined,
	);
	const snapshots = new Set(there.map(({ placed }) => placed.piece.part.snapshot));
	for (const snapshot of snapshots) {
		const matches = there
			.filter(({ placed }) => placed.piece.part.snapshot === snapshot)
			.map(({ from, site }) => {
				const root = site.path ?? '';
				const match = matchTree(from, root, {
					marks: markNames(rules),
					onFolder: (folder) =>
						judgeExtras(rules, proven, root, folder, {
							remove: (entry) => removeEntry(entry, onKept),
							keep: onKept,
						}),
				});
				return { from, match };
			});
		await listTrees(
			restic,
			snapshot,
			matches.map(({ from, match }) => ({ from, onEntry: (entry) => void match.add(entry) })),
			whole,
			signal,
		);
		for (const { match } of matches) match.end();
	}
}
