import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';

/** A symbolic link on the way to a path. */
export interface PassedLink {
	/** Absolute; no other link is on the way to it. */
	readonly path: string;
	/** What it says, as it is written. */
	readonly target: string;
	/** User id of its owner: who can lead us elsewhere. */
	readonly owner: number;
}

/** Where a path really leads. */
export interface FollowedPath {
	/** Absolute, without links: also where nothing lies yet. */
	readonly real: string;
	/** Links that were followed, in their order. */
	readonly links: readonly PassedLink[];
	/** What lies there; undefined where nothing does. */
	readonly stats: Stats | undefined;
}

/** As many as Linux follows (path_resolution(7)). */
export const mostLinks = 40;

/** The names a path consists of, without empty ones and `.`. */
export function steps(path: string): string[] {
	return path.split('/').filter((step) => step !== '' && step !== '.');
}

/** @returns undefined for what is not there; throws what else lstat(2) says */
export function lstatOrNothing(path: string): Stats | undefined {
	try {
		return lstatSync(path);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
		throw error;
	}
}

/**
 * Walks an absolute path step by step, as the kernel does, and tells every link it passes. Used before root writes
 * somewhere: the answer is shown, judged and then used in place of the path.
 *
 * @throws what lstat(2) throws beside "nothing there": EACCES, ENAMETOOLONG, and ELOOP after 40 links
 */
export function followPath(path: string): FollowedPath {
	const links: PassedLink[] = [];
	let real = '/';
	let stats = lstatOrNothing('/');
	const left = steps(path);
	for (let step = left.shift(); step !== undefined; step = left.shift()) {
		if (step === '..') {
			real = dirname(real);
			stats = lstatOrNothing(real);
			continue;
		}
		const next = join(real, step);
		const found = stats === undefined ? undefined : lstatOrNothing(next);
		if (found?.isSymbolicLink() !== true) {
			real = next;
			stats = found;
			continue;
		}
		if (links.length === mostLinks)
			throw Object.assign(new Error(`ELOOP: too many symbolic links: ${path}`), { code: 'ELOOP', path });
		const target = readlinkSync(next);
		links.push({ path: next, target, owner: found.uid });
		left.unshift(...steps(target));
		if (!target.startsWith('/')) continue;
		real = '/';
		stats = lstatOrNothing('/');
	}
	return { real, links, stats };
}

/** @returns the links that neither root nor this user has made: nobody else decides where we write */
export function linksOfOthers(
	links: readonly PassedLink[],
	self: number = process.geteuid?.() ?? 0,
): readonly PassedLink[] {
	return links.filter(({ owner }) => owner !== 0 && owner !== self);
}

/** @returns the first link among the folders between `root` (not itself) and `path` (not itself), which nothing follows */
export function linkBetween(root: string, path: string): string | undefined {
	let folder = root;
	for (const step of steps(path.slice(root.length)).slice(0, -1)) {
		folder = join(folder, step);
		const stats = lstatOrNothing(folder);
		if (stats === undefined) return undefined;
		if (stats.isSymbolicLink()) return folder;
	}
	return undefined;
}
