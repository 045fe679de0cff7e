import { existsSync } from 'node:fs';
import type { RemoteConfig } from './config/types.ts';
import { systemClock } from './process/clock.ts';
import { rcloneLocation, remoteAddress } from './rclone/address.ts';
import { parseLocation } from './restic/location.ts';
import { stackOfTags } from './restic/tags.ts';
import type { Run } from './services/conduct-run.ts';
import { chooseTarget } from './services/restore-repository/choose-target.ts';
import { type NextStep, nextSteps } from './services/restore-repository/next-steps.ts';
import { restoreRepository } from './services/restore-repository/restore-repository.ts';
import type { RestoredRepository, StructureOutcome } from './services/restore-repository/types.ts';
import { openRclone, openRemoteRepository, type SyncWiring } from './wiring-sync.ts';

export interface RepositoryRestoreRequest {
	readonly remote: RemoteConfig;
	readonly path: string | undefined;
	readonly cwd: string;
	readonly force: boolean;
	readonly readDataPercent: number;
	/** `--config FILE`, as it was given. */
	readonly configFile: string | undefined;
}

export interface RepositoryRestoreOutcome extends RestoredRepository {
	readonly nextSteps: readonly NextStep[];
}

/** Brings the repository back from a remote, with the locks that takes: nobody writes to either side meanwhile. */
export async function runWiredRepositoryRestore(
	options: SyncWiring,
	run: Run,
	request: RepositoryRestoreRequest,
): Promise<RepositoryRestoreOutcome> {
	const { config } = options;
	const { remote } = request;
	const from = rcloneLocation(remoteAddress(remote.remote, remote.path));
	const target = chooseTarget(request.path, request.cwd, config.restore.directory, from, new Date());
	const location = parseLocation(config.repository.location);
	const configured = location.kind === 'local' ? location.path : undefined;
	const locks = [await run.lock(`remote-${encodeURIComponent(remote.name)}`, 'exclusive')];
	try {
		if (target === configured) locks.push(await run.lock('repository', 'exclusive'));
		const restored = await restoreRepository(
			{
				emit: run.session.emit,
				clock: systemClock,
				random: Math.random,
				signal: run.signal,
				dryRun: options.dryRun,
				environment: options.env,
				rclone: (one) => openRclone(options, one, run),
				check: (directory, one, percent) => checkRestored(options, run, directory, one, percent),
			},
			{
				remote,
				target,
				force: request.force,
				configured: target === configured,
				timeoutSeconds: config.restore.timeoutSeconds,
				readDataPercent: request.readDataPercent,
			},
		);
		const steps = nextSteps({
			target,
			configured,
			configuredExists: configured !== undefined && existsSync(configured),
			configFile: request.configFile,
			stacks: restored.stacks,
			copyPasswordFile: remote.copyPasswordFile,
		});
		if (options.dryRun) return { ...restored, nextSteps: [] };
		for (const { text, command } of steps)
			run.session.emit({ type: 'message', level: 'debug', text, hint: command, code: 'next-step' });
		return { ...restored, nextSteps: steps };
	} finally {
		for (const lock of locks) lock.release();
	}
}

async function checkRestored(
	options: SyncWiring,
	run: Run,
	directory: string,
	remote: RemoteConfig,
	percent: number,
): Promise<StructureOutcome> {
	await using restic = openRemoteRepository(options, directory, remote, run);
	const call = { signal: run.signal };
	const subset = percent > 0 && percent < 100 ? { readDataSubset: `${percent}%` } : {};
	const result = await restic.check({ ...call, ...subset, ...(percent >= 100 ? { readData: true } : {}) });
	const snapshots = result.ok ? await restic.snapshots({}, call) : [];
	const stacks = [...new Set(snapshots.flatMap(({ tags }) => stackOfTags(tags) ?? []))].sort();
	const what = percent > 0 ? `structure and ${Math.min(100, percent)}% of the data` : 'structure';
	return { errors: result.ok ? [] : result.errors, what, stacks };
}
