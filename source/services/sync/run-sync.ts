import type { RemoteConfig } from '../../config/types.ts';
import type { ExitCode } from '../../exit-codes.ts';
import type { Run } from '../conduct-run.ts';
import { syncRemotes } from './sync.ts';
import type { SyncDeps, SyncOptions, SyncResult } from './types.ts';

/** What the run itself gives to a sync. */
export type SyncRunDeps = Omit<SyncDeps, 'emit' | 'lock' | 'dryRun' | 'signal' | 'runner'>;

/**
 * A sync as a step of a run: takes the locks, notes what became of each remote. The repository is shared with backups,
 * each remote has one writer.
 */
export async function runSync(
	run: Run,
	deps: SyncRunDeps,
	remotes: readonly RemoteConfig[],
	options: SyncOptions,
): Promise<readonly SyncResult[]> {
	const { session, signal, tally } = run;
	const lock = async (remote: string) => {
		const ours = await run.lock(`remote-${encodeURIComponent(remote)}`, 'exclusive');
		try {
			const shared = await run.lock('repository', 'shared');
			return {
				release: () => {
					shared.release();
					ours.release();
				},
			};
		} catch (error) {
			ours.release();
			throw error;
		}
	};
	const { emit, runner, dryRun } = session;
	const results = await syncRemotes({ ...deps, emit, runner, dryRun, signal, lock }, remotes, options);
	// A backup counts stacks; what it syncs afterwards is counted beside them.
	if (run.command === 'backup') tally.remotes = { ok: 0, failed: 0 };
	const count = tally.remotes ?? tally;
	for (const result of results) {
		if (result.ok) count.ok += 1;
		else count.failed += 1;
		tally.codes.push(result.exitCode as ExitCode);
		if (result.problem !== undefined) tally.problems.push(result.problem);
	}
	return results;
}
