import { toBackupTuiError } from '../../errors.ts';
import type { Problem } from '../../runs/events.ts';

/** @returns an error as events and state files carry it */
export function toProblem(error: unknown): Problem {
	const { code, message, hint } = toBackupTuiError(error);
	return { code, message, ...(hint === undefined ? {} : { hint }) };
}
