import type { Restic } from './restic/client.ts';
import { notQuiescedTag, stackTag } from './restic/tags.ts';
import type { Snapshot } from './restic/types.ts';
import { readHistory } from './runs/history.ts';
import type { AfterDeps } from './services/backup/after.ts';
import type { SnapshotSize } from './services/backup/shrink.ts';
import type { StackCopy } from './services/backup/stack-backup.ts';
import { warmTag } from './services/backup/warm.ts';
import type { Run } from './services/conduct-run.ts';
import { pruneRepository } from './services/prune.ts';
import { checkWhenDue } from './services/repository-check.ts';
import { applyRetention } from './services/retention.ts';
import { verifySnapshot } from './services/verify.ts';
import type { WiringOptions } from './wiring.ts';

/** Binds what follows the copies to the repository. */
export function bindAfter(options: WiringOptions, restic: Restic): Omit<AfterDeps, 'heldBack'> {
	const { config } = options;
	const { repository } = config;
	return {
		verify: async (run, copy) => {
			if (copy.backup === undefined) return;
			await verifySnapshot(restic, {
				stack: copy.item.stack.name,
				snapshotId: copy.backup.snapshotId,
				depth: repository.verificationDepth,
				summary: copy.backup.summary,
				partial: copy.backup.partial,
				signal: run.signal,
			});
		},
		markNotQuiesced: (snapshot) => restic.changeTags(snapshot, { add: [notQuiescedTag] }),
		forgetWarm: async (run, snapshots) => {
			const left = await restic.snapshots(
				{ tags: [warmTag], host: repository.hostname },
				{ signal: run.signal },
			);
			const known = new Set(left.map((snapshot) => snapshot.id));
			const ids = [...new Set([...snapshots.filter((id) => known.has(id)), ...known])];
			if (ids.length > 0) await restic.forgetIds(ids, { signal: run.signal });
		},
		applyRetention: async (run, stack) => {
			const result = await applyRetention(
				{ restic, clock: () => Date.now(), signal: run.signal },
				{
					stack,
					host: repository.hostname,
					keep: {
						daily: repository.keepDaily,
						weekly: repository.keepWeekly,
						monthly: repository.keepMonthly,
						yearly: repository.keepYearly,
					},
				},
			);
			return result.removed.length + result.removedParts.length;
		},
		prune: async (run) => {
			await pruneRepository({
				restic,
				emit: run.session.emit,
				signal: run.signal,
				ballastMb: repository.ballastMb,
			});
		},
		checkWhenDue: async (run) => {
			await checkWhenDue(
				{ restic, stateDir: config.paths.stateDir, now: () => new Date(), signal: run.signal },
				{ everyDays: repository.checkEveryDays, percent: repository.checkReadDataPercent },
			);
		},
	};
}

/** The newest snapshot of a stack that can be a parent: never one dated in the future. */
export async function parentOf(
	options: WiringOptions,
	restic: Restic,
	stack: string,
	run: Run,
): Promise<Snapshot | undefined> {
	const latest = await restic.latest(
		{ tags: [stackTag(stack)], host: options.config.repository.hostname },
		{ signal: run.signal },
	);
	for (const snapshot of latest.future) {
		run.session.emit({
			type: 'message',
			level: 'warn',
			stack,
			text: `snapshot ${snapshot.shortId} is dated in the future (${new Date(snapshot.time).toISOString()}): it is not compared with`,
			hint: `if the clock was wrong then: backup-tui snapshots forget ${snapshot.shortId}`,
		});
	}
	return latest.snapshot;
}

/** Size of the last good snapshot: from the history, else from the parent itself. */
export async function baselineOf(
	options: WiringOptions,
	restic: Restic,
	copy: StackCopy,
): Promise<SnapshotSize | undefined> {
	const { name } = copy.item.stack;
	const good = readHistory(options.config.paths.stateDir).findLast(
		(entry) => entry.stack === name && entry.outcome === 'ok' && entry.totalFiles !== undefined,
	);
	if (good?.snapshot !== undefined) {
		return { snapshot: good.snapshot, files: good.totalFiles ?? 0, bytes: good.totalBytes ?? 0 };
	}
	const { parent } = copy;
	if (parent === undefined) return undefined;
	if (parent.summary !== undefined) {
		return { snapshot: parent.id, files: parent.summary.totalFiles, bytes: parent.summary.totalBytes };
	}
	// restic before 0.17 keeps no summary and counts no files: judged by bytes alone.
	return { snapshot: parent.id, files: 0, bytes: (await restic.stats(parent.id)).bytes };
}
