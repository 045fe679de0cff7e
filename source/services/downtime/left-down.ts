import { BackupTuiError } from '../../errors.ts';

/** @returns the error a stack that stayed down is reported with (exit code 7) */
export function leftDownError(name: string, cause: unknown): BackupTuiError {
	const why = cause instanceof Error ? cause.message : String(cause);
	const hint = cause instanceof BackupTuiError ? cause.hint : undefined;
	return new BackupTuiError('up-failed', `${name} is down: ${why}`, {
		cause,
		hint:
			hint === undefined ? 'mend the cause, then: backup-tui recover' : `${hint}; then: backup-tui recover`,
	});
}
