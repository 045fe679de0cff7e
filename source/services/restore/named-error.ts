import { BackupTuiError, type ErrorCode } from '../../errors.ts';
import type { EndingSignal } from '../../process/interruption.ts';
import type { Run } from '../conduct-run.ts';
import { asRestoreFailure } from '../restore-failure.ts';

const codes: Readonly<Record<EndingSignal, ErrorCode>> = {
	SIGINT: 'interrupted-int',
	SIGTERM: 'interrupted-term',
	SIGHUP: 'interrupted-hup',
};

/** @returns the error with the name of its stack in it, as a failure of a restore; a signal in words */
export function namedError(run: Pick<Run, 'received'>, stack: string, error: unknown): BackupTuiError {
	const signal = run.received();
	const known = asRestoreFailure(error);
	// What a signal has cut short fails in many ways; none of them is the reason.
	if (signal !== undefined && known.code === 'internal')
		return new BackupTuiError(codes[signal], `${stack}: the restore was interrupted by ${signal}`, {
			cause: error,
		});
	return known.message.includes(stack) ? known : withMessage(known, `${stack}: ${known.message}`);
}

/** @returns the same for a restore that ended before anything was touched */
export function unchangedError(run: Pick<Run, 'received'>, stack: string, error: unknown): BackupTuiError {
	const named = namedError(run, stack, error);
	if (/nothing (was|is) (changed|overwritten)/.test(named.message)) return named;
	return withMessage(named, `${named.message}; nothing was changed`);
}

function withMessage(error: BackupTuiError, message: string): BackupTuiError {
	const { code, hint, detail, exitCode } = error;
	return new BackupTuiError(code, message, {
		cause: error,
		exitCode,
		...(hint === undefined ? {} : { hint }),
		...(detail === undefined ? {} : { detail }),
	});
}
