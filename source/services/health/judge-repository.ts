import type { DutyOutcome } from '../../runs/duties.ts';
import { isInterruption, isRefusal } from '../../runs/refused.ts';
import type { RunInfo } from '../../runs/run-files.ts';
import { formatCount } from '../../runs/units.ts';
import type { HealthFacts } from './facts.ts';
import { type Finding, fine } from './finding.ts';
import { age } from './judge-backups.ts';

const dayMs = 24 * 3_600_000;

/** @returns the run of a command that was killed, if none of them ended since */
export function killedRun(facts: HealthFacts, command: string): RunInfo | undefined {
	const newest = facts.runs.find((run) => run.command === command);
	return newest?.status === 'crashed' ? newest : undefined;
}

/** The check of the repository: what it found, whether it could be made at all, and whether it is due. */
export function judgeCheck(facts: HealthFacts): Finding {
	const { lastCheck, duties, now, checkEveryDays } = facts;
	const base = { id: 'check', subject: '', command: ['check'] } as const;
	const failed = duties.findLast((one) => one.duty === 'check' && !one.ok);
	const killed = killedRun(facts, 'check');
	const checkedAt = lastCheck === undefined ? '' : lastCheck.at;
	if (lastCheck?.ok === false && (failed === undefined || checkedAt >= failed.at)) {
		const text = `the check of the repository found damage ${age(checkedAt, now)}: ${lastCheck.errors[0] ?? 'errors'}`;
		return { ...base, level: 'problem', state: 'failed', text };
	}
	if (failed !== undefined && failed.at > checkedAt) {
		const text = `the check of the repository failed ${age(failed.at, now)}: ${failed.problem?.message ?? ''}`;
		return { ...base, level: 'problem', state: 'failed', text, run: failed.run };
	}
	if (killed !== undefined && killed.startedAt > checkedAt) {
		const text = `the check of the repository was killed before it ended (run ${killed.id})`;
		return { ...base, level: 'problem', state: 'failed', text, run: killed.id };
	}
	if (lastCheck === undefined)
		return { ...base, level: 'warning', state: 'never', text: 'the repository was never checked' };
	const late = checkEveryDays > 0 && now - Date.parse(checkedAt) > (checkEveryDays * 1.5 + 1) * dayMs;
	if (late) {
		const text = `the check of the repository is overdue, the last one was ${age(checkedAt, now)}`;
		return { ...base, level: 'warning', state: 'overdue', text };
	}
	return {
		...fine('check', `the check of the repository found nothing, ${age(checkedAt, now)}`),
		state: 'ok',
	};
}

/** Retention and prune: red from a failure until the same succeeds. */
export function judgeRetention(facts: HealthFacts): readonly Finding[] {
	const enabled = new Set(facts.stacks.filter((stack) => stack.enabled).map((stack) => stack.name));
	const findings = (['retention', 'prune'] as const).flatMap((duty) => {
		const newest = new Map(
			facts.duties.filter((one) => one.duty === duty).map((one) => [one.subject, one] as const),
		);
		const failed = [...newest.values()].filter(
			(one) => !one.ok && (one.subject === '' || enabled.has(one.subject)) && !prunedSince(facts, one),
		);
		return failed.map((one) => failedDuty(one, facts.now));
	});
	const killed = killedRun(facts, 'prune');
	if (killed !== undefined)
		findings.push({
			id: 'prune',
			level: 'problem',
			subject: '',
			state: 'failed',
			text: `the prune was killed before it ended (run ${killed.id})`,
			command: ['prune'],
			run: killed.id,
		});
	if (findings.length > 0) return findings;
	const last = facts.duties.findLast((one) => (one.duty === 'retention' || one.duty === 'prune') && one.ok);
	return [
		fine(
			'retention',
			last === undefined ? 'retention had nothing to do yet' : `retention done ${age(last.at, facts.now)}`,
		),
	];
}

/** Forgetting all at once is done by a prune, too. */
function prunedSince({ duties }: HealthFacts, failed: DutyOutcome): boolean {
	return failed.subject === '' && duties.some((one) => one.duty === 'prune' && one.ok && one.at > failed.at);
}

function failedDuty(one: DutyOutcome, now: number): Finding {
	const whose = one.subject === '' ? '' : `${one.subject}: `;
	const what = one.duty === 'prune' ? 'the last prune' : 'retention';
	return {
		id: one.duty,
		level: 'problem',
		subject: one.subject,
		state: 'failed',
		text: `${whose}${what} failed ${age(one.at, now)}: ${one.problem?.message ?? ''}`,
		command: ['prune'],
		run: one.run,
	};
}

