import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemoteConfig } from '../../config/types.ts';
import { rcloneLocation, remoteAddress } from '../../rclone/address.ts';
import {
	emptyState,
	loadRemoteState,
	type PastSync,
	shortSnapshotId,
	stateForLocation,
} from './remote-state.ts';

const hourMs = 60 * 60 * 1000;

/** How one remote stands, from local files alone: fast enough for a prompt. */
export interface RemoteStatus {
	readonly name: string;
	/** For people: `b2:/backup/restic`, a directory, or the command. */
	readonly display: string;
	readonly last?: PastSync;
	/** ISO time, UTC. */
	readonly lastSuccess?: string;
	/** Snapshots of the repository that are not on the remote; undefined when the repository cannot be looked at. */
	readonly behindSnapshots?: number;
	/** Older than the remote's `expectedHours`, or never synced. */
	readonly overdue: boolean;
	/** Files and bytes on the remote after the last good sync. */
	readonly files?: number;
	readonly bytes?: number;
	/** The latest first. */
	readonly history: readonly PastSync[];
}

/** The place as the state of a remote names it. */
export function locationOf(remote: RemoteConfig): string {
	if (remote.command.length > 0) return remote.command.join(' ');
	return rcloneLocation(remoteAddress(remote.remote, remote.path));
}

function displayOf(remote: RemoteConfig): string {
	if (remote.command.length > 0) return remote.command.join(' ');
	return remote.remote.startsWith('/') ? join(remote.remote, remote.path) : `${remote.remote}:${remote.path}`;
}

/** @returns ids of the snapshots in a local repository, undefined when it is none */
async function snapshotsIn(directory: string | undefined): Promise<string[] | undefined> {
	if (directory === undefined) return undefined;
	try {
		return (await readdir(join(directory, 'snapshots'))).map(shortSnapshotId);
	} catch {
		return undefined;
	}
}

/**
 * Tells how far behind each remote is.
 *
 * @param directory of the repository, undefined when it is not local
 * @param now ms since 1970
 */
export async function remoteStatuses(
	remotes: readonly RemoteConfig[],
	stateDir: string,
	directory: string | undefined,
	now: number,
): Promise<readonly RemoteStatus[]> {
	const [local, states] = await Promise.all([
		snapshotsIn(directory),
		Promise.all(remotes.map((remote) => loadRemoteState(stateDir, remote.name))),
	]);
	return remotes.map((remote, index) => {
		const state = stateForLocation(states[index] ?? emptyState, locationOf(remote));
		const there = new Set(state.snapshots);
		const age =
			state.lastSuccess === undefined ? Number.POSITIVE_INFINITY : now - Date.parse(state.lastSuccess);
		const [last] = state.history;
		return {
			name: remote.name,
			display: displayOf(remote),
			...(last === undefined ? {} : { last }),
			...(state.lastSuccess === undefined ? {} : { lastSuccess: state.lastSuccess }),
			...(local === undefined ? {} : { behindSnapshots: local.filter((id) => !there.has(id)).length }),
			// A success dated in the future says nothing about how long ago it was.
			overdue: remote.expectedHours > 0 && (age > remote.expectedHours * hourMs || age < -hourMs),
			...(state.files === undefined ? {} : { files: state.files }),
			...(state.bytes === undefined ? {} : { bytes: state.bytes }),
			history: state.history,
		};
	});
}
