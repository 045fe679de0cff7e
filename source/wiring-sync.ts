import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config, RemoteConfig } from './config/types.ts';
import { BackupTuiError } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { systemClock } from './process/clock.ts';
import { findTool } from './process/find-tool.ts';
import { createProcessRunner } from './process/run.ts';
import { createRclone } from './rclone/client.ts';
import type { Rclone } from './rclone/types.ts';
import { createRestic, type Restic } from './restic/client.ts';
import { parseLocation } from './restic/location.ts';
import { createHeldBackList } from './services/backup/shrink.ts';
import { alarmsIn } from './services/backup/shrink-alarms.ts';
import type { Run } from './services/conduct-run.ts';
import { assertKnownRepository } from './services/repository-identity.ts';
import type { DiskFacts } from './services/sync/require-disks.ts';
import { runSync } from './services/sync/run-sync.ts';
import { createSourceRepository } from './services/sync/source-repository.ts';
import type { SyncOptions, SyncResult } from './services/sync/types.ts';
import type { WiringOptions } from './wiring-options.ts';
import { identityDeps, openRepository } from './wiring-repository.ts';

export type SyncWiring = Pick<WiringOptions, 'config' | 'env' | 'dryRun'>;

/** An rclone client with a remote's settings; in a dry run it tells instead of doing. Throws `tool-missing`. */
export function openRclone(
	options: SyncWiring,
	remote: Pick<RemoteConfig, 'rcloneConfig' | 'transfers' | 'bandwidth' | 'extraOptions'>,
	run?: Run,
	signal?: AbortSignal,
): Rclone {
	const { config, env, dryRun } = options;
	const stop = signal ?? run?.signal;
	return createRclone({
		runner: run?.session.runner ?? createProcessRunner({ cookie: `look-${process.pid}` }),
		binary: findTool('rclone', config.tools.rclone),
		environment: env,
		settings: {
			configFile: remote.rcloneConfig,
			transfers: remote.transfers,
			bandwidth: remote.bandwidth,
			extraOptions: remote.extraOptions,
		},
		...(stop === undefined ? {} : { signal: stop }),
		...(dryRun
			? {
					onDryRun: (argv: readonly string[]) =>
						run?.session.emit({
							type: 'command',
							tool: 'rclone',
							argv: [...argv],
							exitCode: null,
							ms: 0,
							dryRun: true,
						}),
				}
			: {}),
	});
}

/** restic on a repository that lies on a remote: its own password if it has one, the remote's rclone config and rate. */
export function openRemoteRepository(
	options: SyncWiring,
	location: string,
	remote: RemoteConfig,
	run?: Run,
): Restic {
	const { config, env } = options;
	const { copyPasswordFile, rcloneConfig, bandwidth } = remote;
	return createRestic({
		runner: run?.session.runner ?? createProcessRunner({ cookie: `look-${process.pid}` }),
		binary: findTool('restic', config.tools.restic),
		...([location, config.repository.location].some((one) => one.startsWith('rclone:'))
			? { rcloneBinary: findTool('rclone', config.tools.rclone) }
			: {}),
		repository: location,
		password: copyPasswordFile === '' ? config.repository.password : { kind: 'file', path: copyPasswordFile },
		runDir: config.paths.runDir,
		cacheDir: join(config.paths.cacheDir, 'remotes', encodeURIComponent(remote.name)),
		environment: {
			...env,
			...(rcloneConfig === '' ? {} : { RCLONE_CONFIG: rcloneConfig }),
			...(bandwidth === '' ? {} : { RCLONE_BWLIMIT: bandwidth }),
		},
		clock: () => Date.now(),
		hostname: hostname(),
		retryLockSeconds: config.repository.retryLockSeconds,
		backupTimeoutMs: config.repository.backupTimeoutSeconds * 1000,
		openTimeoutMs: config.repository.openTimeoutSeconds * 1000,
		withoutCache: options.dryRun,
		...(run === undefined ? {} : { signal: run.signal }),
	});
}

/** Where repository and state lie, to judge the disk of a remote by. */
export function diskFacts({ repository, paths }: Pick<Config, 'repository' | 'paths'>): DiskFacts {
	const location = parseLocation(repository.location);
	return { repository: location.kind === 'local' ? location.path : undefined, stateDir: paths.stateDir };
}

export interface SyncRequest extends SyncOptions {
	/** Instead of the configured rate. */
	readonly bandwidth?: string;
}

/** A repository that cannot be opened is told of by the guards of the sync. @throws repository-changed */
async function assertSameSource(options: SyncWiring, restic: Restic, signal: AbortSignal): Promise<void> {
	try {
		await assertKnownRepository(identityDeps(options, restic), { signal }, exitCodes.sync);
	} catch (error) {
		if (error instanceof BackupTuiError && error.code === 'repository-changed') throw error;
	}
}

/** Runs a sync with everything it needs. */
export async function runWiredSync(
	options: SyncWiring,
	run: Run,
	request: SyncRequest,
): Promise<readonly SyncResult[]> {
	const { config, env } = options;
	const { bandwidth } = request;
	const remotes =
		bandwidth === undefined ? config.remotes : config.remotes.map((remote) => ({ ...remote, bandwidth }));
	await using restic = openRepository(options, run, run.signal);
	await assertSameSource(options, restic, run.signal);
	const { stateDir } = config.paths;
	const heldBack = createHeldBackList(stateDir);
	const source = createSourceRepository({
		restic,
		stateDir,
		now: () => new Date(),
		run,
		self: { repository: config.repository.location, password: config.repository.password },
		open: (location, remote) => openRemoteRepository(options, location, remote, run),
	});
	const deps = {
		rclone: (remote: RemoteConfig) => openRclone(options, remote, run),
		clock: systemClock,
		random: Math.random,
		stateDir,
		source,
		shrinkAlarms: async () => {
			const { hostname, shrinkLimitPercent } = config.repository;
			const alarms = heldBack.known()
				? heldBack.all()
				: alarmsIn(await restic.snapshots({ host: hostname }, { signal: run.signal }), shrinkLimitPercent);
			return alarms.map((entry) => entry.stack);
		},
		environment: env,
	};
	return await runSync(run, deps, remotes, request);
}
