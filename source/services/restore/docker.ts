import { existsSync } from 'node:fs';
import type { Config } from '../../config/types.ts';
import { bringUp } from '../../stacks/bring-up.ts';
import type { DockerAccess } from '../../stacks/docker-access.ts';
import type { VolumeDetails } from '../../stacks/engine.ts';
import { fillVolume } from '../../stacks/fill-volume.ts';
import { helperDestination } from '../../stacks/helper-container.ts';
import { holdVolumes } from '../../stacks/hold-volumes.ts';
import { takeInventory } from '../../stacks/inventory.ts';
import { mountPoints } from '../../stacks/path-facts.ts';
import {
	buildImages,
	createContainers,
	loadImages,
	pullImage,
	tagImage,
} from '../../stacks/provide-image.ts';
import { readLayers } from '../../stacks/read-layers.ts';
import { isOfStack } from '../../stacks/read-states.ts';
import { patientSeconds } from '../../stacks/slow-health.ts';
import { takeDown } from '../../stacks/take-down.ts';
import type { Stack, StackContainer } from '../../stacks/types.ts';
import { blocking, settle, verifyUp } from '../../stacks/verify-up.ts';
import { watchQuiet } from '../../stacks/watch-quiet.ts';
import type { Run } from '../conduct-run.ts';
import type { RestoreDocker } from './ports.ts';

export interface RestoreDockerDeps {
	readonly access: DockerAccess;
	readonly config: Config;
	readonly run: Run;
	/** All stacks that are known: a directory inside another's decides whose a container is. */
	readonly stacks: () => Promise<readonly Stack[]>;
}

/** Its mountpoint is only there while a container uses it; what is written to the empty one would be lost. */
function vanishes({ driver, options }: VolumeDetails): boolean {
	return driver !== 'local' || options.device !== undefined || options.type !== undefined;
}

/** A container that runs has it mounted: enough to look at, for a dry run holds nothing. */
function isMounted({ mountpoint }: VolumeDetails): boolean {
	return mountPoints().includes(mountpoint);
}

/** Docker as a restore needs it, on the real engine. */
export function createRestoreDocker(deps: RestoreDockerDeps): RestoreDocker {
	const { access, config, run } = deps;
	const { engine } = access;
	/** Volumes that are mounted now because a helper of ours holds them. */
	const held = new Set<string>();
	return {
		inventory: async (stack) => {
			const known = await deps.stacks();
			const all = known.some((one) => one.key === stack.key) ? known : [...known, stack];
			// Also asked on the way back, when the first signal has come already.
			return takeInventory(access, stack, all, run.signal.aborted ? {} : { signal: run.signal });
		},
		existing: async (ids) => {
			const found = await engine.inspectContainers(ids);
			return new Set(found.map((container) => container.id));
		},
		layers: async (ids) => readLayers(access, await engine.inspectContainers(ids)),
		takeDown: async (inventory, timeoutSeconds, signal) => {
			await takeDown(access, inventory, { method: 'stop', timeoutSeconds, signal });
		},
		watch: async (stack, inventory, signal) => {
			const stacks = await deps.stacks();
			const owns = (container: StackContainer) => isOfStack(stacks, stack, container);
			// Others that mount its data were looked at when the restore was planned.
			const data = { volumes: [], paths: [] };
			const owner = { inventory, project: stack.project, owns };
			const watch = await watchQuiet(access, owner, data, signal);
			return { finish: async () => (await watch.finish()).culprits };
		},
		bringUp: async ({ inventory, method, interruptedSince }) => {
			const report = await bringUp(access, inventory, {
				method,
				timeoutSeconds: patientSeconds(inventory, config.docker.upTimeoutSeconds),
				...(interruptedSince === undefined
					? {}
					: { interrupted: { since: interruptedSince, graceSeconds: config.docker.timeoutSeconds } }),
				onRetry: (text) =>
					run.session.emit({
						type: 'message',
						level: 'warn',
						stack: inventory.stack,
						text: `not up yet: ${text}`,
					}),
			});
			return report.differences;
		},
		settle: async (inventory, signal) => {
			const report = await verifyUp(access, inventory, { timeoutMs: 0, healthMs: 0, signal });
			const found = await settle(access, inventory, report, config.docker.settleSeconds, signal);
			return blocking(found).map((difference) => difference.message);
		},
		volume: (name) => engine.inspectVolume(name),
		createVolume: (spec) => engine.createVolume(spec),
		hostPath: (volume) =>
			engine.local &&
			(!vanishes(volume) || held.has(volume.name) || (run.session.dryRun && isMounted(volume))) &&
			volume.mountpoint !== '' &&
			existsSync(volume.mountpoint)
				? volume.mountpoint
				: undefined,
		hold: async (stack, names) => {
			const found = await Promise.all([...new Set(names)].map((name) => engine.inspectVolume(name)));
			const vanishing = found.filter(
				(volume) => volume !== undefined && vanishes(volume) && !held.has(volume.name),
			);
			const mountpoints = new Map(vanishing.map((volume) => [volume?.name ?? '', volume?.mountpoint ?? '']));
			const holder = await holdVolumes(engine, { stack, run: run.session.id }, mountpoints, []);
			const failed = new Set(holder.failed.map(({ volume }) => volume));
			const mine = [...mountpoints.keys()].filter((name) => !failed.has(name));
			for (const name of mine) held.add(name);
			return {
				release: async () => {
					for (const name of mine) held.delete(name);
					await holder.release();
				},
			};
		},
		fillVolume: (stack, volume, tar, below, signal) =>
			fillVolume(access, {
				volume,
				tar,
				at: below?.path ?? helperDestination,
				into: below === undefined ? helperDestination : '/',
				...(below === undefined ? {} : { root: below.root }),
				owner: { stack, run: run.session.id },
				signal,
			}),
		containers: () => engine.listContainers({ everything: true }),
		networkExists: (name) => engine.networkExists(name),
		createNetwork: (name) => engine.createNetwork(name),
		removeNetwork: (name) => engine.removeNetwork(name),
		local: engine.local,
		image: (reference) => engine.inspectImage(reference),
		pull: (reference, signal) => pullImage(access, reference, signal),
		tag: (image, reference) => tagImage(access, image, reference),
		build: (project, services, signal) => buildImages(access, project, services, signal),
		load: (archive, signal) => loadImages(access, archive, signal),
		create: (project, replicas, signal) => createContainers(access, project, replicas, signal),
		containersOf: (project) => engine.listContainers({ project }),
	};
}
