import { allSubjects, type DutyOutcome } from '../../runs/duties.ts';
import type { HistoryEntry } from '../../runs/history.ts';
import { wasRefused } from '../../runs/refused.ts';
import type { RunInfo } from '../../runs/run-files.ts';
import { formatCount, formatDuration } from '../../runs/units.ts';
import { endInWords, lastBackupInWords } from '../../runs/words.ts';
import type { Stack } from '../../stacks/types.ts';
import { overdueAfterMs } from '../schedule/overdue.ts';
import type { HealthFacts } from './facts.ts';
import { type Finding, fine } from './finding.ts';

/** How far a time may lie ahead of the clock before the clock is doubted, in ms. */
const clockGraceMs = 3_600_000;

export const age = (iso: string, now: number) => `${formatDuration(Math.max(0, now - Date.parse(iso)))} ago`;

/** What is gone or has an impossible name is told as that. */
const canBeBackedUp = (stack: Stack) => stack.enabled && !stack.missing && stack.unmanageable === undefined;

/** A run that never got as far as the stack. */
interface LostRun {
	readonly run: string;
	readonly at: string;
	readonly killed: boolean;
	readonly message: string;
}

/**
 * The backups of the enabled stacks, each by its newest outcome. A run that failed or was killed before it got to a stack
 * counts for that stack, until a backup of it ends.
 *
 * @returns a finding for each stack by key, and those of whole runs
 */
export function judgeBackups(facts: HealthFacts): {
	readonly byStack: ReadonlyMap<string, Finding>;
	/** By key of the stacks that a run did not get to. */
	readonly lost: ReadonlyMap<string, Finding>;
	readonly runs: readonly Finding[];
} {
	const byName = Map.groupBy(facts.history, (entry) => entry.stack);
	const lost = new Map<string, { readonly run: LostRun; readonly stacks: Stack[] }>();
	const byStack = new Map<string, Finding>();
	for (const stack of facts.stacks.filter(canBeBackedUp)) {
		const own = byName.get(stack.name) ?? [];
		byStack.set(stack.key, judgeStack(facts, stack, own));
		const run = lostRunOf(facts, stack, own.at(-1));
		if (run === undefined) continue;
		const known = lost.get(run.run);
		if (known === undefined) lost.set(run.run, { run, stacks: [stack] });
		else known.stacks.push(stack);
	}
	if (facts.stacksTrouble !== undefined) {
		// Which stacks there are is not known: the run that failed is told all the same.
		const run = lostRunOf(facts, undefined, facts.history.at(-1));
		if (run !== undefined) lost.set(run.run, { run, stacks: [] });
	}
	const runs = [...lost.values()].map(({ run, stacks }) => ({ finding: lostFinding(run, stacks), stacks }));
	return {
		byStack,
		lost: new Map(runs.flatMap(({ finding, stacks }) => stacks.map(({ key }) => [key, finding]))),
		runs: runs.map(({ finding }) => finding),
	};
}

function judgeStack(facts: HealthFacts, stack: Stack, own: readonly HistoryEntry[]): Finding {
	const last = own.at(-1);
	const base = { id: 'backup', subject: stack.name, level: 'problem' } as const;
	const command = ['backup', stack.name];
	if (last === undefined) return { ...base, state: 'never', text: `${stack.name}: never backed up`, command };
	const { run } = last;
	if (last.outcome !== 'ok') {
		const text = `${stack.name}: ${lastBackupInWords(last.outcome)}, ${age(last.at, facts.now)}`;
		return { ...base, state: 'failed', text, run, command: ['logs', run] };
	}
	const past = facts.now - Date.parse(last.at);
	if (past > overdueAfterMs(facts.schedule)) {
		const text = `${stack.name}: backup is overdue, the last one was ${age(last.at, facts.now)}`;
		return { ...base, state: 'overdue', text, run, command };
	}
	if (past < -clockGraceMs) {
		const text = `${stack.name}: the last backup is dated in the future (${last.at.slice(0, 16)} UTC)`;
		return { ...base, level: 'warning', state: 'ok', text, run, hint: 'check the clock of this machine' };
	}
	return {
		...fine('backup', `${stack.name}: backed up ${age(last.at, facts.now)}`, stack.name),
		state: 'ok',
		run,
	};
}

/** @returns the newest run that was to back up the stack and never got to it, if no backup of it ended since */
function lostRunOf(
	facts: HealthFacts,
	stack: Stack | undefined,
	last: HistoryEntry | undefined,
): LostRun | undefined {
	const since = last === undefined ? Number.NEGATIVE_INFINITY : Date.parse(last.at);
	const failed = facts.duties.findLast(
		(one) => one.duty === 'backup' && !one.ok && isMeant(stack, [one.subject]),
	);
	const killed = facts.runs.find(
		(run) => run.command === 'backup' && run.status === 'crashed' && isMeant(stack, run.subjects ?? []),
	);
	const told = [
		...(failed === undefined ? [] : [asLost(failed)]),
		...(killed === undefined ? [] : [died(killed)]),
	];
	const earlier = told.length === 0 ? earlierFailure(facts) : undefined;
	return [...told, ...(earlier === undefined ? [] : [earlier])]
		.filter((one) => Date.parse(one.at) > since && one.run !== last?.run)
		.toSorted((a, b) => a.at.localeCompare(b.at))
		.at(-1);
}

function isMeant(stack: Stack | undefined, subjects: readonly string[]): boolean {
	return (
		stack === undefined ||
		subjects.length === 0 ||
		subjects.some((subject) => subject === allSubjects || subject === stack.name || subject === stack.key)
	);
}

const asLost = ({ run, at, problem }: DutyOutcome): LostRun => ({
	run,
	at,
	killed: false,
	message: problem?.message ?? '',
});

const died = (run: RunInfo): LostRun => ({ run: run.id, at: run.startedAt, killed: true, message: '' });

/** Runs of earlier versions noted no duties: the newest one's exit code has to do. */
function earlierFailure(facts: HealthFacts): LostRun | undefined {
	const run = facts.runs.find((one) => one.command === 'backup' && !wasRefused(one));
	const { summary } = run ?? {};
	if (run === undefined || summary === undefined || summary.exitCode === 0 || summary.code !== undefined)
		return undefined;
	// What became of its stacks is in the history.
	if (facts.history.some((entry) => entry.run === run.id)) return undefined;
	const message = summary.problem ?? endInWords(summary.exitCode);
	return { run: run.id, at: summary.endedAt, killed: false, message };
}

function lostFinding({ run, killed, message }: LostRun, stacks: readonly Stack[]): Finding {
	const [only] = stacks;
	const subject = stacks.length === 1 && only !== undefined ? only.name : '';
	const whose = stacks.length > 1 ? ` (${formatCount(stacks.length, 'stack')} were not backed up)` : '';
	return {
		id: 'backup-run',
		level: 'problem',
		subject,
		state: 'failed',
		text: killed
			? `backup run ${run} was killed before it ended`
			: `the last backup failed: ${message}${whose}`,
		command: ['logs', run],
		run,
	};
}
