import type { RemoteConfig } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { refusedOptions } from '../../rclone/options.ts';
import { type MirrorContext, openMirror } from './mirror-context.ts';
import { mirrorPass } from './mirror-pass.ts';
import { toProblem } from './problem.ts';
import { requireDirectory } from './remote-directory.ts';
import { writeRemoteState } from './remote-state.ts';
import { withRetries } from './retry.ts';
import type { SyncDeps, SyncOptions } from './types.ts';

export interface MirrorOutcome {
	readonly transferredBytes: number;
	readonly transferredFiles: number;
	readonly quarantinedFiles: number;
	readonly verified: string;
}

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
): Promise<MirrorOutcome> {
	const context = openMirror(deps, remote, directory, options);
	requireAllowedOptions(remote);
	requireDirectory(context);
	try {
		const outcome = await withRetries(
			{
				attempts: Math.max(1, remote.retries),
				deadline: context.deadline,
				clock: deps.clock,
				random: deps.random,
				...(deps.signal === undefined ? {} : { signal: deps.signal }),
				progressed: () => context.progress.takeFresh(),
				onFailure: ({ attempt, error, retryInMs }) =>
					deps.emit({
						type: 'attempt',
						remote: remote.name,
						attempt,
						of: Math.max(1, remote.retries),
						problem: toProblem(error),
						...(retryInMs === undefined ? {} : { retryInMs }),
					}),
			},
			() => mirrorPass(context),
		);
		return { ...outcome, ...sentBy(context) };
	} catch (error) {
		throw deps.clock.now() >= context.deadline ? timeUp(context, error) : error;
	} finally {
		if (!deps.dryRun) writeRemoteState(deps.stateDir, remote.name, context.state);
	}
}

function sentBy(context: MirrorContext) {
	const { sentBytes, sentFiles } = context.progress;
	return { transferredBytes: sentBytes, transferredFiles: sentFiles };
}

function requireAllowedOptions(remote: RemoteConfig): void {
	const refused = refusedOptions(remote.extraOptions);
	if (refused.length === 0) return;
	throw new BackupTuiError(
		'config-invalid',
		`${remote.name}: rclone option not allowed here: ${refused.join(' ')}`,
		{
			hint: 'EXTRA_OPTIONS may tune speed and certificates, not what is copied or deleted',
		},
	);
}

function timeUp(context: MirrorContext, cause: unknown): BackupTuiError {
	const { remote } = context;
	return new BackupTuiError(
		'timed-out',
		`${remote.name}: not finished within ${remote.syncTimeoutSeconds} s`,
		{
			cause,
			hint: 'the next sync goes on where this one stopped; a longer SYNC_TIMEOUT lets one finish',
			exitCode: exitCodes.sync,
		},
	);
}
