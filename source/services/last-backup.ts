import { exitCodes } from '../exit-codes.ts';
import type { RunInfo } from '../runs/run-files.ts';

/** One that is going on does not tell yet; one that ended with "wrong usage" (a mistyped name) never began. */
function tells(run: RunInfo): boolean {
	return run.command === 'backup' && run.status !== 'running' && run.summary?.exitCode !== exitCodes.usage;
}

const endOf = (run: RunInfo) => Date.parse(run.summary?.endedAt ?? run.startedAt);

/** @returns the backup that ended last and tells how backups go: one refused while another was at work is not it */
export function lastBackupOf(runs: readonly RunInfo[]): RunInfo | undefined {
	return runs.filter(tells).sort((a, b) => endOf(b) - endOf(a))[0];
}
