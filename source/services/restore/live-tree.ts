import { isUtf8 } from 'node:buffer';
import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import type { TreeEntry } from '../../restic/types.ts';

/** A path on this host: bytes where a name in it is not UTF-8. */
export type LivePath = string | Buffer;

export type LiveStats = BigIntStats;

/** Something of this host that an entry of a snapshot is compared with. */
export interface LiveEntry {
	readonly path: LivePath;
	readonly stats: LiveStats;
}

/** What lies in a folder of this host and not in that of the snapshot. */
export interface LeftOver extends LiveEntry {
	/** Path of the folder in the snapshot. */
	readonly at: string;
	/** Names that only this host has. */
	readonly names: readonly LivePath[];
	/** Names of the snapshot that were asked for (`marks`). */
	readonly marked: readonly string[];
	/** The snapshot has nothing in it. */
	readonly empty: boolean;
}

interface OpenFolder {
	readonly at: string;
	/** Undefined where this host has no such folder. */
	readonly live: LiveEntry | undefined;
	readonly plain: Set<string>;
	/** Names that are not UTF-8, by what restic makes of them. */
	readonly odd: Map<string, Buffer[]>;
	readonly marked: string[];
	empty: boolean;
}

export interface TreeWatch {
	/** Names whose presence in a folder of the snapshot matters. */
	readonly marks?: readonly string[];
	/** A folder that is in both is done. */
	readonly onFolder?: (folder: LeftOver) => void;
	/** It is there, but cannot be looked at: no permission, a bad disk, or a path longer than the kernel takes. */
	readonly onUnreadable?: (path: LivePath) => void;
}

/** Walks a tree of a snapshot and the one of this host side by side. */
export interface TreeMatch {
	/** Entries as restic lists them: each folder before what is in it. @returns what lies there, or undefined */
	add(entry: TreeEntry): LiveEntry | undefined;
	/** All entries of the tree have come. */
	end(): void;
}

const replacement = '\ufffd';

/** Bytes of a character by its first byte. */
function widthOf(lead: number): number {
	if (lead < 0x80) return 1;
	return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** @returns a name as restic's JSON has it: one U+FFFD for each byte that is not UTF-8 (Go's encoding/json), where Node makes one of several */
export function goText(name: Buffer): string {
	if (isUtf8(name)) return name.toString();
	let text = '';
	for (let at = 0; at < name.length; ) {
		const piece = name.subarray(at, at + widthOf(name[at] ?? 0));
		const valid = isUtf8(piece);
		text += valid ? piece.toString() : replacement;
		at += valid ? piece.length : 1;
	}
	return text;
}

/** @returns a path for people */
export function textOf(path: LivePath): string {
	return typeof path === 'string' ? path : goText(path);
}

/** @returns a path as a key: two paths never have the same */
export function keyOf(path: LivePath): string {
	return typeof path === 'string' ? Buffer.from(path).toString('latin1') : path.toString('latin1');
}

export function childOf(folder: LivePath, name: LivePath): LivePath {
	if (typeof folder === 'string' && typeof name === 'string')
		return folder === '/' ? `/${name}` : `${folder}/${name}`;
	return Buffer.concat([Buffer.from(folder as string), Buffer.from('/'), Buffer.from(name as string)]);
}

/** @returns what lies there; undefined: nothing. Throws what lstat(2) throws else */
export function lstatLive(path: LivePath): LiveStats | undefined {
	try {
		return lstatSync(path, { bigint: true });
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
		throw error;
	}
}

/** @returns names of a folder; bytes for those that are not UTF-8 */
export function namesIn(folder: LivePath): readonly LivePath[] {
	return readdirSync(folder, { encoding: 'buffer' }).map((name) => (isUtf8(name) ? name.toString() : name));
}

/**
 * Matches a listing with the files of this host; memory grows with the largest folder, not with the tree. Names are
 * matched as bytes, as far as restic tells them.
 */
export function matchTree(from: string, root: string, watch: TreeWatch = {}): TreeMatch {
	const open: OpenFolder[] = [];
	const look = (path: LivePath): LiveStats | undefined => {
		try {
			return lstatLive(path);
		} catch {
			watch.onUnreadable?.(path);
			return undefined;
		}
	};
	const openFolder = (at: string, live: LiveEntry | undefined) => {
		const folder: OpenFolder = { at, live, plain: new Set(), odd: new Map(), marked: [], empty: true };
		open.push(folder);
		if (live === undefined) return;
		try {
			for (const name of namesIn(live.path)) {
				if (typeof name === 'string') folder.plain.add(name);
				else folder.odd.set(goText(name), [...(folder.odd.get(goText(name)) ?? []), name]);
			}
		} catch {
			watch.onUnreadable?.(live.path);
		}
	};
	const take = (folder: OpenFolder, name: string): LivePath | undefined => {
		folder.empty = false;
		if (watch.marks?.includes(name) === true) folder.marked.push(name);
		if (folder.plain.delete(name)) return name;
		return folder.odd.get(name)?.shift();
	};
	const close = () => {
		const folder = open.pop();
		if (folder?.live === undefined) return;
		const { at, live, plain, odd, marked, empty } = folder;
		watch.onFolder?.({ at, ...live, names: [...plain, ...[...odd.values()].flat()], marked, empty });
	};
	return {
		add: (entry) => {
			const parent = entry.path.slice(0, entry.path.lastIndexOf('/')) || '/';
			if (entry.path !== from) while (open.length > 0 && open.at(-1)?.at !== parent) close();
			const folder = entry.path === from ? undefined : open.at(-1);
			const name =
				folder === undefined ? undefined : take(folder, entry.path.slice(entry.path.lastIndexOf('/') + 1));
			const path =
				entry.path === from
					? root
					: folder?.live === undefined || name === undefined
						? undefined
						: childOf(folder.live.path, name);
			const stats = path === undefined ? undefined : look(path);
			const live = path === undefined || stats === undefined ? undefined : { path, stats };
			if (entry.type === 'dir') openFolder(entry.path, stats?.isDirectory() === true ? live : undefined);
			return live;
		},
		end: () => {
			while (open.length > 0) close();
		},
	};
}
