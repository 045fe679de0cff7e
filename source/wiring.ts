import { join } from 'node:path';
import type { Writable } from 'node:stream';
import type { Config } from './config/types.ts';
import { BackupTuiError } from './errors.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type Interruption, watchInterruption } from './process/interruption.ts';
import type { EventListener } from './runs/event-bus.ts';
import { readHistory } from './runs/history.ts';
import { type JournalEntry, openJournal } from './runs/journal.ts';
import { createLocks, type Locks } from './runs/locks.ts';
import { listRuns } from './runs/run-files.ts';
import { isRunId } from './runs/run-id.ts';
import { openSession, type Session, type SessionOptions } from './runs/session.ts';
import { owersAsLockOwners, type StandingDebt, standingDebts } from './runs/standing-debts.ts';
import { reportStart, runIdVariable } from './runs/start-report.ts';
import type { Inventory } from './services/backup/ports.ts';
import { createHeldBackList, type HeldBackList } from './services/backup/shrink.ts';
import { conductRun, type Run } from './services/conduct-run.ts';
import type { CheckListener, CheckReport } from './services/doctor/run-checks.ts';
import { loadPutDown } from './services/downtime/down-on-purpose.ts';
import { loadOwed, owedStacks, type Resuming } from './services/downtime/recover.ts';
import type { HealthDeps } from './services/health/read-facts.ts';
import type { CollectedKit } from './services/recovery-kit/collect.ts';
import type { RestoreAllRequest } from './services/restore/all.ts';
import type { StackSelection } from './services/restore/deps.ts';
import type { RestoreChoices, RestoreSource, RestoreStackRequest } from './services/restore/request.ts';
import type { ScheduleService } from './services/schedule.ts';
import type { StacksService } from './services/stacks.ts';
import type { Overview } from './services/status.ts';
import type { BackupRequestOptions } from './wiring-backup.ts';
import type { BackupWiring, WiringOptions } from './wiring-options.ts';
import { wireSchedule } from './wiring-schedule.ts';
import { wireStacks } from './wiring-stacks.ts';

export interface ConductRequest {
	readonly command: string;
	readonly arguments: readonly string[];
	/** Names of stacks or remotes that were asked for; empty = all of them. */
	readonly subjects: readonly string[];
	readonly listeners: readonly EventListener[];
	/** It is not what the starter of this process asked for, so that it is not told to have started. */
	readonly aside?: true;
}

/** The use cases, ready to be called by a front end. */
export interface Services {
	readonly config: Config;
	readonly locks: Locks;
	/** Opens a run, does `body` in it, ends it. @returns the exit code */
	conduct(request: ConductRequest, body: (run: Run) => Promise<void>): Promise<ExitCode>;
	backup(run: Run, options: BackupRequestOptions): Promise<void>;
	/**
	 * Brings up what dead runs owe. @returns how many stacks; to be called under the stacks lock
	 *
	 * @param resuming whether the begun restore of the stack with this key is about to be done again
	 */
	recover(run: Run, resuming?: Resuming): Promise<number>;
	/** Takes stacks down, to stay down; or up: what was taken down so as it was, others as their files say. */
	putDown(run: Run, to: 'down' | 'up', names: readonly string[]): Promise<void>;
	/** Restores a stack, or parts of it. */
	restoreStack(run: Run, request: RestoreStackRequest, choices: RestoreChoices): Promise<void>;
	/** Restores every stack that is not here; from a remote, the repository first. */
	restoreAll(run: Run, request: RestoreAllRequest & RestoreSource): Promise<void>;
	/** One file, folder or volume of a snapshot to a stream; outside any run. */
	restoreToStream(request: StackSelection & RestoreSource, to: Writable, signal: AbortSignal): Promise<void>;
	/** What a bare machine needs, proven to open the repository. */
	collectKit(): Promise<CollectedKit>;
	/** What dead runs owe. */
	owed(): readonly JournalEntry<Inventory>[];
	/** Every stack that is owed something now, also by runs that live. */
	standingDebts(): readonly StandingDebt[];
	/** Journal files that cannot be read or trusted: what they owe is not known. */
	damagedJournal(): readonly string[];
	/** The same, for the UI: a slow disk must not hold up keys. */
	loadOwed(): Promise<readonly JournalEntry<unknown>[]>;
	overview(): Promise<Overview>;
	/** The dirlist: list, enable, disable, add, remove. */
	readonly stacks: StacksService;
	/** When backups run by themselves. */
	readonly schedule: ScheduleService;
	/** Every check, run; each report is told as it comes. */
	doctor(listener?: CheckListener): Promise<readonly CheckReport[]>;
}

