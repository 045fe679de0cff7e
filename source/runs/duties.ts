import { appendFileSync, closeSync, constants, openSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventListener } from './event-bus.ts';
import type { Problem, RunEvent } from './events.ts';
import { makePrivateDirectory, writeDurably } from './files.ts';
import { isInterruption, isRefusal } from './refused.ts';

/** What is to be done regularly and is judged by its newest outcome. */
export type Duty = 'backup' | 'sync' | 'check' | 'retention' | 'prune';

/**
 * A line of `duties.ndjson`: how a duty ended. What became of each stack is in the history, and of each remote in its own
 * state; here is what neither of them can hold: retention, prune and check, and runs that failed before they got to a stack.
 */
export interface DutyOutcome {
	/** ISO time, UTC. */
	readonly at: string;
	readonly run: string;
	readonly duty: Duty;
	/** A stack's or a remote's name; `*` for all of them; empty where there is only one. */
	readonly subject: string;
	readonly ok: boolean;
	readonly problem?: Problem;
}

export const allSubjects = '*';

const dutiesFile = (stateDir: string) => join(stateDir, 'duties.ndjson');
/** Past this many lines only the newest outcome of each duty is kept. */
const mostLines = 4000;

const commands: readonly string[] = ['backup', 'sync', 'check', 'prune'];
const phases: readonly string[] = ['sync', 'check', 'retention', 'prune'];

/** What a run was asked for. */
export interface DutyRun {
	readonly command: string;
	readonly arguments: readonly string[];
	/** Names of stacks or remotes; empty = all of them. */
	readonly subjects: readonly string[];
}

/** Notes how the duties of a run ended. A refused or interrupted one leaves what was known before. */
export function createDutyListener(stateDir: string, run: DutyRun): EventListener {
	if (!commands.includes(run.command)) return () => {};
	/** A duty of this run has failed and is noted, here or in the history. */
	let noted = false;
	let interrupted = false;
	let stacksEnded = false;
	const note = (event: RunEvent, duty: Duty, subject: string, problem: Problem | undefined) => {
		if (isRefusal(problem?.code) || isInterruption(problem?.code)) return;
		const outcome = { at: event.ts, run: event.run, duty, subject, ok: problem === undefined };
		append(stateDir, { ...outcome, ...(problem === undefined ? {} : { problem }) });
	};
	return (event) => {
		if (event.type === 'interrupted') interrupted = true;
		else if (event.type === 'stack-end') {
			stacksEnded = true;
			if (event.outcome === 'ok') return;
			noted = true;
			if (event.outcome === 'skipped' && !interrupted)
				note(event, 'backup', event.stack, event.problems[0] ?? unknownProblem);
		} else if (event.type === 'phase-end' && phases.includes(event.phase)) {
			if (!event.ok) noted = true;
			if (!event.ok && interrupted) return;
			// How well these went stands in their own records; a check that is not due ends well without one.
			if (event.ok && (event.phase === 'check' || event.phase === 'sync')) return;
			const problem = event.ok ? undefined : (event.problem ?? unknownProblem);
			note(event, event.phase as Duty, event.stack ?? event.target ?? '', problem);
		} else if (event.type === 'run-end' && event.exitCode !== 0 && !noted && !interrupted) {
			const [problem = unknownProblem] = event.problems;
			const duty = stacksEnded && run.arguments.includes('--sync') ? 'sync' : (run.command as Duty);
			for (const subject of subjectsOf(run, duty)) note(event, duty, subject, problem);
		}
	};
}

const unknownProblem: Problem = { code: 'internal', message: 'no reason was given' };

function subjectsOf(run: DutyRun, duty: Duty): readonly string[] {
	if (duty !== 'backup' && duty !== 'sync') return [''];
	return run.subjects.length > 0 && duty === run.command ? run.subjects : [allSubjects];
}

function append(stateDir: string, outcome: DutyOutcome): void {
	makePrivateDirectory(stateDir);
	const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
	const descriptor = openSync(dutiesFile(stateDir), flags, 0o600);
	try {
		appendFileSync(descriptor, `${JSON.stringify(outcome)}\n`);
	} finally {
		closeSync(descriptor);
	}
}

/** @returns all outcomes, oldest first; lines that cannot be read are left out */
export async function loadDuties(stateDir: string): Promise<readonly DutyOutcome[]> {
	return parseDuties(await readFile(dutiesFile(stateDir), 'utf8').catch(() => ''));
}

/** @returns the outcomes in a duties file */
export function parseDuties(text: string): readonly DutyOutcome[] {
	return text.split('\n').flatMap((line) => {
		if (line === '') return [];
		try {
			const outcome = JSON.parse(line) as DutyOutcome;
			const whole = [outcome.at, outcome.run, outcome.duty, outcome.subject].every(
				(field) => typeof field === 'string',
			);
			return whole && typeof outcome.ok === 'boolean' ? [outcome] : [];
		} catch {
			return [];
		}
	});
}

/** Keeps the file from growing for ever. */
export function pruneDuties(stateDir: string): void {
	let text: string;
	try {
		text = readFileSync(dutiesFile(stateDir), 'utf8');
	} catch {
		return;
	}
	const outcomes = parseDuties(text);
	if (outcomes.length <= mostLines) return;
	const newest = new Map(outcomes.map((one) => [`${one.duty}/${one.subject}/${one.ok}`, one]));
	const kept = outcomes.filter((one) => newest.get(`${one.duty}/${one.subject}/${one.ok}`) === one);
	writeDurably(dutiesFile(stateDir), `${kept.map((one) => JSON.stringify(one)).join('\n')}\n`);
}
