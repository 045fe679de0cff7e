import type { Config } from '../config/types.ts';
import { parseLocation } from '../restic/location.ts';
import { type HistoryEntry, medianDowntime, readHistory } from '../runs/history.ts';
import type { Journal, JournalEntry } from '../runs/journal.ts';
import { listRuns, type RunInfo } from '../runs/run-files.ts';
import { type StandingDebt, standingDebts } from '../runs/standing-debts.ts';
import type { Stack, StackState } from '../stacks/types.ts';
import type { HeldBack } from './backup/shrink.ts';
import { describeStanding } from './downtime/describe-standing.ts';
import { type PutDownTimes, putDownSince } from './downtime/down-on-purpose.ts';
import { owedStacks } from './downtime/recover.ts';
import { lastBackupOf } from './last-backup.ts';
import { overdueAfterMs, type ScheduleStatus } from './schedule/status.ts';
import { describeOverdue, type RemoteStatus, remoteStatuses } from './sync/status.ts';

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
	/** How far behind each remote is. */
	readonly remotes: readonly RemoteStatus[];
	/** Why the states are unknown, when Docker could not be asked. */
	readonly dockerProblem?: string;
	/** True when Docker answers, the last backup went well, every enabled stack has one, none is owed, held back or missing. */
	readonly healthy: boolean;
	readonly problems: readonly string[];
}

export interface StatusDeps {
	readonly config: Config;
	readonly journal: Journal<unknown>;
	readonly heldBack: () => readonly HeldBack[];
	readonly discover: () => Promise<readonly Stack[]>;
	/** One Docker call; never throws: unknown with a reason instead. */
	readonly states: (stacks: readonly Stack[]) => Promise<ReadonlyMap<string, StackNow>>;
	readonly putDown?: () => Promise<PutDownTimes>;
	/** Never throws. */
	readonly schedule?: () => Promise<ScheduleStatus>;
	readonly now: () => Date;
}

/** @returns how everything is. Throws what discovery throws (`stacks-dir-missing`, `dirlist-invalid`). */
export async function readOverview(deps: StatusDeps): Promise<Overview> {
	const { stateDir } = deps.config.paths;
	const stacks = await deps.discover();
	const [states, schedule, putDown = new Map()] = await Promise.all([
		deps.states(stacks),
		deps.schedule?.(),
		deps.putDown?.(),
	]);
	const history = readHistory(stateDir);
	const runs = listRuns(stateDir, 200);
	const owed = owedStacks(deps.journal);
	const standing = standingDebts(deps.journal.read().entries);
	const heldBack = deps.heldBack();
	const overviews = stacks.map((stack) =>
		overviewOf(stack, states.get(stack.key), history, heldBack, owed, putDown),
	);
	const running = runs.find((run) => run.status === 'running' && run.command !== 'attach');
	const lastBackup = lastBackupOf(runs);
	const dockerProblem = overviews.find((one) => one.now.state === 'unknown')?.now.reason;
	const location = parseLocation(deps.config.repository.location);
	const repository = location.kind === 'local' ? location.path : undefined;
	const remotes = await remoteStatuses(deps.config.remotes, stateDir, repository, deps.now().getTime());
	const problems = [
		...(dockerProblem === undefined ? [] : [dockerProblem]),
		...standing.filter(({ owner }) => owner === 'frozen').map(describeStanding),
		...findProblems(overviews, owed, lastBackup, deps.now(), schedule),
		...remotes.filter((remote) => remote.overdue).map(describeOverdue),
	];
	return {
		stacks: overviews,
		...(running === undefined ? {} : { running }),
		...(lastBackup === undefined ? {} : { lastBackup }),
		owed: owed.map((entry) => entry.name),
		standingDebts: standing,
		remotes,
		...(schedule === undefined ? {} : { schedule }),
		...(dockerProblem === undefined ? {} : { dockerProblem }),
		healthy: problems.length === 0,
		problems,
	};
}

function overviewOf(
	stack: Stack,
	now: StackNow | undefined,
	history: readonly HistoryEntry[],
	heldBack: readonly HeldBack[],
	owed: readonly JournalEntry<unknown>[],
	putDown: PutDownTimes,
): StackOverview {
	const own = history.filter((entry) => entry.stack === stack.name);
	const last = own.at(-1);
	const lastGood = own.findLast((entry) => entry.outcome === 'ok');
	const held = heldBack.find((entry) => entry.stack === stack.name);
	const median = medianDowntime(own, stack.name);
	const since = now === undefined ? undefined : putDownSince(putDown, stack.key, now.state);
	return {
		key: stack.key,
		name: stack.name,
		enabled: stack.enabled,
		directory: stack.directory,
		now: stack.missing
			? { state: 'missing', up: 0, expected: 0 }
			: (now ?? { state: 'unknown', up: 0, expected: 0, reason: 'Docker did not tell' }),
		...(last === undefined ? {} : { last }),
		...(lastGood === undefined ? {} : { lastGood }),
		...(median === undefined ? {} : { medianDowntimeMs: median }),
		...(held === undefined ? {} : { heldBack: held }),
		owed: owed.some((entry) => entry.stack === stack.key),
		...(since === undefined ? {} : { putDownSince: since }),
	};
}

function findProblems(
	stacks: readonly StackOverview[],
	owed: readonly JournalEntry<unknown>[],
	lastBackup: RunInfo | undefined,
	now: Date,
	schedule: ScheduleStatus | undefined,
): string[] {
	const overdueMs = overdueAfterMs(schedule);
	const problems = owed.map((entry) => `${entry.name} was left down by run ${entry.run}: backup-tui recover`);
	if (!stacks.some((stack) => stack.enabled))
		problems.push('no stack is enabled: backup-tui stacks enable NAME');
	for (const stack of stacks.filter((one) => one.enabled)) {
		if (stack.now.state === 'missing') problems.push(`${stack.name}: the directory is missing`);
		if (stack.heldBack !== undefined)
			problems.push(`${stack.name}: the last snapshot shrank, forget and sync are held back`);
		if (stack.last === undefined) problems.push(`${stack.name}: never backed up`);
		else if (stack.last.outcome !== 'ok')
			problems.push(`${stack.name}: the last backup ended as ${stack.last.outcome}`);
		else if (now.getTime() - Date.parse(stack.last.at) > overdueMs)
			problems.push(`${stack.name}: backup is overdue`);
	}
	if (schedule?.problem !== undefined) problems.push(schedule.problem);
	if (lastBackup?.status === 'crashed') problems.push(`run ${lastBackup.id} was killed before it ended`);
	const { exitCode = 0, problem = `exit code ${exitCode}` } = lastBackup?.summary ?? {};
	const told = stacks.some(
		(stack) => stack.enabled && stack.last?.run === lastBackup?.id && stack.last?.outcome !== 'ok',
	);
	if (exitCode !== 0 && !told)
		problems.push(`the last backup failed: ${problem}: backup-tui logs ${lastBackup?.id}`);
	return problems;
}
