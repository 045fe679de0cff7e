import { type ExitCode, exitCodes } from './exit-codes.ts';

/**
 * Every error the program can end with, and the exit code each leads to. `code` is what scripts match on;
 * it appears in `--json` output and in events.
 */
export const errorCodes = {
	'config-missing': exitCodes.config,
	'config-invalid': exitCodes.config,
	'config-insecure': exitCodes.config,
	'password-missing': exitCodes.config,
	'dirlist-invalid': exitCodes.config,
	'stack-unknown': exitCodes.usage,
	'stack-duplicate': exitCodes.config,
	'nothing-enabled': exitCodes.backup,
	'stacks-dir-missing': exitCodes.backup,
	'state-unknown': exitCodes.backup,
	'plan-refused': exitCodes.backup,
	'down-failed': exitCodes.backup,
	'copy-failed': exitCodes.backup,
	'copy-partial': exitCodes.partial,
	'up-failed': exitCodes.stackDown,
	'snapshot-empty': exitCodes.check,
	'snapshot-shrunk': exitCodes.check,
	'not-quiesced': exitCodes.check,
	'verify-failed': exitCodes.check,
	'check-failed': exitCodes.check,
	'retention-failed': exitCodes.backup,
	'prune-failed': exitCodes.backup,
	'repository-missing': exitCodes.backup,
	'repository-foreign': exitCodes.backup,
	'repository-locked': exitCodes.tryAgain,
	'repository-damaged': exitCodes.backup,
	'repository-password': exitCodes.config,
	'repository-unreachable': exitCodes.backup,
	'repository-unauthorized': exitCodes.backup,
	'repository-read-only': exitCodes.backup,
	'repository-append-only': exitCodes.backup,
	'repository-changed': exitCodes.backup,
	'no-space': exitCodes.backup,
	'sync-failed': exitCodes.sync,
	'sync-guard': exitCodes.sync,
	'remote-unknown': exitCodes.sync,
	'remote-unreachable': exitCodes.sync,
	'remote-unauthorized': exitCodes.sync,
	'restore-failed': exitCodes.restore,
	'restore-refused': exitCodes.restore,
	'snapshot-unknown': exitCodes.usage,
	'tool-missing': exitCodes.unavailable,
	'tool-too-old': exitCodes.unavailable,
	'daemon-unreachable': exitCodes.unavailable,
	'timed-out': exitCodes.backup,
	'lock-held': exitCodes.tryAgain,
	'no-permission': exitCodes.noPermission,
	'state-dir-unwritable': exitCodes.noPermission,
	usage: exitCodes.usage,
	'interrupted-int': exitCodes.sigint,
	'interrupted-term': exitCodes.sigterm,
	'interrupted-hup': exitCodes.sighup,
	internal: exitCodes.backup,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorOptions {
	/** What to do next, in one sentence, where possible with a command that works when pasted. */
	readonly hint?: string;
	readonly cause?: unknown;
	/** The whole story for the log: a tool's stderr, the command line. Already redacted. */
	readonly detail?: string;
	/** Overrides the table where the same fault means something else, e.g. a missing repository in `sync`. */
	readonly exitCode?: ExitCode;
}

/** The program's one error class: a short message for the screen, a hint, and everything else for the log. */
export class BackupTuiError extends Error {
	readonly code: ErrorCode;
	readonly hint: string | undefined;
	readonly detail: string | undefined;
	readonly exitCode: ExitCode;

	constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.name = 'BackupTuiError';
		this.code = code;
		this.hint = options.hint;
		this.detail = options.detail;
		this.exitCode = options.exitCode ?? errorCodes[code];
	}
}

/** @returns the error itself if it is ours, else an `internal` one that wraps it */
export function toBackupTuiError(error: unknown): BackupTuiError {
	if (error instanceof BackupTuiError) return error;
	const message = error instanceof Error ? error.message : String(error);
	const detail = error instanceof Error ? error.stack : undefined;
	return new BackupTuiError('internal', message, {
		cause: error,
		...(detail === undefined ? {} : { detail }),
	});
}
