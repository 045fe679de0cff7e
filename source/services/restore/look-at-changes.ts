import { dirname } from 'node:path';
import type { Restic } from '../../restic/client.ts';
import type { TreeEntry } from '../../restic/types.ts';
import { mountPoints } from '../../stacks/path-facts.ts';
import { isInside } from '../../stacks/path-inside.ts';
import type { Run } from '../conduct-run.ts';
import { asideOf } from './aside.ts';
import { type Changes, createChangeCounter, typeOf } from './changes.ts';
import { type Attributes, attributesBelow, type Frozen, frozenBy, tooLong } from './frozen.ts';
import { judgeExtras, type KeepRules, markNames } from './keep-rules.ts';
import { listTrees } from './list-trees.ts';
import { childOf, type LeftOver, type LiveEntry, lstatLive, matchTree, textOf } from './live-tree.ts';
import type { Placed } from './place.ts';
import type { Site } from './site.ts';

/** What was seen of one piece, in the snapshot and at its place. */
export interface Looked {
	readonly changes: Changes;
	/** What lies at the top of it in the snapshot. */
	readonly entry: TreeEntry;
	/** Paths below it that cannot be changed and need not be. */
	readonly leave: readonly string[];
	/** What cannot be changed and would have to be. */
	readonly frozen: readonly Frozen[];
}

interface Sited {
	readonly placed: Placed;
	readonly site: Site;
}

interface Watched {
	readonly placed: Placed;
	readonly onEntry: (entry: TreeEntry) => void;
	readonly end: () => Looked;
}

/** So many that a person gets an idea. */
const mostFrozen = 20;

/**
 * Compares every entry of the pieces with what lies at their places, and judges what `--delete` would delete there.
 *
 * @throws restore-failed for a piece that is not in the snapshot; repository-*
 */
export async function lookAtChanges(
	run: Pick<Run, 'session' | 'signal'>,
	restic: Pick<Restic, 'ls'>,
	sited: readonly Sited[],
	request: { readonly delete: KeepRules | undefined; readonly whole: boolean; readonly aside: boolean },
): Promise<ReadonlyMap<Placed, Looked>> {
	const mounts = mountPoints();
	const watched: Watched[] = [];
	for (const one of sited) {
		const { path, exists } = one.site;
		const stats = exists && path !== undefined ? lstatLive(path) : undefined;
		const attributes =
			stats === undefined || path === undefined
				? new Map()
				: await attributesBelow(run, path, stats.isDirectory());
		watched.push(watch(one, attributes, mounts, request));
	}
	const snapshots = Map.groupBy(watched, ({ placed }) => placed.piece.part.snapshot);
	for (const [snapshot, trees] of snapshots) {
		const listed = trees.map(({ placed, onEntry }) => ({ from: placed.from, onEntry }));
		await listTrees(restic, snapshot, listed, request.whole, run.signal);
	}
	return new Map(watched.map(({ placed, end }) => [placed, end()]));
}

/** The folder in which something new is made. */
function nearestFolder(path: string): LiveEntry {
	for (let folder = path; ; folder = dirname(folder)) {
		const stats = lstatLive(folder);
		if (stats !== undefined) return { path: folder, stats };
	}
}

function watch(
	{ placed, site }: Sited,
	attributes: Attributes,
	mounts: readonly string[],
	{ delete: rules, aside }: { readonly delete: KeepRules | undefined; readonly aside: boolean },
): Watched {
	const { from } = placed;
	const root = site.path ?? '';
	const counter = createChangeCounter();
	const frozen: Frozen[] = [];
	const leave: string[] = [];
	/** A folder that cannot be changed, and all that was seen below it so far is as in the snapshot. */
	let still: { readonly at: string; readonly why: Frozen } | undefined;
	const beside = aside ? asideOf(root) : '';
	let top: TreeEntry | undefined;
	const above =
		site.exists || site.path === undefined ? undefined : frozenBy(nearestFolder(site.path), attributes);
	if (above !== undefined) frozen.push(above);
	const note = (why: Frozen) => {
		if (frozen.length < mostFrozen && !frozen.some((one) => one.path === why.path)) frozen.push(why);
	};
	const onFolder = (folder: LeftOver) => {
		if (rules === undefined) return;
		judgeExtras(rules, undefined, root, folder, {
			remove: (entry) => {
				counter.addDeleted(entry.path, entry.stats);
				const why = frozenBy(entry, attributes) ?? frozenBy(folder, attributes);
				if (why !== undefined) note(why);
			},
			keep: counter.addKept,
		});
	};
	const match = matchTree(from, root, {
		onFolder,
		...(rules === undefined ? {} : { marks: markNames(rules) }),
	});
	const relative = (entry: TreeEntry) => entry.path.slice(from === '/' ? 0 : from.length) || '/';
	/** Where what cannot be written is as in the snapshot it is left alone, a folder with everything in it. */
	const judge = (
		entry: TreeEntry,
		live: LiveEntry | undefined,
		target: ReturnType<typeof childOf>,
		same: boolean,
	) => {
		if (still !== undefined && isInside(entry.path, still.at)) {
			if (!same) note(still.why);
			return;
		}
		still = undefined;
		const long = aside
			? tooLong(target, Buffer.byteLength(beside + entry.path))
			: live === undefined
				? tooLong(target)
				: undefined;
		if (long !== undefined) note(long);
		if (live === undefined) return;
		if (typeOf(live.stats) !== entry.type && mounts.some((mount) => isInside(mount, textOf(live.path))))
			note({ path: live.path, why: 'is a mount point', hint: `unmount it: umount ${textOf(live.path)}` });
		const why = frozenBy(live, attributes);
		if (why === undefined) return;
		if (!same) note(why);
		else {
			leave.push(relative(entry));
			if (entry.type === 'dir') still = { at: entry.path, why };
		}
	};
	return {
		placed,
		onEntry: (entry) => {
			if (entry.path === from) top = entry;
			const live = site.exists ? match.add(entry) : undefined;
			const target = live?.path ?? (entry.path === from ? root : childOf(root, relative(entry).slice(1)));
			const difference = counter.add(entry, target, live?.stats);
			judge(entry, live, target, difference === 'same');
		},
		end: () => {
			match.end();
			return { changes: counter.result(), entry: top as TreeEntry, leave, frozen };
		},
	};
}