/** Builds the services: the only place that puts config, clock, process runner and tool clients together. */
export async function wire(options: WiringOptions): Promise<Services> {
	const { config, env, version } = options;
	const { paths } = config;
	const journal = openJournal<Inventory>(join(paths.stateDir, 'journal'));
	const locks = createLocks(join(paths.runDir, 'locks'), (name) =>
		name === 'stacks' ? owersAsLockOwners(journal.read().entries) : [],
	);
	const heldBack = createHeldBackList(paths.stateDir);
	const wiring: BackupWiring = {
		...options,
		journal,
		heldBack,
		recover: async (run, resuming) => {
			if (journal.read().damaged.length === 0 && owedStacks(journal).length === 0) return 0;
			const { runWiredRecover } = await import('./wiring-backup.ts');
			return runWiredRecover({ ...options, journal }, run, resuming);
		},
		owed: () => owedStacks(journal),
	};
	let interruption: Interruption | undefined;

	const services: Services = {
		config,
		locks,
		conduct: async (request, body) => {
			const trigger = triggerOf(env);
			const session = await openSessionOrRecover(request, services, options, {
				id: givenRunId(env),
				stateDir: paths.stateDir,
				logDir: paths.logDir,
				logLevel: config.logging.level,
				keepRuns: config.logging.keepRuns,
				keepRunDays: config.logging.keepRunDays,
				secrets: config.secrets,
				command: request.command,
				arguments: request.arguments,
				subjects: request.subjects,
				trigger,
				version,
				dryRun: options.dryRun,
				onlyStarts: onlyStart.includes(request.command),
				listeners: request.listeners,
				now: () => new Date(),
			});
			if (request.aside !== true)
				reportStart(env, { v: 1, type: 'started', run: session.id, pid: process.pid });
			const ownDebts = () => journal.read().entries.filter((entry) => entry.run === session.id);
			const owedNow = () => ownDebts().map((entry) => entry.name);
			interruption = watchInterruption({
				ignoreHup: trigger === 'ui',
				onFirst: (signal) => session.emit({ type: 'interrupted', signal, owed: owedNow() }),
				onSecond: () => session.emit({ type: 'interrupted', signal: 'again', owed: owedNow() }),
				onThird: () =>
					process.exit(ownDebts().some(({ wasUp }) => wasUp) ? exitCodes.stackDown : exitCodes.sigint),
			});
			try {
				return await conductRun(
					{
						session,
						locks,
						command: request.command,
						lockWaitMs: options.lockWaitSeconds * 1000,
						signal: interruption.signal,
						received: interruption.received,
						crash: interruption.crash,
					},
					async (run) => {
						await recoverFirst(run, services);
						await body(run);
					},
				);
			} finally {
				interruption.dispose();
			}
		},
		backup: async (run, request) => {
			const { runWiredBackup } = await import('./wiring-backup.ts');
			await runWiredBackup(wiring, run, request);
			if (!request.sync || run.signal.aborted) return;
			const { runWiredSync } = await import('./wiring-sync.ts');
			await runWiredSync(options, run, { remotes: [] });
		},
		recover: wiring.recover,
		putDown: async (run, to, names) => {
			const { runWiredStayDown } = await import('./wiring-stay-down.ts');
			await runWiredStayDown(wiring, run, to, names);
		},
		restoreStack: async (run, request, choices) => {
			const { runWiredRestore } = await import('./wiring-restore.ts');
			await runWiredRestore(wiring, run, request, choices);
		},
		restoreAll: async (run, request) => {
			const { runWiredRestoreAll } = await import('./wiring-restore.ts');
			await runWiredRestoreAll(wiring, run, request);
		},
		restoreToStream: async (request, to, signal) => {
			const { runWiredStream } = await import('./wiring-restore.ts');
			await runWiredStream(wiring, request, to, signal);
		},
		collectKit: async () => {
			const { collectWiredKit } = await import('./wiring-restore.ts');
			return collectWiredKit(wiring);
		},
		owed: wiring.owed,
		standingDebts: () => standingDebts(journal.read().entries),
		damagedJournal: () => journal.read().damaged,
		loadOwed: () => loadOwed(join(paths.stateDir, 'journal')),
		stacks: wireStacks(options),
		schedule: wireSchedule(options),
		doctor: async (listener) => {
			const { runDoctor } = await import('./wiring-doctor.ts');
			const facts = async () => {
				const { readFacts } = await import('./services/health/read-facts.ts');
				return (await readFacts(await healthDeps(options, services, heldBack))).facts;
			};
			return runDoctor(wiring, facts, listener);
		},
		overview: async () => {
			const { readOverview } = await import('./services/status.ts');
			return readOverview({
				...(await healthDeps(options, services, heldBack)),
				heldBack: heldBack.all,
				putDown: () => loadPutDown(paths.stateDir),
			});
		},
	};
	return services;
}

