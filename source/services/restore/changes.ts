import { type BigIntStats, lstatSync } from 'node:fs';
import type { TreeEntry } from '../../restic/types.ts';

/** How many paths of each kind are named; the rest is only counted. */
const namedPaths = 10;

/** What a restore would do to what is there, by size, time, mode and owner. Sizes in bytes. */
export interface Changes {
	readonly entries: number;
	/** All regular files of the snapshot. */
	readonly bytes: number;
	/** Those of new files: what the disk must have room for. */
	readonly createdBytes: number;
	readonly created: PathCount;
	/** Another size, time, type, mode or owner; those that are newer are counted there too. */
	readonly changed: PathCount;
	/** Changed since the snapshot was taken: what is lost. */
	readonly newer: PathCount;
	/** Deleted with `--delete`: in the live data, not in the snapshot. */
	readonly deleted: PathCount;
	/** Files that run with another user's rights once they are back. */
	readonly setuid: PathCount;
	/** Directories where the snapshot has something else: restic does not replace them. All of them. */
	readonly inTheWay: readonly string[];
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

function typeOf(stats: BigIntStats): TreeEntry['type'] {
	if (stats.isFile()) return 'file';
	if (stats.isDirectory()) return 'dir';
	if (stats.isSymbolicLink()) return 'symlink';
	if (stats.isFIFO()) return 'fifo';
	if (stats.isSocket()) return 'socket';
	if (stats.isBlockDevice()) return 'dev';
	return stats.isCharacterDevice() ? 'chardev' : 'irregular';
}

function lstatOrNothing(path: string): BigIntStats | undefined {
	try {
		return lstatSync(path, { bigint: true });
	} catch {
		return undefined;
	}
}

/** @returns how an entry of the snapshot differs from what lies at its place */
function compareEntry(
	entry: TreeEntry,
	live: BigIntStats | undefined,
): 'created' | 'changed' | 'newer' | 'same' {
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

/** Adds up entries of a snapshot against the file system, one by one: memory does not grow with their number. */
export interface ChangeCounter {
	/** @param target where the entry will lie */
	add(entry: TreeEntry, target: string): void;
	addDeleted(path: string): void;
	result(): Changes;
}

export function createChangeCounter(
	lstat: (path: string) => BigIntStats | undefined = lstatOrNothing,
): ChangeCounter {
	const kinds = ['created', 'changed', 'newer', 'deleted', 'setuid', 'devices'] as const;
	const counts = Object.fromEntries(
		kinds.map((kind) => [kind, { count: 0, paths: [] as string[] }]),
	) as Record<(typeof kinds)[number], { count: number; paths: string[] }>;
	let entries = 0;
	let bytes = 0;
	let createdBytes = 0;
	const inTheWay: string[] = [];
	const note = (kind: (typeof kinds)[number], path: string) => {
		counts[kind].count += 1;
		if (counts[kind].paths.length < namedPaths) counts[kind].paths.push(path);
	};
	return {
		add: (entry, target) => {
			entries += 1;
			if (entry.type === 'file') bytes += entry.size;
			const live = lstat(target);
			const difference = compareEntry(entry, live);
			if (difference === 'created') {
				note('created', target);
				if (entry.type === 'file') createdBytes += entry.size;
			}
			if (difference === 'changed' || difference === 'newer') note('changed', target);
			if (live?.isDirectory() === true && entry.type !== 'dir') inTheWay.push(target);
			if (difference === 'newer') note('newer', target);
			if (entry.type === 'file' && (permissionsOf(entry.mode) & 0o6000) !== 0) note('setuid', target);
			if (entry.type === 'dev' || entry.type === 'chardev') note('devices', target);
		},
		addDeleted: (path) => note('deleted', path),
		result: () => ({ entries, bytes, createdBytes, inTheWay: [...inTheWay], ...structuredClone(counts) }),
	};
}
