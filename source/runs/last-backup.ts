import { wasRefused } from './refused.ts';
import type { RunInfo } from './run-files.ts';

const endOf = (run: RunInfo) => Date.parse(run.summary?.endedAt ?? run.startedAt);

/** @returns the backup that ended last; one that was refused, or only looked, is none */
export function lastBackupOf(runs: readonly RunInfo[]): RunInfo | undefined {
	return runs
		.filter((run) => run.command === 'backup' && run.status !== 'running' && !run.dryRun && !wasRefused(run))
		.sort((a, b) => endOf(b) - endOf(a))[0];
}
