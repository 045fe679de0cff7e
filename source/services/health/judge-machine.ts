import { exitCodes } from '../../exit-codes.ts';
import { medianDowntime } from '../../runs/history.ts';
import { formatCount, formatDuration } from '../../runs/units.ts';
import type { HealthFacts, Owed, RunningRun } from './facts.ts';
import { type Finding, fine } from './finding.ts';

const minuteMs = 60_000;
/** How long a run may be silent while it keeps a stack down: a copy reports every second, but a mount may hang for some. */
const silentDownMs = 30 * minuteMs;
/** How long otherwise: a check that reads all data reports nothing for hours. */
const silentMs = 12 * 3_600_000;
/** A stack without a history of downtimes is down too long after this. */
const longestUnknownMs = 12 * 3_600_000;

/** Stacks that dead runs owe something, and journal files that cannot be read. */
export function judgeRecovery(facts: HealthFacts): readonly Finding[] {
	const left = facts.owed.filter(({ owner }) => owner === 'gone').map(leftBehind);
	const damaged = facts.damagedJournal.map(
		(path): Finding => ({
			id: 'journal',
			level: 'problem',
			subject: '',
			text: `the journal file ${path} cannot be read: a stack may still be down`,
			hint: 'start the stack it names, then delete it',
			exitCode: exitCodes.stackDown,
		}),
	);
	const all = [...left, ...damaged];
	return all.length === 0 ? [fine('journal', 'no stack was left down by a run')] : all;
}

function leftBehind({ stack, run, wasUp, unfinished }: Owed): Finding {
	const base = { id: 'journal', level: 'problem', subject: stack, run } as const;
	if (unfinished === undefined)
		return {
			...base,
			text: wasUp ? `${stack} was left down by run ${run}` : `${stack} was not started by run ${run}`,
			command: ['recover'],
			exitCode: wasUp ? exitCodes.stackDown : exitCodes.restore,
		};
	const { message, hint, exitCode } = unfinished;
	const code = exitCode ?? exitCodes.stackDown;
	return { ...base, text: message, exitCode: code, ...(hint === undefined ? {} : { hint }) };
}

/** Runs that are going on: stopped by a signal, silent for too long, or keeping a stack down for too long. */
export function judgeRunning(facts: HealthFacts): readonly Finding[] {
	const known = new Set(facts.running.map((run) => run.id));
	const findings = [
		...facts.running.flatMap((run) => judgeRun(facts, run)),
		// Whoever holds the journal's entry may be no run that is listed.
		...facts.owed
			.filter((one) => one.owner === 'frozen' && !known.has(one.run))
			.map((one) => frozen(one, `run ${one.run}`, [one.pid])),
	];
	if (findings.length > 0) return findings;
	const { length } = facts.running;
	return [fine('runs', length === 0 ? 'none is going on' : `${formatCount(length, 'run')} going on`)];
}

function judgeRun(facts: HealthFacts, run: RunningRun): readonly Finding[] {
	const down = facts.owed.filter((one) => one.run === run.id && one.owner !== 'gone');
	const what = `${run.command} run ${run.id}`;
	const since = new Date(run.lastSignAt).toISOString().slice(0, 16);
	const silent = facts.now - run.lastSignAt;
	if (run.stoppedPids.length > 0) {
		const text = `${what} was stopped by a signal at about ${since} UTC`;
		const hint = continueIt(run.stoppedPids);
		return down.length === 0
			? [{ id: 'runs', level: 'problem', subject: '', run: run.id, text, hint }]
			: down.map((one) => frozen(one, what, run.stoppedPids));
	}
	if (silent > (down.length > 0 ? silentDownMs : silentMs)) {
		const base = { id: 'runs', run: run.id, command: ['attach', run.id] } as const;
		const text = `${what} has reported nothing since ${since} UTC`;
		return down.length === 0
			? [{ ...base, level: 'warning', subject: '', text }]
			: down.map(({ stack }) => ({
					...base,
					level: 'problem',
					subject: stack,
					text: `${stack} is down: ${text}`,
				}));
	}
	return down.flatMap((one) => downTooLong(facts, run, one));
}

