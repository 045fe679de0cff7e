import type { RemoteConfig } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import { inspectRcloneConfig } from '../../rclone/config-file.ts';
import { refusedOptions } from '../../rclone/options.ts';
import { openMirror } from './mirror-context.ts';
import { mirrorPass } from './mirror-pass.ts';
import { requireApart, requireDirectory } from './remote-directory.ts';
import type { RemoteMemory } from './remote-state.ts';
import { withRetries } from './retry.ts';
import type { SyncDeps, SyncOptions, WayOutcome } from './types.ts';

/**
 * Mirrors a local repository to one remote: attempts with growing pauses within the remote's total time.
 *
 * @throws sync-guard, remote-*, no-space, timed-out, sync-failed ...
 */
export async function mirror(
	deps: SyncDeps,
	remote: RemoteConfig,
	directory: string,
	options: SyncOptions,
	memory: RemoteMemory,
): Promise<WayOutcome> {
	const context = openMirror(deps, remote, directory, options, memory);
	const { deadline, progress } = context;
	requireAllowedOptions(remote);
	await requireDirectory(context);
	if (context.address.kind === 'directory') requireApart(context.place, directory, remote.name);
	else warnOfConfig(deps, remote);
	const progressed = () => progress.takeFresh();
	const outcome = await withRetries({ deps, remote, deadline, progressed }, () => mirrorPass(context));
	return { ...outcome, transferredBytes: progress.sentBytes, transferredFiles: progress.sentFiles };
}

/** rclone's config holds credentials that anyone who can read it can use. */
function warnOfConfig(deps: SyncDeps, remote: RemoteConfig): void {
	const { warning } = inspectRcloneConfig(remote.rcloneConfig, deps.environment);
	if (warning === undefined) return;
	deps.emit({
		type: 'message',
		level: 'warn',
		text: `${remote.name}: ${warning.message}`,
		hint: warning.hint,
	});
}

function requireAllowedOptions(remote: RemoteConfig): void {
	const refused = refusedOptions(remote.extraOptions);
	if (refused.length === 0) return;
	const what = `${remote.name}: rclone option not allowed here: ${refused.join(' ')}`;
	throw new BackupTuiError('config-invalid', what, {
		hint: 'EXTRA_OPTIONS may tune speed and certificates, not what is copied or deleted',
	});
}
