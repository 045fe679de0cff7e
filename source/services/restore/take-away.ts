import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import type { Manifest } from '../backup/manifest.ts';
import type { RestoreDeps } from './deps.ts';
import { absentVolume, removalsOf } from './removals.ts';

/** Removes what was not there when a safety snapshot was taken. */
export async function takeAwayAbsent(
	deps: Pick<RestoreDeps, 'docker'>,
	manifest: Manifest | undefined,
): Promise<void> {
	const names = (manifest?.absent ?? []).flatMap((one) => absentVolume(one) ?? []);
	const holder = await deps.docker.hold(manifest?.stack.name ?? '', names);
	try {
		for (const { what, path } of await removalsOf(deps.docker, manifest)) {
			if (absentVolume(what) === undefined) takeAway(path);
			else empty(path);
		}
	} finally {
		await holder.release();
	}
}

/** Removes what a restore made; a directory that was there, empty, may stay. */
function takeAway(path: string): void {
	const stats = lstatSync(path, { throwIfNoEntry: false });
	if (stats?.isDirectory() === true) empty(path);
	else rmSync(path, { force: true });
	if (stats?.isDirectory() !== true) return;
	try {
		rmdirSync(path);
	} catch {
		// A mount point: it stays.
	}
}

function empty(directory: string): void {
	for (const name of readdirSync(directory, { encoding: 'buffer' })) {
		rmSync(Buffer.concat([Buffer.from(`${directory}/`), name]), { recursive: true, force: true });
	}
}
