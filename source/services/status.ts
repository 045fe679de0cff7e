import { type HistoryEntry, medianDowntime } from '../runs/history.ts';
import { lastBackupOf } from '../runs/last-backup.ts';
import type { RunInfo } from '../runs/run-files.ts';
import type { StandingDebt } from '../runs/standing-debts.ts';
import type { Stack, StackState } from '../stacks/types.ts';
import type { HeldBack } from './backup/shrink.ts';
import { type PutDownTimes, putDownSince } from './downtime/down-on-purpose.ts';
import { type Finding, inOneLine, troubles } from './health/finding.ts';
import { judge } from './health/judge.ts';
import { type FactsReading, type HealthDeps, readFacts } from './health/read-facts.ts';
import type { ScheduleStatus } from './schedule/status.ts';
import type { RemoteStatus } from './sync/status.ts';

/** How a stack runs, in short. */
export interface StackNow {
	readonly state: StackState;
	readonly up: number;
	readonly expected: number;
	readonly reason?: string;
}

export interface StackOverview {
	readonly key: string;
	readonly name: string;
	readonly enabled: boolean;
	readonly directory: string;
	readonly now: StackNow;
	/** Newest first. */
	readonly last?: HistoryEntry;
	readonly lastGood?: HistoryEntry;
	readonly medianDowntimeMs?: number;
	readonly heldBack?: HeldBack;
	/** A dead run has left it down. */
	readonly owed: boolean;
	/** ISO time, UTC, at which a person put it down, to stay down. */
	readonly putDownSince?: string;
	/** Why Compose cannot read its files. */
	readonly unreadable?: string;
	/** How its backups stand; absent for one that is off. */
	readonly backup?: Finding;
}

/** Everything `status` tells, from one Docker call and local files. Times are ISO, UTC. */
export interface Overview {
	readonly stacks: readonly StackOverview[];
	readonly running?: RunInfo;
	readonly lastBackup?: RunInfo;
	readonly owed: readonly string[];
	/** Every stack that is owed something now, also by runs that live: since when, by which run, how that run does. */
	readonly standingDebts: readonly StandingDebt[];
	/** When backups run by themselves. */
	readonly schedule?: ScheduleStatus;
	/** How far behind each remote is, and how its syncs stand. */
	readonly remotes: readonly (RemoteStatus & { readonly sync?: Finding })[];
	/** Why the states are unknown, when Docker could not be asked. */
	readonly dockerProblem?: string;
	/** True without a problem; there may be warnings. */
	readonly healthy: boolean;
	/** Each problem in one line, with what to do. */
	readonly problems: readonly string[];
	/** The judgement of every duty: the same everywhere. */
	readonly findings: readonly Finding[];
}

export interface StatusDeps extends HealthDeps {
	readonly heldBack: () => readonly HeldBack[];
	readonly putDown: () => Promise<PutDownTimes>;
}

/** @returns how everything is. Never throws for what it finds. */
export async function readOverview(deps: StatusDeps): Promise<Overview> {
	const [reading, putDown] = await Promise.all([readFacts(deps), deps.putDown()]);
	const { facts, runs } = reading;
	const health = judge(facts);
	const byName = Map.groupBy(facts.history, (entry) => entry.stack);
	const heldBack = facts.heldBackTrouble === undefined ? deps.heldBack() : [];
	const running = runs.find((run) => run.status === 'running' && run.command !== 'attach');
	const lastBackup = lastBackupOf(runs);
	const problems = health.findings.filter(({ level }) => level === 'problem');
	return {
		stacks: facts.stacks.map((stack) => {
			const backup = health.stacks[stack.key];
			const overview = overviewOf(stack, reading, byName.get(stack.name) ?? [], heldBack, putDown);
			return backup === undefined ? overview : { ...overview, backup };
		}),
		...(running === undefined ? {} : { running }),
		...(lastBackup === undefined ? {} : { lastBackup }),
		owed: facts.owed.filter(isLeft).map(({ stack }) => stack),
		standingDebts: facts.owed.map(({ unfinished: _unfinished, ...debt }) => debt),
		remotes: facts.remotes.map((remote) => {
			const sync = health.remotes[remote.name];
			return sync === undefined ? remote : { ...remote, sync };
		}),
		...(facts.schedule === undefined ? {} : { schedule: facts.schedule }),
		...(facts.docker === undefined ? {} : { dockerProblem: facts.docker.message }),
		healthy: problems.length === 0,
		problems: troubles(problems).map(inOneLine),
		findings: health.findings,
	};
}

/** Nobody but `recover` sees to it any more. */
const isLeft = ({ owner }: StandingDebt) => owner === 'gone';

function overviewOf(
	stack: Stack,
	{ facts, states }: FactsReading,
	own: readonly HistoryEntry[],
	heldBack: readonly HeldBack[],
	putDown: PutDownTimes,
): StackOverview {
	const last = own.at(-1);
	const lastGood = own.findLast((entry) => entry.outcome === 'ok');
	const held = heldBack.find((entry) => entry.stack === stack.name);
	const median = medianDowntime(own, stack.name);
	const status = states?.states.get(stack.key);
	const since = status === undefined ? undefined : putDownSince(putDown, stack.key, status.state);
	return {
		key: stack.key,
		name: stack.name,
		enabled: stack.enabled,
		directory: stack.directory,
		now: stack.missing
			? { state: 'missing', up: 0, expected: 0 }
			: status === undefined
				? {
						state: 'unknown',
						up: 0,
						expected: 0,
						reason: facts.docker?.message ?? 'Docker reported no state',
					}
				: inShort(status),
		...(last === undefined ? {} : { last }),
		...(lastGood === undefined ? {} : { lastGood }),
		...(median === undefined ? {} : { medianDowntimeMs: median }),
		...(held === undefined ? {} : { heldBack: held }),
		owed: facts.owed.some((entry) => entry.key === stack.key && isLeft(entry)),
		...(since === undefined ? {} : { putDownSince: since }),
		...(stack.unreadable === undefined ? {} : { unreadable: stack.unreadable }),
	};
}

function inShort({ state, up, expected, reason }: StackNow): StackNow {
	return { state, up, expected, ...(reason === undefined ? {} : { reason }) };
}
