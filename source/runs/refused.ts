import { exitCodes } from '../exit-codes.ts';
import type { RunInfo } from './run-files.ts';

/** A command that ends with one of these has done nothing yet: a mistyped name, or another run at work. */
const refusals: readonly string[] = [
	'usage',
	'stack-unknown',
	'snapshot-unknown',
	'remote-unknown',
	'lock-held',
];

/** @returns whether an error of this code refuses a command; a refused command is no failed duty */
export function isRefusal(code: string | undefined): boolean {
	return code !== undefined && refusals.includes(code);
}

/** @returns whether somebody ended it: what was cut short neither failed nor succeeded */
export function isInterruption(code: string | undefined): boolean {
	return code?.startsWith('interrupted-') === true;
}

/** @returns whether a run ended before it did anything. Earlier versions noted the exit code only. */
export function wasRefused({ summary }: Pick<RunInfo, 'summary'>): boolean {
	if (summary === undefined || summary.exitCode === exitCodes.ok) return false;
	if (summary.code !== undefined) return isRefusal(summary.code) && summary.ok + summary.failed === 0;
	return summary.exitCode === exitCodes.usage || summary.exitCode === exitCodes.tryAgain;
}

/** @returns whether a run was ended by a signal */
export function wasInterrupted({ summary }: Pick<RunInfo, 'summary'>): boolean {
	const signals: readonly number[] = [exitCodes.sigint, exitCodes.sigterm, exitCodes.sighup];
	return summary !== undefined && signals.includes(summary.exitCode);
}
