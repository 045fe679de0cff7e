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
		const volume = name === undefined ? undefined : await docker.volume(name);
		const path = name === undefined ? what : volume === undefined ? undefined : docker.hostPath(volume);
		if (path !== undefined && isThere(path)) found.push({ what, path });
	}
	return found;
}
