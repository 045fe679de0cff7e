import type { BigIntStats } from 'node:fs';
import type { TreeEntry } from '../../restic/types.ts';
import { type LivePath, textOf } from './live-tree.ts';

/** How many paths of each kind are named; the rest is only counted. */
const namedPaths = 10;

/** What a restore would do to what is there, by size, time, mode and owner. Sizes in bytes. */
export interface Changes {
	readonly entries: number;
	/** All regular files of the snapshot. */
	readonly bytes: number;
	/** What the disk must have room for: new files, and what changed ones grow by. */
	readonly growthBytes: number;
	/** What is deleted beforehand. */
	readonly freedBytes: number;
	readonly created: PathCount;
	/** Another size, time, type, mode or owner; those that are newer are counted there too. */
	readonly changed: PathCount;
	/** Changed since the snapshot was taken: what is lost. */
	readonly newer: PathCount;
	/** Deleted with `--delete`: in the live data, not in the snapshot. */
	readonly deleted: PathCount;
	/** Files that run with another user's rights once they are back. */
	readonly setuid: PathCount;
	/** Extra files that `--delete` leaves, with the reason. */
	readonly kept: PathCount;
	/** Links where the snapshot has something else: they are replaced, and what they lead to is left alone. */
	readonly links: PathCount;
	/** Directories where the snapshot has something else: restic does not replace them. All of them. */
	readonly inTheWay: readonly LivePath[];
	/** Device nodes, which give access to hardware once they are back. */
	readonly devices: PathCount;
}

export interface PathCount {
	readonly count: number;
	/** The first ten. */
	readonly paths: readonly string[];
}

// Go's os.FileMode bits, as restic's JSON has them (pkg.go.dev/io/fs#FileMode).
const goSetuid = 1 << 23;
const goSetgid = 1 << 22;
const goSticky = 1 << 20;

/** @returns permission bits with setuid, setgid and sticky, as stat(2) has them */
export function permissionsOf(goMode: number): number {
	return (
		(goMode & 0o777) |
		((goMode & goSetuid) === 0 ? 0 : 0o4000) |
		((goMode & goSetgid) === 0 ? 0 : 0o2000) |
		((goMode & goSticky) === 0 ? 0 : 0o1000)
	);
}

/** @param time RFC 3339 with up to nine digits of a second. @returns ns since the epoch */
export function nanosecondsOf(time: string): bigint {
	const found = /^(.*?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(time);
	if (found === null) return 0n;
	const ms = Date.parse(`${found[1]}${found[3]}`);
	if (Number.isNaN(ms)) return 0n;
	return BigInt(ms) * 1_000_000n + BigInt((found[2] ?? '').padEnd(9, '0'));
}

export function typeOf(stats: BigIntStats): TreeEntry['type'] {
	if (stats.isFile()) return 'file';
	if (stats.isDirectory()) return 'dir';
	if (stats.isSymbolicLink()) return 'symlink';
	if (stats.isFIFO()) return 'fifo';
	if (stats.isSocket()) return 'socket';
	if (stats.isBlockDevice()) return 'dev';
	return stats.isCharacterDevice() ? 'chardev' : 'irregular';
}

/** How an entry of a snapshot differs from what lies at its place. */
export type Difference = 'created' | 'changed' | 'newer' | 'same';

/** @returns how an entry of the snapshot differs from what lies at its place */
function compareEntry(entry: TreeEntry, live: BigIntStats | undefined): Difference {
	if (live === undefined) return 'created';
	if (typeOf(live) !== entry.type) return 'changed';
	const time = nanosecondsOf(entry.mtime);
	const other =
		Number(live.mode & 0o7777n) !== permissionsOf(entry.mode) ||
		Number(live.uid) !== entry.uid ||
		Number(live.gid) !== entry.gid;
	if (entry.type === 'dir') return other ? 'changed' : 'same';
	const content = live.mtimeNs !== time || (entry.type === 'file' && Number(live.size) !== entry.size);
	if (content && live.mtimeNs > time) return 'newer';
	return content || other ? 'changed' : 'same';
}

/** Bytes of the disk that a file has now; those that other names share are not counted. */
function allocated(live: BigIntStats): number {
	return live.isFile() && live.nlink === 1n ? Number(live.blocks) * 512 : 0;
}

/** Adds up entries of a snapshot against what lies there, one by one: memory does not grow with their number. */
export interface ChangeCounter {
	/** @param target where the entry will lie. @param live what lies there */
	add(entry: TreeEntry, target: LivePath, live: BigIntStats | undefined): Difference;
	addDeleted(path: LivePath, live: BigIntStats): void;
	addKept(path: LivePath, why: string): void;
	result(): Changes;
}

export function createChangeCounter(): ChangeCounter {
	const kinds = ['created', 'changed', 'newer', 'deleted', 'kept', 'links', 'setuid', 'devices'] as const;
	const counts = Object.fromEntries(
		kinds.map((kind) => [kind, { count: 0, paths: [] as string[] }]),
	) as Record<(typeof kinds)[number], { count: number; paths: string[] }>;
	const sums = { entries: 0, bytes: 0, growthBytes: 0, freedBytes: 0 };
	const inTheWay: LivePath[] = [];
	const note = (kind: (typeof kinds)[number], path: LivePath, why = '') => {
		counts[kind].count += 1;
		if (counts[kind].paths.length < namedPaths) counts[kind].paths.push(textOf(path) + why);
	};
	return {
		add: (entry, target, live) => {
			sums.entries += 1;
			if (entry.type === 'file') sums.bytes += entry.size;
			const difference = compareEntry(entry, live);
			if (difference === 'created') note('created', target);
			else if (difference !== 'same') note('changed', target);
			if (difference !== 'same' && entry.type === 'file')
				sums.growthBytes += Math.max(0, entry.size - (live === undefined ? 0 : allocated(live)));
			if (live?.isDirectory() === true && entry.type !== 'dir') inTheWay.push(target);
			if (live?.isSymbolicLink() === true && entry.type !== 'symlink') note('links', target);
			if (difference === 'newer') note('newer', target);
			if (entry.type === 'file' && (permissionsOf(entry.mode) & 0o6000) !== 0) note('setuid', target);
			if (entry.type === 'dev' || entry.type === 'chardev') note('devices', target);
			return difference;
		},
		addDeleted: (path, live) => {
			note('deleted', path);
			sums.freedBytes += allocated(live);
		},
		addKept: (path, why) => note('kept', path, `: ${why}`),
		result: () => ({ ...sums, inTheWay: [...inTheWay], ...structuredClone(counts) }),
	};
}
