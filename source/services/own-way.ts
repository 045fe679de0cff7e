import { lstatSync, mkdirSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { BackupTuiError } from '../errors.ts';
import { lstatOrNothing, mostLinks, steps } from '../process/follow-path.ts';

/** A directory that nobody but root and this user can lead elsewhere, or that does not exist yet. */
export interface OwnPlace {
	/** Absolute, without links. */
	readonly path: string;
	readonly exists: boolean;
}

const sticky = 0o1000;

interface Me {
	readonly uid: number;
	readonly gid: number;
}

function refused(message: string, hint: string): BackupTuiError {
	return new BackupTuiError('restore-refused', message, { hint });
}

/** @returns who else can put something into a directory, in words */
function otherWriters({ mode, gid }: Stats, me: Me): string | undefined {
	if ((mode & 0o002) !== 0) return 'everybody';
	// A group of one: where each user has a group of their own, their folders are theirs though the group may write.
	const own = gid === 0 || gid === me.gid;
	return (mode & 0o020) !== 0 && !own ? `group ${gid}` : undefined;
}

/** Somebody else could put a link there while root writes. */
function assertOwn(path: string, stats: Stats, target: string, me: Me): void {
	const way = path === target ? path : `${path}, on the way to ${target},`;
	const elsewhere = 'name a folder that is yours on the whole way, or a new one below such a folder or /tmp';
	if (stats.uid !== 0 && stats.uid !== me.uid)
		throw refused(`${way} belongs to user ${stats.uid}, who can lead elsewhere what is written`, elsewhere);
	if (stats.isSymbolicLink()) return;
	if (!stats.isDirectory()) throw refused(`${way} is not a directory`, 'name another folder');
	const writers = otherWriters(stats, me);
	// In a sticky directory nobody removes or renames what is another's, so what is below it is safe; itself it is not.
	if (writers === undefined || (path !== target && (stats.mode & sticky) !== 0)) return;
	throw refused(`${way} can be written to by ${writers}`, elsewhere);
}

/**
 * Judges a directory that files from a snapshot are written to: it and everything on the way to it belongs to root or to
 * this user, and nobody else may write there. Links on the way are followed where they are ours; the directory itself is
 * none.
 *
 * @param target absolute
 * @throws restore-refused naming what is not ours
 */
export function ownPlace(
	target: string,
	me: Me = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 },
): OwnPlace {
	if (lstatOrNothing(target)?.isSymbolicLink() === true) {
		const leads = readlinkSync(target);
		throw refused(`${target} is a link to ${leads}: nothing is written through it`, `name the folder itself`);
	}
	let at = '/';
	let links = 0;
	assertOwn(at, lstatSync(at), target, me);
	const left = steps(target);
	for (let step = left.shift(); step !== undefined; step = left.shift()) {
		if (step === '..') {
			at = dirname(at);
			continue;
		}
		const next = join(at, step);
		const last = left.length === 0;
		const stats = lstatOrNothing(next);
		if (stats === undefined) return { path: join(next, ...left), exists: false };
		assertOwn(next, stats, last ? next : target, me);
		if (!stats.isSymbolicLink()) {
			at = next;
			continue;
		}
		const leads = readlinkSync(next);
		links += 1;
		if (links > mostLinks) throw refused(`too many links on the way to ${target}`, 'name another folder');
		left.unshift(...steps(leads));
		if (leads.startsWith('/')) at = '/';
	}
	return { path: at, exists: true };
}

/**
 * Makes a directory that was judged, private (0700), with what is missing on the way.
 *
 * @returns its path without links
 * @throws restore-refused, no-permission
 */
export function makeOwnPlace(target: string): string {
	const { path, exists } = ownPlace(target);
	if (exists) return path;
	let at = '/';
	for (const step of steps(path)) {
		at = join(at, step);
		if (lstatOrNothing(at) !== undefined) continue;
		try {
			mkdirSync(at, { mode: 0o700 });
		} catch (error) {
			throw new BackupTuiError('no-permission', `cannot make ${at}: ${(error as Error).message}`, {
				cause: error,
				hint: 'name a folder you can write to, or run as root',
			});
		}
	}
	// Whoever was quicker than mkdir is found out.
	return ownPlace(target).path;
}

/**
 * Nothing between a directory of ours and a place in it, nor what lies there, is a link: it would lead out of it.
 *
 * @param root a directory that was judged
 * @throws restore-refused
 */
export function assertNoLinkInside(root: string, path: string): void {
	let at = root;
	for (const step of steps(path.slice(root.length))) {
		at = join(at, step);
		const stats = lstatOrNothing(at);
		if (stats === undefined) return;
		if (stats.isSymbolicLink())
			throw refused(
				`${at} is a link to ${readlinkSync(at)}: nothing is written through it`,
				'take an empty or new folder',
			);
	}
}

/**
 * Makes the folders from a directory of ours down to a place in it; a link among them is never followed.
 *
 * @param root a directory that was judged
 * @param folder below it
 * @throws restore-refused
 */
export function makeWayInside(root: string, folder: string): void {
	assertNoLinkInside(root, folder);
	mkdirSync(folder, { recursive: true, mode: 0o755 });
}
