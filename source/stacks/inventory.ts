import { BackupTuiError } from '../errors.ts';
import type { CallOptions, ContainerDetails, Engine, HealthMs } from './engine.ts';
import { findNeighbours, type Neighbour, referencesOf, whoIsMeant } from './neighbours.ts';
import { realPathOrNothing } from './read-states.ts';
import { sortContainers } from './stack-containers.ts';
import { isUp } from './state.ts';
import type { Dependency, Stack, StackContainer } from './types.ts';

/** How Compose was told to find the project: what a later `up` must be told again. */
export interface InventoryProject {
	readonly project: string;
	readonly workingDir: string;
	readonly configFiles: readonly string[];
	readonly envFiles: readonly string[];
	/** Replicas that were up, by service. One-off containers are not counted. */
	readonly replicas: Readonly<Record<string, number>>;
}

/** A container as it was when the inventory was taken. */
export interface InventoryContainer {
	readonly id: string;
	readonly name: string;
	readonly project: string;
	readonly service: string;
	readonly number: number;
	/** created | running | paused | restarting | removing | exited | dead */
	readonly status: string;
	readonly exitCode?: number;
	readonly health: StackContainer['health'];
	/** How long its health check may take after a start; absent without one, and in older journals. */
	readonly healthMs?: HealthMs;
	readonly oneOff: boolean;
	readonly autoRemove: boolean;
	readonly restartPolicy: string;
	readonly configHash: string;
	readonly image: string;
	readonly imageId: string;
	readonly dependsOn: readonly Dependency[];
	/** Containers whose namespaces or volumes it shares, by id: they must run before it. */
	readonly sharesWith: readonly string[];
	readonly networks: readonly string[];
	readonly volumes: readonly string[];
	/** Volumes without a name of their own: `down` orphans them. */
	readonly anonymousVolumes: readonly string[];
	/** Host paths. */
	readonly binds: readonly string[];
}

/**
 * What of a stack runs, and how it was started: enough to bring exactly that back, in another process or after a
 * reboot. Plain JSON: it lies in the journal and in the manifest of the snapshot.
 */
export interface Inventory {
	readonly version: 1;
	/** Key of the stack. */
	readonly stack: string;
	readonly directory: string;
	/** ISO time, UTC. */
	readonly takenAt: string;
	/** One per way of starting: two of the same name when services were started with different files. */
	readonly projects: readonly InventoryProject[];
	readonly containers: readonly InventoryContainer[];
	/** Containers of others that hang on these; earlier versions did not look. */
	readonly neighbours?: readonly Neighbour[];
}

/** An anonymous volume is named by 64 hexadecimal digits (Docker Engine, `stringid.GenerateRandomID`). */
export function isAnonymousVolume(name: string): boolean {
	return /^[0-9a-f]{64}$/.test(name);
}

/** By id where the container is there, however it was named. */
function sharedContainers(
	container: ContainerDetails,
	all: readonly Pick<StackContainer, 'id' | 'name'>[],
): readonly string[] {
	const shared = referencesOf({ ...container, links: [] });
	return [...new Set(shared.map(({ to }) => whoIsMeant(to, all)?.id ?? to))];
}

function toInventoryContainer(
	container: ContainerDetails,
	all: readonly Pick<StackContainer, 'id' | 'name'>[],
): InventoryContainer {
	const volumes = container.mounts.filter((mount) => mount.type === 'volume').map((mount) => mount.name);
	return {
		id: container.id,
		name: container.name,
		project: container.project,
		service: container.service,
		number: container.number,
		status: container.status,
		...(container.exitCode === undefined ? {} : { exitCode: container.exitCode }),
		health: container.health,
		...(container.healthMs === undefined ? {} : { healthMs: container.healthMs }),
		oneOff: container.oneOff,
		autoRemove: container.autoRemove,
		restartPolicy: container.restartPolicy,
		configHash: container.configHash,
		image: container.image,
		imageId: container.imageId,
		dependsOn: container.dependsOn,
		sharesWith: sharedContainers(container, all),
		networks: container.networks,
		volumes: volumes.filter((name) => !isAnonymousVolume(name)).sort(),
		anonymousVolumes: volumes.filter(isAnonymousVolume).sort(),
		binds: container.mounts.filter((mount) => mount.type === 'bind').map((mount) => mount.source),
	};
}

