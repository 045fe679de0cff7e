import { access, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/types.ts';
import { toBackupTuiError } from '../../errors.ts';
import { parseLocation } from '../../restic/location.ts';
import { loadDuties } from '../../runs/duties.ts';
import type { HistoryEntry } from '../../runs/history.ts';
import { wasRefused } from '../../runs/refused.ts';
import type { RunInfo } from '../../runs/run-files.ts';
import type { StatesReading } from '../../stacks/read-states.ts';
import type { Stack } from '../../stacks/types.ts';
import { duplicateRefusals } from '../discover-configured.ts';
import { loadLastCheck } from '../repository-check.ts';
import { readSpace } from '../repository-space.ts';
import type { ScheduleStatus } from '../schedule/status.ts';
import { remoteStatuses } from '../sync/status.ts';
import type { HealthFacts, Trouble } from './facts.ts';
import type { Finding } from './finding.ts';
import { loadProbes } from './probes.ts';
import { readJournalFacts, readRunning } from './read-running.ts';

/** Something worth a word in the configuration. */
export interface ConfigWarning {
	readonly text: string;
	readonly hint?: string | undefined;
	/** `config validate --fix` puts it right. */
	readonly fixable: boolean;
}

/** Where the facts come from. */
export interface HealthDeps {
	readonly config: Config;
	/** What is worth a word in the configuration. Throws what is wrong with it. */
	readonly configWarnings: () => Promise<readonly ConfigWarning[]>;
	/** Throws `stacks-dir-missing`, `dirlist-invalid`. */
	readonly discover: () => Promise<readonly Stack[]>;
	/** One call to Docker; throws `tool-missing` only. */
	readonly states: (stacks: readonly Stack[]) => Promise<StatesReading>;
	readonly schedule: () => Promise<ScheduleStatus>;
	/** Newest first. */
	readonly runs: () => Promise<readonly RunInfo[]>;
	readonly history: () => Promise<readonly HistoryEntry[]>;
	readonly heldBack: () => readonly { readonly stack: string }[];
	readonly now: () => number;
}

/** The facts, and what was read for them. */
export interface FactsReading {
	readonly facts: HealthFacts;
	readonly states: StatesReading | undefined;
	/** Newest first, also those that are going on. */
	readonly runs: readonly RunInfo[];
}

/** How long a place that may be a dead mount is waited for, in ms. */
const placeLimitMs = 5000;

/** Reads everything health is judged by. Never throws: what cannot be read is a fact. */
export async function readFacts(deps: HealthDeps): Promise<FactsReading> {
	const { config } = deps;
	const { stateDir } = config.paths;
	const now = deps.now();
	const location = parseLocation(config.repository.location);
	const directory = location.kind === 'local' ? location.path : undefined;
	const [found, runs, history, duties, schedule, remotes, lastCheck, spaces, place, journal, configured] =
		await Promise.all([
			findStacks(deps),
			deps.runs(),
			deps.history(),
			loadDuties(stateDir),
			deps.schedule().catch(() => undefined),
			within(remoteStatuses(config.remotes, stateDir, directory, now), []),
			loadLastCheck(stateDir),
			within(spacesOf(config, directory), []),
			placeOf(config, directory),
			readJournalFacts(stateDir),
			configFindings(deps.configWarnings),
		]);
	const { stacks, states, stacksTrouble, docker } = found;
	const expected = new Map(config.remotes.map((remote) => [remote.name, remote.expectedHours]));
	const facts: HealthFacts = {
		now,
		stacks,
		stacksTrouble,
		docker,
		refusals: duplicateRefusals(stacks),
		stackSections: config.stackSections,
		history,
		duties,
		runs: runs.filter((run) => run.status !== 'running' && !wasRefused(run)),
		running: readRunning(stateDir, runs),
		...journal,
		...heldBackFacts(deps.heldBack),
		schedule,
		remotes: remotes.map((remote) => ({ ...remote, expectedHours: expected.get(remote.name) ?? 0 })),
		lastCheck,
		checkEveryDays: config.repository.checkEveryDays,
		repository: { location: location.display, local: directory !== undefined, ...place },
		spaces,
		config: configured,
		probes: await loadProbes(stateDir, history),
	};
	return { facts, states, runs };
}

async function findStacks(deps: HealthDeps): Promise<{
	readonly stacks: readonly Stack[];
	readonly states?: StatesReading;
	readonly stacksTrouble?: Trouble;
	readonly docker?: Trouble | undefined;
}> {
	let stacks: readonly Stack[];
	try {
		stacks = await deps.discover();
	} catch (error) {
		return { stacks: [], stacksTrouble: toTrouble(error) };
	}
	try {
		const states = await deps.states(stacks);
		return { stacks, states, docker: states.error === undefined ? undefined : toTrouble(states.error) };
	} catch (error) {
		return { stacks, docker: toTrouble(error) };
	}
}

function toTrouble(error: unknown): Trouble {
	const { message, hint, exitCode } = toBackupTuiError(error);
	return { message, hint, exitCode };
}

function heldBackFacts(read: HealthDeps['heldBack']): Pick<HealthFacts, 'heldBack' | 'heldBackTrouble'> {
	try {
		return { heldBack: read().map(({ stack }) => stack) };
	} catch (error) {
		return { heldBack: [], heldBackTrouble: toTrouble(error) };
	}
}

/** The value, or `otherwise` when the place does not answer in time. */
function within<T>(work: Promise<T>, otherwise: T): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<T>((resolve) => {
		timer = setTimeout(resolve, placeLimitMs, otherwise);
	});
	return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function spacesOf({ repository, paths }: Config, directory: string | undefined) {
	const local = directory === undefined ? [] : [{ what: 'repository' as const, path: directory }];
	const own = [
		{ what: 'cache' as const, path: paths.cacheDir },
		{ what: 'state' as const, path: paths.stateDir },
	];
	return readSpace([...local, ...own], repository.minDiskSpaceMb);
}

/** See restic's design document: a repository has a file `config`. One that may not be read is one all the same. */
async function placeOf(
	config: Config,
	directory: string | undefined,
): Promise<{ readonly there: boolean; readonly sameDisk?: boolean }> {
	if (directory === undefined) return { there: true };
	const there = access(join(directory, 'config')).then(
		() => true,
		(error: NodeJS.ErrnoException) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
	);
	const disk = async (path: string) => (await stat(path).catch(() => undefined))?.dev;
	const disks = Promise.all([directory, config.docker.stacksDir].map(disk));
	const [isThere, [own, theirs]] = await Promise.all([within(there, false), within(disks, [])]);
	return {
		there: isThere,
		...(own === undefined || theirs === undefined ? {} : { sameDisk: own === theirs }),
	};
}

/** The configuration: what is worth a word in it, or that it cannot be used any more. */
async function configFindings(read: HealthDeps['configWarnings']): Promise<readonly Finding[]> {
	const base = { id: 'config', subject: '' } as const;
	try {
		return (await read()).map(({ text, hint, fixable }) => ({
			...base,
			level: 'warning',
			text: `config: ${text}`,
			...(hint === undefined || fixable ? {} : { hint }),
			...(fixable ? { command: ['config', 'validate', '--fix'] } : {}),
		}));
	} catch (error) {
		const { message, hint, exitCode } = toBackupTuiError(error);
		const text = `config: ${message.split('\n')[0]}`;
		return [{ ...base, level: 'problem', text, exitCode, ...(hint === undefined ? {} : { hint }) }];
	}
}
