import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { followPath, linkBetween, linksOfOthers, type PassedLink } from '../../process/follow-path.ts';
import { describePlace, type Placed } from './place.ts';
import type { RestoreDocker } from './ports.ts';

/** Where a placed piece is on this host right now: found once, for the plan, the safety snapshot and the writing. */
export interface Site {
	/** Absolute path without links, when files can be looked at and written there. */
	readonly path?: string;
	/** Something is there already. */
	readonly exists: boolean;
	/** Links that lead there: of root or of this user. */
	readonly links: readonly PassedLink[];
}

/** @returns whether something lies there; an empty directory is nothing. No link is followed */
export function isThere(path: string): boolean {
	try {
		return !lstatSync(path).isDirectory() || readdirSync(path).length > 0;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR') return false;
		throw error;
	}
}

function refused(message: string, hint: string): BackupTuiError {
	return new BackupTuiError('restore-refused', message, { hint });
}

function quoted(path: string): string {
	return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/**
 * Finds the real place of a path. Up to `root` links are followed that root or this user has made, as when a disk was full
 * and the stack was moved and linked back; below it, where a container may have made them, none is.
 *
 * @throws restore-refused for a link of somebody else, one that leads nowhere, or one below the root
 */
function locate(
	root: string,
	below: string,
): { readonly path: string; readonly links: readonly PassedLink[] } {
	let found: ReturnType<typeof followPath>;
	try {
		found = followPath(root);
	} catch (error) {
		throw refused(
			`${root} cannot be looked at: ${(error as Error).message}`,
			`look yourself: ls -ld ${quoted(root)}`,
		);
	}
	const { real, links, stats } = found;
	const [others] = linksOfOthers(links);
	if (others !== undefined)
		throw refused(
			`${others.path} is a link to ${others.target}, made by another user (uid ${others.owner}): nothing is written through it`,
			`if that is where it belongs, make the link yours: chown -h root: ${quoted(others.path)}`,
		);
	const last = links.at(-1);
	if (last !== undefined && stats === undefined)
		throw refused(
			`${last.path} is a link to ${last.target}, and nothing is there`,
			`mount what it leads to, or remove the link: rm ${quoted(last.path)}`,
		);
	if (below === '') return { path: real, links };
	const path = join(real, below);
	const between = linkBetween(real, path);
	if (between !== undefined)
		throw refused(
			`${between} is a link by now: nothing is restored through it`,
			`restore the folder it lies in, or remove the link: rm ${quoted(between)}`,
		);
	return { path, links };
}

/** @returns where a piece lies on this host now; an empty directory counts as not there. Throws `restore-refused` for links that are not followed */
export async function siteOf(
	docker: Pick<RestoreDocker, 'volume' | 'hostPath'>,
	placed: Placed,
): Promise<Site> {
	const { place, piece } = placed;
	if (place.kind === 'path') {
		const root = place.root ?? place.to;
		const found = locate(root, place.to.slice(root.length));
		return { ...found, exists: isThere(found.path) };
	}
	const nothing = { exists: false, links: [] };
	if (place.kind === 'anonymous') return nothing;
	const volume = await docker.volume(place.volume);
	if (volume === undefined) return nothing;
	const root = docker.hostPath(volume);
	if (root === undefined || piece.part.kind === 'stream') return { exists: true, links: [] };
	const found = locate(root, belowVolume(piece));
	return { ...found, exists: isThere(found.path) };
}

/** @returns the path of a piece below the root of its volume, empty for all of it */
export function belowVolume({ part, below }: Placed['piece']): string {
	const inside = part.inside ?? '';
	return inside === '' || below === '' ? inside + below : `${inside}/${below}`;
}

/**
 * The place must be the one that was planned, shown, and copied into the safety snapshot.
 *
 * @throws restore-refused
 */
export function assertSamePlace(placed: Placed, planned: Pick<Site, 'path'>, now: Pick<Site, 'path'>): void {
	if (planned.path === undefined || planned.path === now.path) return;
	throw refused(
		`${describePlace(placed.place)} was ${planned.path} and is ${now.path ?? 'gone'} by now`,
		'somebody has moved it meanwhile: look at it, then restore again',
	);
}
