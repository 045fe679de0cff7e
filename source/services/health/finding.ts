import { type ExitCode, exitCodes, worstExitCode } from '../../exit-codes.ts';
import { quoteArgv } from '../../runs/describe.ts';

/** `problem`: exit code 8 of `health`, or another named one. `warning`: to look at when there is time. */
export type Level = 'ok' | 'warning' | 'problem';

/** How a duty stands, by its newest outcome. */
export type DutyState = 'ok' | 'never' | 'failed' | 'overdue' | 'interrupted' | 'off';

/** One thing that was judged. Every front end draws these; none of them judges. */
export interface Finding {
	/** What was judged: `backup`, `sync`, `check`, `schedule` ... */
	readonly id: string;
	readonly level: Level;
	/** The stack's or remote's name; empty where there is only one. */
	readonly subject: string;
	/** One sentence with the subject in it. */
	readonly text: string;
	readonly state?: DutyState;
	/** What to do about it, as arguments of this program. */
	readonly command?: readonly string[];
	/** The same in words, where no command of this program is the answer. */
	readonly hint?: string;
	/** Exit code of `health`; 8 when not given. */
	readonly exitCode?: ExitCode;
	/** The run it is about. */
	readonly run?: string;
}

/** @returns a finding that all is well */
export function fine(id: string, text: string, subject = ''): Finding {
	return { id, level: 'ok', subject, text };
}

/** @returns what is not all right, problems first */
export function troubles(findings: readonly Finding[]): readonly Finding[] {
	const of = (level: Level) => findings.filter((one) => one.level === level);
	return [...of('problem'), ...of('warning')];
}

/** @returns 7 when a stack that was up is down, else the first other failure, else 8; 0 without a problem */
export function healthExitCode(findings: readonly Finding[]): ExitCode {
	return worstExitCode(
		findings.filter(({ level }) => level === 'problem').map(({ exitCode = exitCodes.check }) => exitCode),
	);
}

/** @returns what to do about a finding, in words or as a command to paste */
export function remedy({ command, hint }: Finding): string | undefined {
	return command === undefined ? hint : quoteArgv(['backup-tui', ...command]);
}

/** @returns the finding in one line: what is wrong, and what to do */
export function inOneLine(finding: Finding): string {
	const way = remedy(finding);
	return way === undefined ? finding.text : `${finding.text}: ${way}`;
}
