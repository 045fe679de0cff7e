import { exitCodes } from '../exit-codes.ts';
import type { RunInfo } from '../runs/run-files.ts';

/**
 * Is this run a backup that tells how backups go? One that is going on is not yet; one that ended with "wrong usage" (a
 * stack's name mistyped) never began.
 */
export function countsAsBackup(run: RunInfo): boolean {
	return run.command === 'backup' && run.status !== 'running' && run.summary?.exitCode !== exitCodes.usage;
}
