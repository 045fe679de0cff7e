import type { RemoteConfig } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import { unmountedAbove } from '../mount-points.ts';
import { guardError } from './guards.ts';
import { type Disk, diskOf } from './local-disk.ts';
import { localEnds, type Place } from './place.ts';
import { openMemory, type RemoteMemory, readRemoteState, stateAt } from './remote-state.ts';
import type { SyncDeps, SyncOptions } from './types.ts';

/** What the disks of a place are judged by. */
export interface DiskFacts {
	/** Directory of the repository, undefined when it is not local. */
	readonly repository: string | undefined;
	readonly stateDir: string;
}

export interface MountedPlace {
	/** Mount point of each local directory the place ends in. */
	readonly mounts: Readonly<Record<string, string>>;
	/** What speaks against it as a place for a copy, in words. */
	readonly warning: string | undefined;
}

function leftItsDisk(disk: Disk, was: string): boolean {
	return disk.mountPoint !== was && (disk.mountPoint === '/' || was.startsWith(`${disk.mountPoint}/`));
}

/**
 * The disks of a place must be mounted: by fstab, and where the place was on a disk of its own before.
 *
 * @throws remote-unreachable, sync-guard
 */
export async function requireMounted(
	remote: RemoteConfig,
	place: Place,
	facts: DiskFacts,
	newPlace = false,
): Promise<MountedPlace> {
	const remembered = stateAt(readRemoteState(facts.stateDir, remote.name), place).place?.mounts;
	return await mountedPlace(remote, place, facts.repository, newPlace ? undefined : remembered);
}

async function mountedPlace(
	remote: RemoteConfig,
	place: Place,
	repository: string | undefined,
	remembered: Readonly<Record<string, string>> | undefined,
): Promise<MountedPlace> {
	const mounts: Record<string, string> = {};
	const own = repository === undefined ? undefined : (await diskOf(repository)).device;
	let warning: string | undefined;
	for (const path of localEnds(place)) {
		const disk = await diskOf(path);
		const point = unmountedAbove(path);
		if (point !== undefined) {
			throw new BackupTuiError(
				'remote-unreachable',
				`${remote.name}: the disk of ${path} is not mounted at ${point}`,
				{
					hint: `mount ${point}`,
				},
			);
		}
		const was = remembered?.[path];
		if (was !== undefined && leftItsDisk(disk, was)) {
			throw guardError(remote.name, {
				guard: 'remote',
				ok: false,
				detail: `${path} was on the disk mounted at ${was}, and nothing is mounted there now`,
				hint: `mount ${was}; if the copy is to start anew where it is now: backup-tui sync ${remote.name} --new-place`,
			});
		}
		mounts[path] = disk.mountPoint;
		if (disk.inMemory) warning = 'lies in memory: a reboot loses it';
		if (disk.device === own) warning = 'is on the same disk as the repository: one disk failure takes both';
	}
	return { mounts, warning };
}

/** The same for a sync, which remembers what it found and warns of a bad place for a copy the first time. */
export async function requireDisks(
	deps: SyncDeps,
	remote: RemoteConfig,
	place: Place,
	options: SyncOptions,
	memory: RemoteMemory,
): Promise<void> {
	const { state } = memory;
	const remembered = options.newPlace === true ? undefined : state.place?.mounts;
	const { mounts, warning } = await mountedPlace(remote, place, deps.source.directory, remembered);
	if (Object.keys(mounts).length > 0)
		memory.state = { ...state, place: { key: place.key, location: place.location, mounts } };
	if (warning === undefined || state.lastSuccess !== undefined) return;
	deps.emit({
		type: 'message',
		level: 'warn',
		text: `${remote.name}: ${place.location} ${warning}`,
		hint: 'choose a directory on another disk, or mount the disk that belongs there',
	});
}

/** Notes where the disks of a place are mounted, for a place that no sync has seen yet. */
export function rememberMounts(
	stateDir: string,
	remote: RemoteConfig,
	place: Place,
	mounts: Readonly<Record<string, string>>,
): void {
	if (Object.keys(mounts).length === 0) return;
	const memory = openMemory(stateDir, remote.name);
	const state = stateAt(memory.state, place);
	if (state.place?.mounts !== undefined) return;
	memory.state = { ...state, place: { key: place.key, location: place.location, mounts } };
	memory.save();
}
