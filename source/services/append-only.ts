import type { Config } from '../config/types.ts';
import { BackupTuiError } from '../errors.ts';

/** @throws repository-append-only when the configuration leaves retention to the server */
export function assertMayDelete({ repository }: Pick<Config, 'repository'>): void {
	if (!repository.appendOnly) return;
	throw new BackupTuiError(
		'repository-append-only',
		'APPEND_ONLY=true: snapshots are forgotten and pruned on the side of the server, not from here',
		{
			hint: 'run restic forget and restic prune there; or, if this machine may delete: APPEND_ONLY=false in [local_backup]',
		},
	);
}
