import { type Finding, remedy } from '../health/finding.ts';
import { type Check, type CheckFinding, type CheckLevel, fine } from './run-checks.ts';

/** What is judged, in the order of the rows, by the ids of the findings. */
const rows: readonly (readonly [id: string, title: string])[] = [
	['journal', 'left down'],
	['runs', 'runs'],
	['stacks', 'stacks'],
	['backup', 'backups'],
	['held-back', 'shrunk'],
	['check', 'last check'],
	['retention', 'retention'],
	['space', 'disk space'],
	['sync', 'remotes'],
	['off-site', 'off-site copy'],
	['timer', 'schedule'],
	['config', 'config'],
];

/** Ids that share a row with another. */
const together: Readonly<Record<string, string>> = { 'backup-run': 'backup', prune: 'retention' };

/** Where there may be none of a kind. */
const nothing: Readonly<Record<string, string>> = {
	sync: 'no remote is configured',
	backup: 'no stack is enabled',
};

const levels: Readonly<Record<Finding['level'], CheckLevel>> = { ok: 'ok', warning: 'warn', problem: 'fail' };

/** @returns the finding as a row of `doctor` */
function toCheckFinding(finding: Finding): CheckFinding {
	const fix = remedy(finding);
	return {
		level: levels[finding.level],
		detail: finding.text,
		...(fix === undefined ? {} : { fix }),
		...(finding.command === undefined ? {} : { command: finding.command }),
		...(finding.exitCode === undefined ? {} : { exitCode: finding.exitCode }),
		finding,
	};
}

/** The rows of what is judged from facts: the same judgement as everywhere else. */
export function healthChecks(judged: Promise<readonly Finding[]>): Check[] {
	return rows.map(([id, title]) => ({
		id,
		title,
		run: async () => {
			const own = (await judged).filter((one) => (together[one.id] ?? one.id) === id);
			return own.length === 0 ? fine(nothing[id] ?? 'nothing to judge') : own.map(toCheckFinding);
		},
	}));
}

/** @returns a check of its own, and what facts tell of the same matter, where only one of them may have noticed */
export function withJudged(check: Check, judged: Promise<readonly Finding[]>): Check {
	return {
		...check,
		run: async () => {
			const found = [await check.run()].flat();
			if (found.some(({ level }) => level === 'fail')) return found;
			const own = (await judged).filter((one) => one.id === check.id && one.level !== 'ok');
			return own.length === 0 ? found : own.map(toCheckFinding);
		},
	};
}
