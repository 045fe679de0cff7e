import type { DockerAccess } from './docker-access.ts';
import type { ContainerDetails, EngineEvent } from './engine.ts';
import { type Inventory, projectNames } from './inventory.ts';
import { isInside } from './path-inside.ts';
import type { StackContainer } from './types.ts';

/** What must not be written while it is copied. */
export interface QuietData {
	/** Volume names. */
	readonly volumes: readonly string[];
	/** Host paths. */
	readonly paths: readonly string[];
}

/** Whose the data is. */
export interface QuietOwner {
	readonly inventory: Inventory;
	/** The project Compose would start in the stack's directory: nothing of it may be there yet. */
	readonly project: string;
	/** Whether a container is one of the stack's, whatever its project is named. */
	readonly owns: (container: StackContainer) => boolean;
}

export interface QuietVerdict {
	/** Nothing that could write ran. */
	readonly quiet: boolean;
	/** Who ran, for people; each once. */
	readonly culprits: readonly string[];
	/** Who ran and mounts a folder far above the data (a file manager, a stack manager): told, but no culprit. */
	readonly bystanders: readonly string[];
	/** The engine's events were lost for a while (it was restarted): judged by start times instead. */
	readonly interrupted: boolean;
}

export interface QuietWatch {
	/** Ends the watch and judges. Never rejects for the engine: one that cannot be asked any more is a culprit. */
	finish(): Promise<QuietVerdict>;
}

type Part = 'culprit' | 'bystander' | 'nothing';

/** How long an engine that went away is asked again before the copy is called not quiesced, ms. */
const patienceMs = 20_000;

/** What a running container has to do with the data; read-only mounts harm nobody. */
function partOf(
	container: StackContainer,
	projects: readonly string[],
	owner: QuietOwner,
	data: QuietData,
): Part {
	if (container.helperOf !== undefined) return 'nothing';
	if (projects.includes(container.project) || owner.owns(container)) return 'culprit';
	const writable = container.mounts.filter((mount) => mount.readWrite);
	const direct = writable.some((mount) =>
		mount.type === 'volume'
			? data.volumes.includes(mount.name)
			: mount.source !== '' && data.paths.some((path) => isInside(mount.source, path)),
	);
	if (direct) return 'culprit';
	const wide = writable.some(
		(mount) => mount.type === 'bind' && data.paths.some((path) => isInside(path, mount.source)),
	);
	return wide ? 'bystander' : 'nothing';
}

function describe(container: Pick<StackContainer, 'name' | 'project'>): string {
	return container.project === '' ? container.name : `${container.name} (project ${container.project})`;
}

const runs = (container: StackContainer) =>
	container.status === 'running' || container.status === 'restarting';

/**
 * Watches for anything that runs on a stack's data while it is copied: containers of the stack itself, and any other that
 * mounts the data for writing. Begin after the stack is down; one that was off is watched just so. Docker's events tell of what starts and ends in between; a
 * list at both ends tells of what runs on.
 *
 * @throws daemon-unreachable when the watch cannot begin
 */
export async function watchQuiet(
	access: DockerAccess,
	owner: QuietOwner,
	data: QuietData,
	signal?: AbortSignal,
): Promise<QuietWatch> {
	const { engine, clock } = access;
	const projects = projectNames(owner.inventory);
	const found = { culprit: new Map<string, string>(), bystander: new Map<string, string>() };
	const judge = (container: StackContainer) => {
		const part = partOf(container, projects, owner, data);
		if (part !== 'nothing') found[part].set(container.id, describe(container));
	};
	const begunAt = clock.now();
	const pending: Promise<void>[] = [];
	let interrupted = false;
	const onEvent = (event: EngineEvent) => {
		if (!['start', 'restart', 'unpause'].includes(event.action)) return;
		if (projects.includes(event.project)) found.culprit.set(event.id, describe(event));
		// Looked at now: one started with --rm is gone soon.
		const look = engine.inspectContainers([event.id]).then((containers) => {
			containers.forEach(judge);
			// Gone already, so that only its project's name tells whose it was.
			if (containers.length === 0 && event.project !== '' && event.project === owner.project)
				found.culprit.set(event.id, describe(event));
		});
		pending.push(look.catch(() => {}));
	};
	const stream = await engine.events(
		{
			onEvent,
			onInterrupted: () => {
				interrupted = true;
			},
		},
		signal === undefined ? {} : { signal },
	);
	const lookAround = async (startedSince: number | undefined): Promise<void> => {
		const all = await engine.listContainers({ everything: true });
		for (const container of all) if (runs(container)) judge(container);
		if (startedSince === undefined) return;
		const details = await engine.inspectContainers(all.map((container) => container.id));
		const started = (container: ContainerDetails) => container.startedAt >= startedSince;
		for (const container of details) if (started(container)) judge(container);
	};
	try {
		await lookAround(undefined);
	} catch (error) {
		stream.close();
		throw error;
	}
	const lookAgain = async (): Promise<void> => {
		const end = clock.now() + patienceMs;
		for (;;) {
			try {
				await lookAround(interrupted ? begunAt : undefined);
				return;
			} catch {
				interrupted = true;
				if (clock.now() >= end) {
					found.culprit.set('', 'nobody knows who: the Docker daemon went away during the copy');
					return;
				}
				await clock.sleep(1000);
			}
		}
	};
	return {
		finish: async () => {
			await lookAgain();
			stream.close();
			await Promise.all(pending);
			for (const id of found.culprit.keys()) found.bystander.delete(id);
			const names = (map: ReadonlyMap<string, string>) => [...new Set(map.values())].sort();
			const culprits = names(found.culprit);
			return {
				quiet: culprits.length === 0,
				culprits,
				bystanders: names(found.bystander),
				interrupted,
			};
		},
	};
}
