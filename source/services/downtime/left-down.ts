import { BackupTuiError } from '../../errors.ts';

/**
 * @param wasUp it ran before: only then it is a stack that was up and is down now (exit code 7, else 4)
 * @returns the error a stack that stayed down is reported with
 */
export function leftDownError(name: string, cause: unknown, wasUp = true): BackupTuiError {
	const why = cause instanceof Error ? cause.message : String(cause);
	const hint = cause instanceof BackupTuiError ? cause.hint : undefined;
	const again = 'backup-tui recover';
	const message = wasUp ? `${name} is down: ${why}` : `${name} could not be started: ${why}`;
	return new BackupTuiError(wasUp ? 'up-failed' : 'restore-failed', message, {
		cause,
		hint:
			hint === undefined
				? `fix the cause, then: ${again}`
				: hint.includes(again)
					? hint
					: `${hint}; then: ${again}`,
	});
}
