import { BackupTuiError } from '../../errors.ts';
import type { TreeEntry } from '../../restic/types.ts';
import { isInside } from '../../stacks/path-inside.ts';
import type { Run } from '../conduct-run.ts';
import { nanosecondsOf, typeOf } from './changes.ts';
import type { RestoreDeps } from './deps.ts';
import type { Proven } from './keep-rules.ts';
import { listTrees } from './list-trees.ts';
import { childOf, keyOf, type LivePath, type LiveStats, lstatLive, matchTree, textOf } from './live-tree.ts';
import type { PlannedPart } from './plan.ts';
import type { Removal } from './removals.ts';

export interface ProofRequest {
	/** The safety snapshot. */
	readonly safety: string;
	/** When it was begun (ms UTC). */
	readonly since: number;
	readonly parts: readonly PlannedPart[];
	readonly removals: readonly Removal[];
	/** The parts are all of the snapshot that is restored. */
	readonly whole: boolean;
}

/** Coarse clocks of file systems are a tick behind. */
const tickMs = 20;

function isSame(entry: TreeEntry, stats: LiveStats): boolean {
	if (typeOf(stats) !== entry.type) return false;
	if (entry.type === 'dir') return true;
	return (
		stats.mtimeNs === nanosecondsOf(entry.mtime) &&
		(entry.type !== 'file' || Number(stats.size) === entry.size)
	);
}

function isSocket(path: LivePath): boolean {
	try {
		return lstatLive(path)?.isSocket() === true;
	} catch {
		return false;
	}
}

/** Every path that the safety snapshot does not hold as it is now. */
async function differences(
	run: Pick<Run, 'signal'>,
	{ own }: Pick<RestoreDeps, 'own'>,
	{ safety, parts, removals }: ProofRequest,
): Promise<ReadonlyMap<string, LivePath>> {
	const found = new Map<string, LivePath>();
	const note = (path: LivePath) => {
		// A socket is no data, and in no snapshot.
		if (!isSocket(path)) found.set(keyOf(path), path);
	};
	const there = parts.flatMap(({ site }) => (site.exists && site.path !== undefined ? [site.path] : []));
	const roots = [...new Set([...there, ...removals.map(({ path }) => path)])];
	const trees = roots.map((root) => {
		const match = matchTree(root, root, {
			onFolder: ({ path, names }) => {
				for (const name of names) note(childOf(path, name));
			},
			onUnreadable: note,
		});
		const onEntry = (entry: TreeEntry) => {
			const live = match.add(entry);
			if (live !== undefined && !isSame(entry, live.stats)) note(live.path);
		};
		return { from: root, onEntry, match };
	});
	await listTrees(own, safety, trees, true, run.signal);
	for (const { match } of trees) match.end();
	return found;
}

/** @returns what of it a restore would overwrite or delete */
async function atStake(
	run: Pick<Run, 'signal'>,
	{ source }: Pick<RestoreDeps, 'source'>,
	{ parts, removals, whole }: ProofRequest,
	unproven: ReadonlyMap<string, LivePath>,
): Promise<readonly LivePath[]> {
	const taken = removals.map(({ path }) => path);
	const found = new Map<string, LivePath>();
	const note = (path: LivePath) => void found.set(keyOf(path), path);
	for (const path of unproven.values()) if (taken.some((root) => isInside(textOf(path), root))) note(path);
	const seen = parts.filter(
		({ site, changes }) => site.exists && site.path !== undefined && changes !== undefined,
	);
	const inTheWay = seen.flatMap(({ changes }) => changes?.inTheWay.map(textOf) ?? []);
	for (const path of unproven.values()) if (inTheWay.some((root) => isInside(textOf(path), root))) note(path);
	const bySnapshot = Map.groupBy(seen, ({ placed }) => placed.piece.part.snapshot);
	for (const [snapshot, some] of bySnapshot) {
		const trees = some.map(({ from, site }) => {
			const match = matchTree(from, site.path ?? '');
			const onEntry = (entry: TreeEntry) => {
				const live = match.add(entry);
				// A folder is only given its owner and mode.
				if (live === undefined || live.stats.isDirectory()) return;
				if (unproven.has(keyOf(live.path))) note(live.path);
			};
			return { from, onEntry };
		});
		await listTrees(source, snapshot, trees, whole, run.signal);
	}
	return [...found.values()];
}

/**
 * Compares the safety snapshot with what is about to be overwritten or deleted, before a byte of it is. What the restore
 * does not touch need not be in it, and is then kept even by `--delete`.
 *
 * @throws restore-refused naming what is not in it; repository-*
 */
export async function proveSafety(
	run: Pick<Run, 'signal'>,
	deps: Pick<RestoreDeps, 'own' | 'source'>,
	request: ProofRequest,
): Promise<Proven> {
	const unproven = await differences(run, deps, request);
	const lost = unproven.size === 0 ? [] : await atStake(run, deps, request, unproven);
	const [first, ...more] = lost;
	if (first !== undefined)
		throw new BackupTuiError(
			'restore-refused',
			`the safety snapshot does not hold ${textOf(first)} as it is${more.length > 0 ? ` (and ${more.length} more)` : ''}: nothing was overwritten`,
			{ hint: 'run as root and end what still writes there, or mend the disk; then restore again' },
		);
	return { unproven: new Set(unproven.keys()), at: BigInt(request.since - tickMs) * 1_000_000n };
}