const continueIt = (pids: readonly number[]) => `let it continue: kill -CONT ${pids.join(' ')}`;

function frozen({ stack, run, since, wasUp }: Owed, what: string, pids: readonly number[]): Finding {
	return {
		id: 'runs',
		level: 'problem',
		subject: stack,
		run,
		text: `${stack} is down since ${since.slice(0, 16)} UTC: ${what} (pid ${pids.join(', ')}) was stopped by a signal`,
		hint: continueIt(pids),
		...(wasUp ? { exitCode: exitCodes.stackDown } : {}),
	};
}

function downTooLong(facts: HealthFacts, run: RunningRun, { stack, since }: Owed): Finding[] {
	if (run.command === 'restore') return [];
	const usual = medianDowntime(facts.history, stack);
	const limit = usual === undefined ? longestUnknownMs : Math.max(usual * 4, 60 * minuteMs);
	const down = facts.now - Date.parse(since);
	if (down <= limit) return [];
	const as = usual === undefined ? '' : ` (usually ${formatDuration(usual)})`;
	return [
		{
			id: 'runs',
			level: 'problem',
			subject: stack,
			run: run.id,
			text: `${stack} is down for ${formatDuration(down)}${as} by run ${run.id}`,
			command: ['attach', run.id],
		},
	];
}

/** Whether Docker answers; it is what most else depends on. */
export function judgeDocker({ docker }: HealthFacts): readonly Finding[] {
	if (docker === undefined) return [];
	const { message, hint, exitCode } = docker;
	return [
		{
			id: 'docker',
			level: 'problem',
			subject: '',
			text: message,
			...(hint === undefined ? {} : { hint }),
			exitCode: exitCode ?? exitCodes.unavailable,
		},
	];
}

/** Whether backups start by themselves, and in time. */
export function judgeSchedule({ schedule, now }: HealthFacts): Finding {
	const base = { id: 'timer', subject: '', command: ['schedule', 'install'] } as const;
	if (schedule === undefined) return fine('timer', 'not looked at');
	if (schedule.kind === 'none')
		return { ...base, level: 'warning', state: 'never', text: 'no schedule: no backup starts by itself' };
	if (schedule.problem !== undefined)
		return { ...base, level: 'problem', state: 'failed', text: `schedule: ${schedule.problem}` };
	const last = schedule.lastStart === undefined ? undefined : Date.parse(schedule.lastStart);
	const { everyMs } = schedule;
	if (last !== undefined && everyMs !== undefined && now - last > everyMs * 1.5) {
		const text = `the schedule is overdue: it started nothing for ${formatDuration(now - last)}`;
		return { ...base, level: 'problem', state: 'overdue', text };
	}
	const next = schedule.nextRun === undefined ? '' : `, next run ${schedule.nextRun.slice(0, 16)} UTC`;
	return { ...fine('timer', `${schedule.kind}${next}`), state: 'ok' };
}

/** Stacks whose old snapshots are held back. */
export function judgeHeldBack({ heldBack, heldBackTrouble }: HealthFacts): readonly Finding[] {
	if (heldBackTrouble !== undefined) {
		const { message, hint } = heldBackTrouble;
		const text = { text: message, ...(hint === undefined ? {} : { hint }) };
		return [{ id: 'held-back', level: 'problem', subject: '', ...text }];
	}
	if (heldBack.length === 0) return [fine('held-back', 'no snapshot shrank suspiciously')];
	return heldBack.map((name) => ({
		id: 'held-back',
		level: 'problem',
		subject: name,
		text: `${name}: the last snapshot shrank, forget and sync are held back`,
		command: ['backup', name, '--accept-shrink'],
	}));
}
