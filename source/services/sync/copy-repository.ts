import type { RemoteConfig } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import { remoteAddress, resticLocation } from '../../rclone/address.ts';
import { deadlineOf, timeLeft, withRetries } from './retry.ts';
import type { SyncDeps } from './types.ts';

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
export async function copyRepository(deps: SyncDeps, remote: RemoteConfig): Promise<string> {
	const location = resticLocation(remoteAddress(remote.remote, remote.path));
	if (deps.dryRun) {
		const argv = ['restic', '-r', location, 'copy', '--from-repo', deps.source.display];
		deps.emit({ type: 'command', tool: 'restic', argv, exitCode: null, ms: 0, dryRun: true });
		return 'nothing';
	}
	const deadline = deadlineOf(deps, remote);
	const copied = await withRetries({ deps, remote, deadline, retryable: mayPass }, () =>
		deps.source.copyTo(location, remote, timeLeft(deps, deadline)),
	);
	return `restic copy (${copied.snapshots} snapshots)`;
}