/** Where the facts about health come from. */
async function healthDeps(
	options: WiringOptions,
	services: Pick<Services, 'schedule'>,
	heldBack: HeldBackList,
): Promise<HealthDeps> {
	const { config, env, known = {} } = options;
	const { stateDir } = config.paths;
	const [{ discoverConfigured }, { readStates }, { formatProblem }, { connectDocker }] = await Promise.all([
		import('./services/discover-configured.ts'),
		import('./stacks/read-states.ts'),
		import('./config/problem.ts'),
		import('./wiring-docker.ts'),
	]);
	return {
		config,
		configWarnings: async () =>
			((await options.configWarnings?.()) ?? []).map((problem) => ({
				text: formatProblem(problem),
				hint: problem.hint,
				fixable: problem.readable !== undefined,
			})),
		discover: async () => (await discoverConfigured(config, env)).stacks,
		states: async (stacks) => {
			const { engine } = await connectDocker(options);
			return readStates(engine, stacks, { timeoutMs: 10_000 });
		},
		schedule: () => services.schedule.status(),
		runs: async () => listRuns(stateDir, runsLookedAt),
		history: async () => readHistory(stateDir),
		heldBack: heldBack.all,
		now: Date.now,
		...known,
	};
}

/** Runs that are looked at for what was killed or failed. */
const runsLookedAt = 200;

/** Commands that see to what is owed themselves, under locks of their own. */
const recoverThemselves = ['backup', 'recover', 'restore'];

/**
 * Whatever writes first brings up what an earlier run has left down. When somebody else changes stacks just now it is
 * their business; when it fails, the run ends with 7, but what was asked for is done all the same.
 */
async function recoverFirst(run: Run, services: Services): Promise<void> {
	if (run.session.dryRun || recoverThemselves.includes(run.command)) return;
	if (services.owed().length === 0 && services.damagedJournal().length === 0) return;
	try {
		const lock = await run.lock('stacks', 'exclusive', 0);
		await services.recover(run).finally(() => lock.release());
	} catch (error) {
		if (error instanceof BackupTuiError && error.code === 'lock-held') return;
		throw error;
	}
}

/** The id that the starter has chosen for the run. @throws usage for one that is none */
function givenRunId(env: WiringOptions['env']): string | undefined {
	const given = env[runIdVariable];
	if (given === undefined || isRunId(given)) return given;
	throw new BackupTuiError('usage', `${runIdVariable} is not a run ID: ${given}`, {
		hint: 'unset it: an ID is made for every run',
	});
}

/** Commands that take nothing down: they bring stacks up also where nothing can be written. */
const onlyStart = ['recover', 'stacks up'];

/**
 * Opens a run. Where it cannot be written down, because the disk is full, nothing new is begun, but what an earlier run has
 * left down comes up first.
 *
 * @throws state-dir-unwritable, no-space
 */
async function openSessionOrRecover(
	request: ConductRequest,
	services: Services,
	{ dryRun }: Pick<WiringOptions, 'dryRun'>,
	session: SessionOptions,
): Promise<Session> {
	try {
		return openSession(session);
	} catch (error) {
		if (!dryRun && services.owed().length > 0)
			await services.conduct({ ...request, command: 'recover', arguments: [], aside: true }, async (run) => {
				const lock = await run.lock('stacks', 'exclusive');
				await services.recover(run).finally(() => lock.release());
			});
		throw error;
	}
}

/** What started this run: the UI says so itself, systemd by INVOCATION_ID, cron by having no terminal. */
function triggerOf(env: WiringOptions['env']): string {
	if (env.BACKUP_TUI_TRIGGER !== undefined) return env.BACKUP_TUI_TRIGGER;
	if (env.INVOCATION_ID !== undefined) return 'timer';
	return 'manual';
}
