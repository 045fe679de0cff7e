import { BackupTuiError, toBackupTuiError } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';

/** The same faults end a backup with 2, a sync with 3 and a restore with 4; an error nobody foresaw as well. */
export function asRestoreFailure(error: unknown): BackupTuiError {
	const known = toBackupTuiError(error);
	if (known.exitCode !== exitCodes.sync && known.exitCode !== exitCodes.backup) return known;
	return new BackupTuiError(known.code, known.message, {
		cause: known,
		...(known.hint === undefined ? {} : { hint: known.hint }),
		...(known.detail === undefined ? {} : { detail: known.detail }),
		exitCode: exitCodes.restore,
	});
}
