import { BackupTuiError } from '../../errors.ts';
import { isSafetyOf } from '../../restic/tags.ts';
import type { Snapshot } from '../../restic/types.ts';
import { unfinishedRestore } from '../../runs/journal.ts';
import type { Run } from '../conduct-run.ts';
import type { InPlaceRequest, RestoreDeps, RestoreOutcome } from './deps.ts';
import { restoreOpened } from './in-place.ts';
import { readSnapshot } from './open-snapshot.ts';
import { shareRepository } from './share-repository.ts';

export interface RollBackRequest {
	readonly stack: string;
	readonly approve: InPlaceRequest['approve'];
}

/** The snapshot of what was there before the last restore: of the one that did not end, else the newest. */
function safetyOf(
	snapshots: readonly Snapshot[],
	stack: string,
	begun: string | undefined,
): Snapshot | undefined {
	if (begun !== undefined) return snapshots.find((snapshot) => snapshot.id === begun);
	return snapshots
		.filter((snapshot) => isSafetyOf(snapshot.tags, stack) && !snapshot.future)
		.toSorted((a, b) => a.time - b.time)
		.at(-1);
}

/**
 * Goes back to what was there before the last restore into a stack, and starts what ran then.
 *
 * @throws restore-refused when there is nothing to go back to; else as `restoreInPlace`
 */
export async function rollBack(
	run: Run,
	deps: RestoreDeps,
	request: RollBackRequest,
): Promise<RestoreOutcome | undefined> {
	const { stack } = request;
	await run.lock('stacks', 'exclusive');
	await shareRepository(run, deps);
	const all = await deps.own.snapshots({}, { signal: run.signal });
	const [begun] = deps.journal
		.read()
		.entries.filter((entry) => entry.name === stack || entry.stack === stack)
		.flatMap((entry) => unfinishedRestore(entry) ?? []);
	const safety = safetyOf(all, stack, begun?.safetySnapshot);
	if (safety === undefined || (begun !== undefined && begun.safetySnapshot === undefined)) {
		throw new BackupTuiError(
			'restore-refused',
			`there is nothing to go back to: ${stack} has no safety snapshot`,
			{
				hint: `restore it from a backup: backup-tui restore --stack ${stack} --in-place --snapshot latest`,
			},
		);
	}
	const opened = await readSnapshot(deps.own, stack, safety, all, run.signal);
	return restoreOpened(
		run,
		{ ...deps, source: deps.own, noLock: false },
		{
			stack,
			snapshot: safety.id,
			selection: { volumes: [], include: [] },
			delete: true,
			rollback: false,
			createExternal: false,
			start: begun?.start ?? opened.manifest?.state === 'running',
			approve: request.approve,
			offerRollback: async () => false,
		},
		opened,
	);
}