/** Every remote by its newest sync. One that was refused or interrupted leaves what was known before. */
export function judgeRemotes(facts: HealthFacts): readonly Finding[] {
	const killed = killedRun(facts, 'sync');
	return facts.remotes.map((remote): Finding => {
		const { name, lastSuccess, expectedHours, behindSnapshots = 0 } = remote;
		const base = { id: 'sync', subject: name, command: ['sync', name] } as const;
		const past = remote.history.find(
			(one) => one.ok || !(isRefusal(one.problem?.code) || isInterruption(one.problem?.code)),
		);
		const run = facts.duties.findLast(
			(one) => one.duty === 'sync' && !one.ok && (one.subject === name || one.subject === '*'),
		);
		const failed = past?.ok === false ? past : undefined;
		const whole = run !== undefined && run.at > (past?.at ?? '') ? run : undefined;
		const good = lastSuccess === undefined ? 'never synced' : `last synced ${age(lastSuccess, facts.now)}`;
		const newest = whole ?? failed;
		if (newest !== undefined) {
			const message = newest.problem?.message ?? 'no reason was given';
			const why = message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message;
			const text = `remote ${name}: the last sync failed ${age(newest.at, facts.now)}: ${why} (${good})`;
			return {
				...base,
				level: 'problem',
				state: 'failed',
				text,
				...(whole === undefined ? {} : { run: whole.run }),
			};
		}
		const meant =
			killed?.subjects === undefined || killed.subjects.length === 0 || killed.subjects.includes(name);
		if (killed !== undefined && meant && killed.startedAt > (past?.at ?? '')) {
			const text = `remote ${name}: a sync was killed before it ended (run ${killed.id}; ${good})`;
			return { ...base, level: 'problem', state: 'failed', text, run: killed.id };
		}
		if (lastSuccess === undefined)
			return {
				...base,
				level: expectedHours > 0 ? 'problem' : 'warning',
				state: 'never',
				text: `remote ${name}: never synced`,
			};
		const behind = behindSnapshots > 0 ? `, ${formatCount(behindSnapshots, 'snapshot')} behind` : '';
		if (remote.overdue) {
			const text = `remote ${name}: not synced since ${lastSuccess.slice(0, 16)} UTC${behind}`;
			return { ...base, level: 'problem', state: 'overdue', text };
		}
		return { ...fine('sync', `remote ${name}: ${good}${behind}`, name), state: 'ok' };
	});
}

/** Whether a copy lies anywhere else: a disk, a theft or a fire must not take the data and its backup together. */
export function judgeOffSite(facts: HealthFacts): Finding {
	const { remotes, repository } = facts;
	const id = 'off-site';
	if (remotes.some(({ lastSuccess }) => lastSuccess !== undefined))
		return { ...fine(id, 'a remote holds a copy'), state: 'ok' };
	if (!repository.local) return { ...fine(id, 'the repository is not on this machine'), state: 'ok' };
	const disk = repository.sameDisk === true ? ', and the repository is on the disk of the stacks' : '';
	return {
		id,
		level: 'warning',
		subject: '',
		state: 'never',
		text: `there is no off-site copy${disk}`,
		...(remotes.length > 0
			? { command: ['sync'] }
			: { hint: 'add a remote: [cloud_sync] in the configuration' }),
	};
}

/** Room on the disks, and whether a local repository is there at all. */
export function judgePlaces(facts: HealthFacts): readonly Finding[] {
	const { repository, spaces } = facts;
	const size = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
	const gone: readonly Finding[] =
		repository.local && !repository.there
			? [
					{
						id: 'repository',
						level: 'problem',
						subject: '',
						text: `there is no repository at ${repository.location}`,
						hint: 'is its disk mounted? If it is new: backup-tui backup --init',
					},
				]
			: [];
	return [
		...gone,
		...spaces.map((space): Finding => {
			const text = `${space.what}: ${size(space.freeBytes)} free of ${size(space.totalBytes)}`;
			if (!space.low) return fine('space', text, space.what);
			const full = `the disk of the ${space.what} is almost full: ${size(space.freeBytes)} free of ${size(space.totalBytes)}`;
			return { id: 'space', level: 'problem', subject: space.what, text: full, command: ['prune'] };
		}),
	];
}
