import { BackupTuiError } from '../errors.ts';
import type { Restic } from '../restic/client.ts';
import type { PruneResult } from '../restic/types.ts';
import type { Emit } from '../runs/events.ts';
import { formatBytes } from '../runs/units.ts';
import { ensureBallast, freeBallast } from './ballast.ts';

export interface PruneDeps {
	readonly restic: Restic;
	readonly emit: Emit;
	readonly signal?: AbortSignal;
	/** Size of the ballast file in MiB; 0 = none. */
	readonly ballastMb: number;
}

/**
 * Frees what no snapshot needs. To be called by whoever has the repository alone. On a full disk the ballast is freed and the
 * prune tried again; afterwards it is laid down anew.
 *
 * @throws prune-failed, no-space, repository-*
 */
export async function pruneRepository(deps: PruneDeps, dryRun = false): Promise<PruneResult> {
	const { restic, emit } = deps;
	const call = { dryRun, ...(deps.signal === undefined ? {} : { signal: deps.signal }) };
	const { location } = restic;
	if (location.kind !== 'local' || dryRun) return await restic.prune(call);
	const result = await withRoomOf(restic, emit, () => restic.prune(call));
	await ensureBallast(location.path, deps.ballastMb);
	return result;
}

/**
 * Forgets snapshots whose full ids restic has just told, and prunes, from one opening of the repository. To be called as
 * `pruneRepository`.
 *
 * @throws retention-failed when one is still there; as `pruneRepository`
 */
export async function forgetAndPrune(deps: PruneDeps, ids: readonly string[]): Promise<void> {
	const { restic, emit } = deps;
	const call = deps.signal === undefined ? {} : { signal: deps.signal };
	let tries = 0;
	await withRoomOf(restic, emit, async () => {
		tries += 1;
		if (tries === 1) return await restic.forgetAndPrune(ids, call);
		// restic prunes only when there was something left to forget.
		await restic.forgetKnown(ids, call);
		await restic.prune(call);
	});
	if (restic.location.kind === 'local') await ensureBallast(restic.location.path, deps.ballastMb);
}

/**
 * Does what needs a little room on the disk of a local repository, be it for restic's lock; frees the ballast and tries again
 * when there is none.
 */
export async function withRoomOf<T>(restic: Restic, emit: Emit, work: () => Promise<T>): Promise<T> {
	const { location } = restic;
	try {
		return await work();
	} catch (error) {
		if (!(error instanceof BackupTuiError) || error.code !== 'no-space' || location.kind !== 'local')
			throw error;
		const freed = await freeBallast(location.path);
		if (freed === 0) throw error;
		emit({
			type: 'message',
			level: 'warn',
			text: `the disk of the repository is full: ${formatBytes(freed)} of ballast are freed`,
			hint: 'make room soon, or keep fewer snapshots',
		});
		return await work();
	}
}
