import { formatCount } from '../../runs/units.ts';
import type { HealthFacts } from './facts.ts';
import { type Finding, fine, type Level } from './finding.ts';
import { judgeBackups } from './judge-backups.ts';
import { judgeDocker, judgeHeldBack, judgeRecovery, judgeRunning, judgeSchedule } from './judge-machine.ts';
import { judgeCheck, judgeOffSite, judgePlaces, judgeRemotes, judgeRetention } from './judge-repository.ts';
import { judgeStacks } from './judge-stacks.ts';

/** Whether everything is all right. */
export interface Health {
	/** Every duty at least once, in a fixed order: what is wrong with it, or one line that says that it is fine. */
	readonly findings: readonly Finding[];
	/** By key of an enabled stack: how its backups stand, also where they are fine. */
	readonly stacks: Readonly<Record<string, Finding>>;
	/** By name of a remote. */
	readonly remotes: Readonly<Record<string, Finding>>;
}

/** The one judgement: whatever shows health draws what this returns. */
export function judge(facts: HealthFacts): Health {
	const backups = judgeBackups(facts);
	const backupList = [...backups.byStack.values()];
	const remotes = judgeRemotes(facts);
	const findings = [
		...judgeRecovery(facts),
		...judgeRunning(facts),
		...judgeDocker(facts),
		...judgeStacks(facts),
		...backups.runs,
		...summarized('backup', backupList, `${formatCount(backupList.length, 'stack')} backed up in time`),
		...judgePlaces(facts),
		...judgeHeldBack(facts),
		judgeCheck(facts),
		...judgeRetention(facts),
		...remotes,
		judgeOffSite(facts),
		judgeSchedule(facts),
		...summarized('config', facts.config, 'no warnings'),
		...newProbes(facts),
	];
	return {
		findings,
		stacks: Object.fromEntries(withTrouble(facts, backups)),
		remotes: Object.fromEntries(remotes.map((one) => [one.subject, one])),
	};
}

/** What is wrong; when nothing is, one line. */
function summarized(id: string, all: readonly Finding[], text: string): readonly Finding[] {
	const wrong = all.filter(({ level }) => level !== 'ok');
	if (wrong.length > 0) return wrong;
	return all.length === 0 && id === 'backup' ? [] : [fine(id, text)];
}

/** A stack that cannot be backed up at all, or was not reached by the last run, is as bad as one whose backup failed. */
function withTrouble(
	facts: HealthFacts,
	backups: ReturnType<typeof judgeBackups>,
): readonly (readonly [string, Finding])[] {
	const trouble = new Map(
		judgeStacks(facts)
			.filter((one) => one.level === 'problem' && one.subject !== '')
			.map((one) => [one.subject, one]),
	);
	const enabled = facts.stacks.filter((stack) => stack.enabled);
	return enabled.flatMap(({ key, name }) => {
		const finding = backups.byStack.get(key);
		const lost = finding?.level === 'ok' ? backups.lost.get(key) : undefined;
		const worst = trouble.get(name) ?? lost ?? finding;
		return worst === undefined ? [] : [[key, worst] as const];
	});
}

/** What `doctor` saw and is judged here too is told once. */
function newProbes({ probes, docker }: HealthFacts): readonly Finding[] {
	return probes.filter(({ id }) => id !== 'docker' || docker === undefined);
}

/** @returns the verdict in one line: `ok`, `1 PROBLEM, 2 warnings` */
export function verdict(findings: readonly Finding[]): { readonly text: string; readonly level: Level } {
	const count = (level: Level) => findings.filter((one) => one.level === level).length;
	const [problems, warnings] = [count('problem'), count('warning')];
	const rest = warnings > 0 ? `, ${formatCount(warnings, 'warning')}` : '';
	if (problems > 0)
		return { text: `${problems} PROBLEM${problems === 1 ? '' : 'S'}${rest}`, level: 'problem' };
	if (warnings > 0) return { text: formatCount(warnings, 'warning'), level: 'warning' };
	return { text: 'all right', level: 'ok' };
}
