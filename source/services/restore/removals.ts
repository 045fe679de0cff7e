import { basename, dirname, join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { followPath, linksOfOthers } from '../../process/follow-path.ts';
import type { Manifest } from '../backup/manifest.ts';
import type { RestoreDocker } from './ports.ts';
import { isThere } from './site.ts';

/** Something that was not there when a safety snapshot was taken, and is now: going back takes it away. */
export interface Removal {
	/** In words: a path, or a volume by its name. */
	readonly what: string;
	/** Absolute. */
	readonly path: string;
}

/** @returns the name of the volume that an absent place of a manifest is, or undefined for a path */
export function absentVolume(absent: string): string | undefined {
	return absent.startsWith('/') ? undefined : absent.replace(/^volume /, '');
}

/** @returns what going back to this snapshot takes away; it lies in no snapshot yet */
export async function removalsOf(
	docker: Pick<RestoreDocker, 'volume' | 'hostPath'>,
	manifest: Manifest | undefined,
): Promise<readonly Removal[]> {
	const found: Removal[] = [];
	for (const what of manifest?.absent ?? []) {
		const name = absentVolume(what);
		const path = name === undefined ? realPath(what) : await rootOf(docker, name);
		if (path === undefined || !isThere(path)) continue;
		found.push({ what, path });
	}
	return found;
}

async function rootOf(
	docker: Pick<RestoreDocker, 'volume' | 'hostPath'>,
	name: string,
): Promise<string | undefined> {
	const volume = await docker.volume(name);
	return volume === undefined ? undefined : docker.hostPath(volume);
}

/** Nothing is taken away through a link of somebody else. @throws restore-refused */
function realPath(path: string): string {
	const { real, links } = followPath(dirname(path));
	const [others] = linksOfOthers(links);
	if (others === undefined) return join(real, basename(path));
	throw new BackupTuiError(
		'restore-refused',
		`${others.path} is a link to ${others.target} by now, made by another user (uid ${others.owner}): ${path} cannot be taken away through it`,
		{ hint: `look at it: ls -l ${others.path}` },
	);
}
