import { BackupTuiError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { restoreArgs } from './args.ts';
import { listTree } from './browse.ts';
import { count, type Message, parseMessage } from './messages.ts';
import type { Session } from './session.ts';
import type { CallOptions, RestoreProgress, RestoreRequest, RestoreResult } from './types.ts';

export interface RestoreCall extends CallOptions {
	readonly onProgress?: (progress: RestoreProgress) => void;
}

async function assertIncluded(session: Session, request: RestoreRequest, call: CallOptions): Promise<void> {
	for (const included of request.include ?? []) {
		const path = `${request.subfolder ?? ''}${included}`;
		let found = false;
		const parent = path.slice(0, path.lastIndexOf('/')) || '/';
		await listTree(session, request.snapshot, {
			...call,
			path: parent,
			onEntry: (entry) => {
				found ||= entry.path === path;
			},
		});
		if (!found) {
			throw new BackupTuiError(
				'restore-failed',
				`${path} is not in snapshot ${request.snapshot.slice(0, 8)}`,
				{
					hint: `look what is in it: backup-tui snapshots ls ${request.snapshot.slice(0, 8)} ${parent}`,
				},
			);
		}
	}
}

/**
 * Restores a snapshot or parts of it.
 *
 * @throws restore-failed also for a path that is not in the snapshot (restic itself restores nothing and exits with 0)
 */
export async function restoreSnapshot(
	session: Session,
	request: RestoreRequest,
	call: RestoreCall = {},
): Promise<RestoreResult> {
	const { abilities } = await session.version();
	const args = restoreArgs(request, abilities);
	if (request.includeSeen !== true) await assertIncluded(session, request, call);
	let summary: Message | undefined;
	const ended = session.run({
		operation: 'restore',
		args,
		lock: request.noLock === true || request.dryRun === true ? 'none' : 'needed',
		...(call.signal === undefined ? {} : { signal: call.signal }),
		...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs }),
		...(call.stack === undefined ? {} : { stack: call.stack }),
		command: {
			maxOutputBytes: 64 * 1024,
			onStdoutLine: (line) => {
				const message = parseMessage(line);
				if (message?.message_type === 'status') call.onProgress?.(parseProgress(message));
				else if (message?.message_type === 'summary') summary = message;
			},
		},
	});
	await ended.catch((error: unknown) => {
		throw errorOfTarget(error, request.target);
	});
	if (summary === undefined) return {};
	return { filesRestored: count(summary.files_restored), bytesRestored: count(summary.bytes_restored) };
}

/** It is the place that is written to that is full or cannot be changed, not the repository. */
function errorOfTarget(error: unknown, target: string): unknown {
	if (!(error instanceof BackupTuiError)) return error;
	const detail = error.detail === undefined ? {} : { detail: error.detail };
	if (error.code === 'no-space')
		return new BackupTuiError('no-space', `no space left to restore to ${target}: ${error.message}`, {
			cause: error,
			exitCode: exitCodes.restore,
			hint: `free space there (df -h ${target}), then restore again`,
			...detail,
		});
	if (error.code === 'no-permission')
		return new BackupTuiError('restore-failed', `not all of ${target} can be written: ${error.message}`, {
			cause: error,
			hint: `look for immutable files (lsattr -R ${target}) and read-only mounts, then restore again`,
			...detail,
		});
	return error;
}

function parseProgress(message: Message): RestoreProgress {
	return {
		bytesDone: count(message.bytes_restored) + count(message.bytes_skipped),
		bytesTotal: count(message.total_bytes),
		filesDone: count(message.files_restored) + count(message.files_skipped),
		filesTotal: count(message.total_files),
	};
}
