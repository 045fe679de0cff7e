import type { RemoteConfig } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import { remoteAddress, resticLocation } from '../../rclone/address.ts';
import { requireDirectory } from './remote-directory.ts';
import type { RemoteMemory } from './remote-state.ts';
import { deadlineOf, timeLeft, withRetries } from './retry.ts';
import type { SyncDeps, SyncOptions } from './types.ts';

function mayPass(error: unknown): boolean {
	return error instanceof BackupTuiError && ['repository-unreachable', 'timed-out'].includes(error.code);
}

/**
 * Copies the snapshots of a repository that is not a local directory into a second repository on the remote. Nothing is
 * ever taken away there: what the source loses, the copy keeps.
 *
 * @returns how it was done, in words
 * @throws what restic ends with, as `repository-*`
 */
export async function copyRepository(
	deps: SyncDeps,
	remote: RemoteConfig,
	options: SyncOptions,
	memory: RemoteMemory,
): Promise<string> {
	const address = remoteAddress(remote.remote, remote.path);
	await requireDirectory({ address, remote });
	const location = resticLocation(address);
	if (deps.dryRun) {
		const argv = ['restic', '-r', location, 'copy', '--from-repo', deps.source.display];
		deps.emit({ type: 'command', tool: 'restic', argv, exitCode: null, ms: 0, dryRun: true });
		return 'nothing';
	}
	const deadline = deadlineOf(deps, remote);
	const expected = options.newPlace === true ? undefined : memory.state.copyId;
	const copied = await withRetries({ deps, remote, deadline, retryable: mayPass }, () =>
		deps.source.copyTo(location, remote, { ...timeLeft(deps, deadline), expected }),
	);
	memory.state = { ...memory.state, copyId: copied.id };
	return `restic copy (${copied.snapshots} snapshots)`;
}