function projectsOf(containers: readonly ContainerDetails[]): readonly InventoryProject[] {
	const groups = Map.groupBy(containers, (container) =>
		JSON.stringify([container.project, container.workingDir, container.configFiles, container.envFiles]),
	);
	return [...groups.values()].map((group) => {
		const [first] = group as [ContainerDetails];
		const replicas: Record<string, number> = {};
		for (const container of group) {
			if (container.oneOff || !isUp(container)) continue;
			replicas[container.service] = (replicas[container.service] ?? 0) + 1;
		}
		const { project, workingDir, configFiles, envFiles } = first;
		return { project, workingDir, configFiles, envFiles, replicas };
	});
}

/**
 * The inventory of inspected containers. Pure; finished one-off containers and our own helpers are left out.
 *
 * @param all containers of the engine, to tell who is meant by a name
 */
export function inventoryOf(
	stack: Stack,
	containers: readonly ContainerDetails[],
	now: number,
	all: readonly StackContainer[] = containers,
	neighbours: readonly Neighbour[] = [],
): Inventory {
	const own = containers.filter(
		(container) => container.helperOf === undefined && (!container.oneOff || isUp(container)),
	);
	return {
		version: 1,
		stack: stack.key,
		directory: stack.realDirectory,
		takenAt: new Date(now).toISOString(),
		projects: projectsOf(own),
		containers: own.map((container) => toInventoryContainer(container, all)),
		...(neighbours.length === 0 ? {} : { neighbours }),
	};
}

/** A stack as the engine tells it at one moment. */
export interface ObservedStack {
	readonly inventory: Inventory;
	/** All its containers, in all states, finished one-off ones included. */
	readonly containers: readonly ContainerDetails[];
}

interface InventoryAccess {
	readonly engine: Engine;
	readonly clock: { readonly now: () => number };
}

/**
 * Looks at a stack: one list, one inspection.
 *
 * @param stacks all stacks, to tell whose a container is
 * @throws state-unknown when the engine cannot be asked
 */
export async function observeStack(
	access: InventoryAccess,
	stack: Stack,
	stacks: readonly Stack[],
	options: CallOptions = {},
): Promise<ObservedStack> {
	try {
		const { engine, clock } = access;
		const all = await engine.listContainers({ ...options, everything: true });
		const own = sortContainers(stacks, all, realPathOrNothing).byStack.get(stack.key) ?? [];
		const ids = own.map((container) => container.id);
		const [containers, neighbours] = await Promise.all([
			engine.inspectContainers(ids, options),
			findNeighbours(engine, own, all, options),
		]);
		return { inventory: inventoryOf(stack, containers, clock.now(), all, neighbours), containers };
	} catch (error) {
		options.signal?.throwIfAborted();
		throw new BackupTuiError(
			'state-unknown',
			`cannot tell what of ${stack.name} runs: ${(error as Error).message}`,
			{
				cause: error,
				hint: (error as BackupTuiError).hint ?? 'check `docker ps -a`; nothing was stopped',
				// A dead daemon is that, whoever asks it.
				...(error instanceof BackupTuiError && error.code === 'daemon-unreachable'
					? { exitCode: error.exitCode }
					: {}),
			},
		);
	}
}

/** What of a stack runs now. Parameters and errors as `observeStack`. */
export async function takeInventory(
	access: InventoryAccess,
	stack: Stack,
	stacks: readonly Stack[],
	options: CallOptions = {},
): Promise<Inventory> {
	return (await observeStack(access, stack, stacks, options)).inventory;
}

/** Containers of an inventory that were up. */
export function upContainers(inventory: Inventory): readonly InventoryContainer[] {
	return inventory.containers.filter(isUp);
}

/** Project names, each once. */
export function projectNames(inventory: Inventory): readonly string[] {
	return [...new Set(inventory.projects.map((project) => project.project))];
}
