import { existsSync } from 'node:fs';
import type { Config } from './config/types.ts';
import type { Restic } from './restic/client.ts';
import { readHistory } from './runs/history.ts';
import { type JournalEntry, unfinishedRestore } from './runs/journal.ts';
import { type BackupDeps, type BackupOptions, runBackup } from './services/backup/backup.ts';
import type { Inventory } from './services/backup/ports.ts';
import { preflight } from './services/backup/preflight.ts';
import { alarmsIn } from './services/backup/shrink-alarms.ts';
import { createStackDocker } from './services/backup/stack-docker.ts';
import type { Run } from './services/conduct-run.ts';
import { discoverConfigured, duplicateRefusals, listNewStacks } from './services/discover-configured.ts';
import { readRecord } from './services/downtime/record-file.ts';
import { type Resuming, recoverStacks } from './services/downtime/recover.ts';
import { assertKnownRepository, assertMayInit, remember } from './services/repository-identity.ts';
import { assertResolvedRepositoryPlace, repositoryPlace } from './services/repository-place.ts';
import { assertSpace, readSpace } from './services/repository-space.ts';
import { localEnds } from './services/sync/place.ts';
import { bringUp } from './stacks/bring-up.ts';
import { removeHelpers, removeStrayHelpers } from './stacks/helper-container.ts';
import type { QuiesceMethod } from './stacks/quiesce-steps.ts';
import { readStates } from './stacks/read-states.ts';
import type { Recorded } from './stacks/recorded.ts';
import { patientSeconds } from './stacks/slow-health.ts';
import { baselineOf, bindAfter, openSnapshotBook } from './wiring-after.ts';
import { connectDocker } from './wiring-docker.ts';
import type { BackupWiring } from './wiring-options.ts';
import { identityDeps, openRepository } from './wiring-repository.ts';

/** A backup as the front ends ask for it. */
export interface BackupRequestOptions extends BackupOptions {
	readonly sync: boolean;
	/** Asked when there is no repository: make one? */
	readonly offerInit: (location: string) => Promise<boolean>;
}

/** Room on the disks a backup writes to. Throws `no-space`. */
async function checkSpace(config: Config, restic: Restic): Promise<void> {
	const { minDiskSpaceMb } = config.repository;
	const spaces = await readSpace(
		[
			...(restic.location.kind === 'local'
				? [{ what: 'repository' as const, path: restic.location.path }]
				: []),
			{ what: 'cache', path: config.paths.cacheDir },
			{ what: 'state', path: config.paths.stateDir },
		],
		minDiskSpaceMb,
	);
	assertSpace(spaces, minDiskSpaceMb);
}

/** Runs a backup with everything it needs. */
export async function runWiredBackup(
	options: BackupWiring,
	run: Run,
	request: BackupRequestOptions,
): Promise<void> {
	const { config, env, journal, heldBack } = options;
	const access = await connectDocker(options, run);
	await using restic = openRepository(options, run);
	const book = openSnapshotBook(options, restic, run);
	const identity = identityDeps(options, restic);
	// Once a run: asked for each stack, two hundred stacks would be looked for two hundred times.
	let discovery: ReturnType<typeof discoverConfigured> | undefined;
	const discover = () => {
		discovery ??= discoverConfigured(config, env);
		return discovery;
	};
	const deps: BackupDeps = {
		config,
		docker: createStackDocker({ access, config, run, stacks: async () => (await discover()).stacks }),
		restic,
		journal,
		heldBack,
		version: options.version,
		now: () => new Date(),
		preflight: async (current) => {
			await preflight(current, {
				config,
				restic,
				engine: access.engine,
				openRepository: book.open,
				assertKnown: () => assertKnownRepository(identity, { signal: current.signal }),
				assertPlace: () =>
					assertResolvedRepositoryPlace(config.repository, env, async () => {
						const { openRclone } = await import('./wiring-sync.ts');
						const { rcloneConfig } = config.repository;
						return openRclone(
							{ ...options, dryRun: false },
							{ rcloneConfig, transfers: 1, bandwidth: '', extraOptions: [] },
							current,
						);
					}),
				assertMayInit: () =>
					assertMayInit({ ...identity, directories: localEnds(repositoryPlace(config.repository, env)) }),
				rememberNew: (id) => remember(identity, id),
				offerInit: request.offerInit,
				checkSpace: () => checkSpace(config, restic),
			});
			if (options.dryRun || heldBack.known()) return;
			// The state directory is new, or was lost: the alarms are told from the repository again.
			const all = await book.all().catch(() => undefined);
			if (all !== undefined) heldBack.adopt(alarmsIn(all, config.repository.shrinkLimitPercent));
		},
		recover: async (current) => {
			await options.recover(current);
			if (!options.dryRun && options.owed().length === 0) await removeStrayHelpers(access.engine);
		},
		discover: async () => {
			const found = await discover();
			if (!options.dryRun) await listNewStacks(config, found);
			return found.stacks;
		},
		duplicates: duplicateRefusals,
		states: async (stacks) => {
			const end = Date.now() + config.docker.unknownSeconds * 1000;
			for (;;) {
				const reading = await readStates(access.engine, stacks, { timeoutMs: 10_000 });
				if (reading.error === undefined || Date.now() >= end || run.signal.aborted) return reading.states;
				if (reading.error.code === 'no-permission') throw reading.error;
				await access.clock.sleep(1000, run.signal).catch(() => {});
			}
		},
		...bindAfter(options, restic, book),
		parentOf: book.parentOf,
		oldSafety: () =>
			book.expiredSafety(
				journal.read().entries.flatMap((entry) => unfinishedRestore(entry)?.safetySnapshot ?? []),
				readHistory(config.paths.stateDir).map(({ at }) => at),
			),
		baseline: async (copy) =>
			baselineOf(restic, copy, await book.all(), config.repository.shrinkLimitPercent),
	};
	await runBackup(run, deps, request);
}

/** Brings up what dead runs owe. @returns how many stacks */
export async function runWiredRecover(
	options: Pick<BackupWiring, 'config' | 'env' | 'journal'>,
	run: Run,
	resuming?: Resuming,
): Promise<number> {
	const access = await connectDocker(options, run);
	return recoverStacks(run, {
		journal: options.journal,
		givenUp: ({ inventory }) => !existsSync(inventory.directory),
		bringUp: async (entry) => {
			await bringUp(access, entry.inventory, {
				name: entry.name,
				recorded: recordedWith(run, options.journal.directory, entry),
				method: entry.method as QuiesceMethod,
				timeoutSeconds: patientSeconds(entry.inventory, options.config.docker.upTimeoutSeconds),
				interrupted: { since: Date.parse(entry.writtenAt), graceSeconds: entry.timeoutSeconds },
			});
		},
		removeHelpers: async (run) => {
			await removeHelpers(access.engine, run);
		},
		...(resuming === undefined ? {} : { resuming }),
	});
}

/** What was kept with the entry. One that is damaged is told: the stack is then started as its files say now. */
function recordedWith(run: Run, directory: string, entry: JournalEntry<Inventory>): Recorded | undefined {
	const record = readRecord(directory, entry);
	if (record !== 'damaged') return record as Recorded | undefined;
	const text =
		'what was recorded of it before it went down cannot be read: it is started as its files say now';
	run.session.emit({ type: 'message', level: 'warn', stack: entry.name, text });
	return undefined;
}
