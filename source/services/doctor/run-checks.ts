import { toBackupTuiError } from '../../errors.ts';
import { type ExitCode, exitCodes, worstExitCode } from '../../exit-codes.ts';
import { quoteArgv } from '../../runs/describe.ts';
import type { Finding } from '../health/finding.ts';

export type CheckLevel = 'ok' | 'warn' | 'fail';

/** What one check found. */
export interface CheckFinding {
	readonly level: CheckLevel;
	readonly detail: string;
	/** What to do, where possible a command that works when pasted. */
	readonly fix?: string;
	/** Arguments of this program that are the fix, where there are such. */
	readonly command?: readonly string[];
	/** Exit code of a failed check; 8 when not given. */
	readonly exitCode?: ExitCode;
	/** The finding that is drawn; absent for what `doctor` looked at itself. */
	readonly finding?: Finding;
}

export interface Check {
	readonly id: string;
	readonly title: string;
	run(): Promise<CheckFinding | readonly CheckFinding[]>;
}

export interface CheckReport extends CheckFinding {
	readonly id: string;
	readonly title: string;
	/** ms */
	readonly ms: number;
}

/** No check may hang the list: a dead mount or daemon is a finding. */
const checkLimitMs = 20_000;

/** Who watches the checks while they go on. */
export interface CheckListener {
	/** What will be checked, in the order of the reports. */
	planned?(checks: readonly Pick<Check, 'id' | 'title'>[]): void;
	reported?(report: CheckReport): void;
}

/** Runs all checks side by side. @returns reports in the order of `checks`; never throws */
export async function runChecks(
	checks: readonly Check[],
	listener: CheckListener = {},
): Promise<readonly CheckReport[]> {
	listener.planned?.(checks);
	const reports = await Promise.all(
		checks.map(async (check) => {
			const startedAt = performance.now();
			const findings = await withLimit(check);
			const ms = Math.round(performance.now() - startedAt);
			return findings.map((finding) => {
				const report = { id: check.id, title: check.title, ms, ...finding };
				listener.reported?.(report);
				return report;
			});
		}),
	);
	return reports.flat();
}

async function withLimit(check: Check): Promise<readonly CheckFinding[]> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<CheckFinding>((resolve) => {
		timer = setTimeout(
			() => resolve({ level: 'fail', detail: `no answer within ${checkLimitMs / 1000} s` }),
			checkLimitMs,
		);
	});
	try {
		const found = await Promise.race([check.run(), late]);
		return Array.isArray(found) ? found : [found as CheckFinding];
	} catch (error) {
		const { message, hint, exitCode } = toBackupTuiError(error);
		return [{ level: 'fail', detail: message, exitCode, ...(hint === undefined ? {} : { fix: hint }) }];
	} finally {
		clearTimeout(timer);
	}
}

/** @returns 0 when nothing failed (warnings do not count), else the worst code of the failed checks */
export function checksExitCode(reports: readonly CheckReport[]): ExitCode {
	return worstExitCode(
		reports.filter((report) => report.level === 'fail').map((report) => report.exitCode ?? exitCodes.check),
	);
}

/** @returns the reports as findings, as everything else that shows health has them */
export function findingsOf(reports: readonly CheckReport[]): readonly Finding[] {
	return reports.map((report): Finding => {
		const { id, level, detail, title, fix, command, exitCode, finding } = report;
		if (finding !== undefined) return finding;
		return {
			id,
			level: level === 'ok' ? 'ok' : level === 'warn' ? 'warning' : 'problem',
			subject: '',
			text: `${title}: ${detail}`,
			...(command !== undefined ? { command } : fix === undefined ? {} : { hint: fix }),
			...(exitCode === undefined ? {} : { exitCode }),
		};
	});
}

/** @returns a finding that all is well */
export const fine = (detail: string): CheckFinding => ({ level: 'ok', detail });

/** @returns a fix that is a command of this program, as words to paste and as arguments to run */
export function fixBy(...command: readonly string[]): Required<Pick<CheckFinding, 'fix' | 'command'>> {
	return { fix: quoteArgv(['backup-tui', ...command]), command };
}
