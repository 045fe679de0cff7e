import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Placed } from './place.ts';
import type { Site } from './plan.ts';
import type { RestoreDocker } from './ports.ts';

/** @returns whether something lies there; an empty directory is nothing */
export function isThere(path: string): boolean {
	try {
		if (!lstatSync(path).isDirectory()) return statSync(path, { throwIfNoEntry: false }) !== undefined;
		return readdirSync(path).length > 0;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT' || code === 'ENOTDIR') return false;
		throw error;
	}
}

/** @returns where a piece lies on this host now; an empty directory counts as not there */
export async function siteOf(
	docker: Pick<RestoreDocker, 'volume' | 'hostPath'>,
	placed: Placed,
): Promise<Site> {
	const { place, piece } = placed;
	if (place.kind === 'path') return { path: place.to, exists: isThere(place.to) };
	if (place.kind === 'anonymous') return { exists: false };
	const volume = await docker.volume(place.volume);
	if (volume === undefined) return { exists: false };
	const root = docker.hostPath(volume);
	if (root === undefined || piece.part.kind === 'stream') return { exists: true };
	const path = piece.below === '' ? root : join(root, piece.below);
	return { path, exists: isThere(path) };
}
