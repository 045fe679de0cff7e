import type { Config, StackConfig } from '../config/types.ts';
import { rcloneLocation, remoteAddress } from '../rclone/address.ts';
import { parseLocation } from '../restic/location.ts';
import { type CapturePlan, type CaptureRules, planCapture } from '../stacks/capture.ts';
import { fileObjectTargets } from '../stacks/compose-config.ts';
import type { DockerAccess } from '../stacks/docker-access.ts';
import { type GatheredMounts, gatherMounts } from '../stacks/gather-mounts.ts';
import { projectNames } from '../stacks/inventory.ts';
import { layerCaptures } from '../stacks/layer-losses.ts';
import { lookAt, mountPoints } from '../stacks/path-facts.ts';
import type { StackBefore } from '../stacks/plan-quiesce.ts';
import type { ResolvedProject } from '../stacks/resolve-project.ts';
import type { Stack } from '../stacks/types.ts';

/** Everything a stack owns or uses, and what becomes of it in a backup. */
export interface StackMounts extends GatheredMounts {
	readonly plan: CapturePlan;
}

/** Paths of this program's own, which no backup of a stack holds. */
function ownPaths(config: Config): CaptureRules['ours'] {
	const { paths, repository, remotes } = config;
	const location = parseLocation(repository.location);
	const mirrors = remotes
		.map((remote) => remoteAddress(remote.remote, remote.path))
		.filter((address) => address.kind === 'directory' && address.root !== '/')
		.map((address) => ({ path: rcloneLocation(address), what: 'the mirror of the repository' }));
	return [
		...(location.kind === 'local' ? [{ path: location.path, what: 'the repository itself' }] : []),
		...mirrors,
		{ path: paths.stateDir, what: "backup-tui's own state" },
		{ path: paths.logDir, what: "backup-tui's own logs" },
		{ path: paths.runDir, what: "backup-tui's own run directory" },
		{ path: paths.cacheDir, what: "restic's cache" },
	].filter(({ path }) => path.startsWith('/'));
}

/**
 * Finds the mounts of a stack and decides for each whether and how it is captured.
 *
 * @param resolved projects that were read before, see `planQuiesce`
 * @throws daemon-unreachable, no-permission
 */
export async function findStackMounts(
	access: DockerAccess,
	config: Config,
	settings: StackConfig,
	stack: Stack,
	{ inventory, containers, layers }: StackBefore,
	resolved: readonly ResolvedProject[],
	signal?: AbortSignal,
): Promise<StackMounts> {
	const [gathered, info] = await Promise.all([
		gatherMounts(access, stack, { inventory, containers }, resolved, signal),
		access.engine.info(signal === undefined ? {} : { signal }),
	]);
	const rules: CaptureRules = {
		exclude: settings.exclude,
		excludeVolumes: settings.excludeVolumes,
		oneFileSystem: settings.oneFileSystem,
		ours: ownPaths(config),
		engineRoot: info.rootDir,
		stacksDir: config.docker.stacksDir,
		local: access.engine.local,
		projects: [...new Set([stack.project, ...projectNames(inventory)])],
	};
	const plan = planCapture(gathered.mounts, rules, lookAt, mountPoints);
	const mounts = [
		...plan.mounts,
		...layerCaptures(layers, settings.excludeVolumes, (service) =>
			gathered.projects.flatMap(({ config: resolved }) => fileObjectTargets(resolved, service)),
		),
	];
	return { ...gathered, plan: { ...plan, mounts } };
}
