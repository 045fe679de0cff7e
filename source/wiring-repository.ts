import { hostname } from 'node:os';
import { findTool } from './process/find-tool.ts';
import { watchInterruption } from './process/interruption.ts';
import { createProcessRunner } from './process/run.ts';
import { createRestic, type Restic } from './restic/client.ts';
import type { Run } from './services/conduct-run.ts';
import { noteForgotten } from './services/forgotten.ts';
import type { IdentityDeps } from './services/repository-identity.ts';
import { assertRepositoryPlace } from './services/repository-place.ts';
import { toProblem } from './services/sync/problem.ts';
import type { WiringOptions } from './wiring-options.ts';

/** Opens restic, for a run or (without one) to look only. Close it: it holds the password file. Throws `tool-missing`. */
export function openRepository(
	options: Pick<WiringOptions, 'config' | 'env' | 'dryRun'>,
	run?: Run,
	signal?: AbortSignal,
): Restic {
	const { config, env } = options;
	assertRepositoryPlace(config.repository, env);
	const rclone = rcloneOf(options);
	return createRestic({
		runner: run?.session.runner ?? createProcessRunner({ cookie: `look-${process.pid}` }),
		binary: findTool('restic', config.tools.restic),
		...(rclone === undefined ? {} : { rcloneBinary: rclone }),
		repository: config.repository.location,
		password: config.repository.password,
		runDir: config.paths.runDir,
		cacheDir: config.paths.cacheDir,
		environment:
			config.repository.rcloneConfig === '' ? env : { ...env, RCLONE_CONFIG: config.repository.rcloneConfig },
		clock: () => Date.now(),
		hostname: hostname(),
		retryLockSeconds: config.repository.retryLockSeconds,
		backupTimeoutMs: config.repository.backupTimeoutSeconds * 1000,
		openTimeoutMs: config.repository.openTimeoutSeconds * 1000,
		withoutCache: options.dryRun,
		...(signal === undefined ? {} : { signal }),
		onForget: (ids) => note(config.paths.stateDir, ids, run),
	});
}

/** What it takes to tell whether this is the repository of earlier runs. */
export function identityDeps(
	{ config, dryRun }: Pick<WiringOptions, 'config' | 'dryRun'>,
	restic: Restic,
): IdentityDeps {
	const { stateDir, cacheDir } = config.paths;
	return { restic, places: { stateDir, cacheDir }, now: () => new Date(), dryRun };
}

/** A record that cannot be written stops no retention: the next sync asks before it takes these off a remote. */
function note(stateDir: string, ids: readonly string[], run: Run | undefined): void {
	try {
		noteForgotten(stateDir, ids);
	} catch (error) {
		const { message, hint } = toProblem(error);
		run?.session.emit({
			type: 'message',
			level: 'warn',
			text: message,
			...(hint === undefined ? {} : { hint }),
		});
	}
}

/** restic starts rclone itself for `rclone:` repositories, and would look for it on its own PATH. */
function rcloneOf({ config }: Pick<WiringOptions, 'config'>): string | undefined {
	return config.repository.location.startsWith('rclone:')
		? findTool('rclone', config.tools.rclone)
		: undefined;
}

/** Looks into the repository: Ctrl-C and the like stop restic and remove the password file before the program ends. */
export async function lookIntoRepository<T>(
	options: Pick<WiringOptions, 'config' | 'env' | 'dryRun'>,
	look: (restic: Restic) => Promise<T>,
): Promise<T> {
	const interruption = watchInterruption({
		ignoreHup: false,
		onFirst: () => {},
		onSecond: () => {},
		onThird: () => process.exit(130),
	});
	try {
		await using restic = openRepository(options, undefined, interruption.signal);
		return await look(restic);
	} finally {
		interruption.dispose();
	}
}
