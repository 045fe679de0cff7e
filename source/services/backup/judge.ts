import { BackupTuiError } from '../../errors.ts';
import type { Run } from '../conduct-run.ts';
import { type HeldBackList, isShrunk, type SnapshotSize } from './shrink.ts';
import { fail, type StackCopy } from './stack-copy.ts';

export interface JudgeDeps {
	readonly heldBack: HeldBackList;
	readonly shrinkLimitPercent: number;
	readonly acceptShrink: boolean;
	/** Size of the last good snapshot of a stack. */
	readonly baseline: (copy: StackCopy) => Promise<SnapshotSize | undefined>;
	readonly now: () => Date;
}

/** The manifest is always there: a snapshot with nothing else is empty. */
const filesOfOurs = 1;

/**
 * Judges a copy by its size: empty, or far smaller than the last good one. Such a stack is held back: nothing of it is
 * forgotten or synced away until a person accepts it, or until its data is back.
 */
export async function judgeSize(run: Run, deps: JudgeDeps, copy: StackCopy): Promise<void> {
	const { backup } = copy;
	if (backup === undefined) return;
	const { name } = copy.item.stack;
	const now: SnapshotSize = {
		snapshot: backup.snapshotId,
		files: backup.summary.totalFiles,
		bytes: backup.summary.totalBytes,
	};
	if (now.files <= filesOfOurs) {
		const error = new BackupTuiError('snapshot-empty', `${name}: the snapshot is empty`, {
			hint: 'check the mounts and exclude patterns: backup-tui coverage',
		});
		fail(run, copy, error, 'failed');
		return;
	}
	const good = deps.heldBack.get(name)?.good ?? (await deps.baseline(copy));
	if (good === undefined || !isShrunk(good, now, deps.shrinkLimitPercent)) {
		deps.heldBack.clear(name);
		return;
	}
	if (deps.acceptShrink) {
		run.session.emit({
			type: 'message',
			level: 'info',
			stack: name,
			text: 'the smaller snapshot is accepted',
		});
		deps.heldBack.clear(name);
		return;
	}
	run.session.emit({
		type: 'shrink',
		stack: name,
		snapshot: now.snapshot,
		previous: good.snapshot,
		bytes: now.bytes,
		previousBytes: good.bytes,
		files: now.files,
		previousFiles: good.files,
	});
	deps.heldBack.put({ stack: name, since: deps.now().toISOString(), good, shrunk: now });
	const error = new BackupTuiError(
		'snapshot-shrunk',
		`${name}: the snapshot is far smaller than the last one`,
		{
			hint: `if that is right: backup-tui backup ${name} --accept-shrink`,
		},
	);
	fail(run, copy, error, 'shrunk');
}
