import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { BackupTuiError } from '../../errors.ts';
import { choosePieces } from './choose-parts.ts';
import type { RestoreDeps, StackSelection } from './deps.ts';
import { openSnapshot } from './open-snapshot.ts';
import { entryAt } from './write-files.ts';

/**
 * One file of a snapshot to a stream; a directory as a tar archive.
 *
 * @throws usage unless exactly one thing is named; snapshot-unknown, stack-unknown, restore-failed
 */
export async function restoreToStream(
	deps: Pick<RestoreDeps, 'source' | 'config'>,
	request: StackSelection,
	to: Writable,
	signal: AbortSignal,
): Promise<void> {
	const opened = await openSnapshot(deps, request, signal);
	const named = request.selection.volumes.length + request.selection.include.length > 0;
	const pieces = named ? choosePieces(opened.parts, request.selection, opened.missing) : [];
	const [piece, other] = pieces;
	if (piece === undefined || other !== undefined) {
		throw new BackupTuiError('usage', '--stdout takes exactly one file, folder or volume', {
			hint: 'name it with --include PATH or --volume NAME',
		});
	}
	const { part } = piece;
	const from = piece.below === '' ? part.source : join(part.source, piece.below);
	const entry = await entryAt(deps.source, part.snapshot, from, signal);
	if (entry === undefined) {
		throw new BackupTuiError('restore-failed', `${from} is not in snapshot ${part.snapshot.slice(0, 8)}`, {
			hint: `look what is in it: backup-tui snapshots ls ${part.snapshot.slice(0, 8)}`,
		});
	}
	if (entry.type !== 'file' && entry.type !== 'dir') {
		throw new BackupTuiError('usage', `${from} is a ${entry.type}: it has no content`, {
			hint: 'restore it into a directory: --target DIR',
		});
	}
	await deps.source.dump(part.snapshot, from, to, {
		signal,
		...(entry.type === 'dir' ? { archive: 'tar' as const } : {}),
	});
}
