import { existsSync } from 'node:fs';
import { BackupTuiError } from '../errors.ts';
import { downArguments, upArguments } from './compose-command.ts';
import { configuredReplicas } from './compose-config.ts';
import type { DockerAccess } from './docker-access.ts';
import { absentDonors, donorObstacles } from './donors.ts';
import {
	type Inventory,
	type InventoryContainer,
	type InventoryProject,
	type ObservedStack,
	upContainers,
} from './inventory.ts';
import { distinct, type Obstacle } from './obstacle.ts';
import { type QuiesceMethod, quiesceSteps } from './quiesce-steps.ts';
import type { WritableLayer } from './read-layers.ts';
import { type ResolvedProject, resolveProject } from './resolve-project.ts';
import { losses, projectObstacles, type RoundTripFacts } from './round-trip.ts';
import type { StackContainer } from './types.ts';

export interface QuiesceSettings {
	/** As configured. */
	readonly method: QuiesceMethod;
	/** `keep`: a stack whose files changed is stopped and started as it is. `deploy`: `up` may deploy the change. */
	readonly onDrift: 'keep' | 'deploy';
	/** Grace of the containers in seconds. */
	readonly timeoutSeconds: number;
}

/** A stack as it is before it is taken down. */
export interface StackBefore extends ObservedStack {
	readonly layers: readonly WritableLayer[];
}

/** How a stack will be taken down and brought up, proven before anything is stopped. */
export interface QuiescePlan {
	readonly method: QuiesceMethod;
	/** Why this method and not the configured one; empty when it is the configured one. */
	readonly reasons: readonly string[];
	/** What will be different afterwards, with `ON_DRIFT=deploy`. */
	readonly deploys: readonly string[];
	/** The projects as their files say it; without those that cannot be read. */
	readonly resolved: readonly ResolvedProject[];
	/** The commands, argument vectors without the program, as they will be run. */
	readonly down: readonly (readonly string[])[];
	readonly up: readonly (readonly string[])[];
	/** `up` reads the configuration of now on standard input, whatever becomes of the files meanwhile. */
	readonly upFromRecord: boolean;
}

async function collectFacts(
	access: DockerAccess,
	{ inventory, containers }: ObservedStack,
	resolved: ResolvedProject,
	everything: readonly StackContainer[],
	signal: AbortSignal | undefined,
): Promise<RoundTripFacts> {
	const call = signal === undefined ? {} : { signal };
	const { services = {}, volumes = {}, networks = {} } = resolved.config;
	const up = upContainers(inventory).filter((one) => one.project === resolved.project);
	const references = new Set(up.map((container) => services[container.service]?.image ?? container.image));
	const names = Object.entries(volumes).map(([key, volume]) => volume?.name ?? key);
	const own = Object.entries(networks).filter(([, network]) => network?.external !== true);
	const external = Object.entries(networks).filter(([, network]) => network?.external === true);
	const ownNames = new Set(own.map(([key, network]) => network?.name ?? `${resolved.project}_${key}`));
	const ids = new Set(inventory.containers.map((container) => container.id));
	const [images, details, present, made] = await Promise.all([
		Promise.all(
			[...references].map(async (one) => [one, await access.engine.inspectImage(one, call)] as const),
		),
		Promise.all(names.map(async (one) => [one, await access.engine.inspectVolume(one, call)] as const)),
		Promise.all(
			external.map(async ([key, network]) => {
				const name = network?.name ?? key;
				return { name, there: await access.engine.networkExists(name, call) };
			}),
		),
		Promise.all([...ownNames].map((name) => access.engine.inspectNetwork(name, call))),
	]);
	return {
		images: new Map(images),
		volumes: new Map(details),
		networks: new Map(made.flatMap((network) => (network === undefined ? [] : [[network.name, network]]))),
		containers: new Map(containers.map((container) => [container.id, container])),
		missingNetworks: present.filter(({ there }) => !there).map(({ name }) => name),
		stoppedNeighbours: everything
			.filter((one) => one.project !== resolved.project && !ids.has(one.id) && one.status !== 'running')
			.filter((one) => one.networks.some((name) => ownNames.has(name)))
			.map((one) => one.name),
	};
}

/** What would keep the recorded containers from being started again; nothing may be stopped then. */
function restartObstacles(
	access: DockerAccess,
	{ inventory, containers }: ObservedStack,
	method: QuiesceMethod,
	all: readonly StackContainer[],
): string[] {
	const details = new Map(containers.map((container) => [container.id, container]));
	return upContainers(inventory).flatMap((container) => [
		...container.binds
			.filter((path) => access.engine.local && !existsSync(path))
			.map(
				(path) =>
					`${path}, which ${container.name} mounts, does not exist: it would come back with an empty one`,
			),
		...(method === 'stop' ? absentDonors(details.get(container.id), all) : []),
	]);
}

/** What a project needs of others, as its files name them. */
function donorsOfProject(
	inventory: Inventory,
	{ project, config }: ResolvedProject,
	all: readonly StackContainer[],
): readonly Obstacle[] {
	return upContainers(inventory)
		.filter((one) => one.project === project && !one.oneOff)
		.flatMap((one) => donorObstacles(one, config.services?.[one.service] ?? {}, all));
}

async function resolveAll(
	access: DockerAccess,
	before: ObservedStack,
	everything: readonly StackContainer[],
	signal: AbortSignal | undefined,
): Promise<{ resolved: ResolvedProject[]; obstacles: Obstacle[] }> {
	const { inventory } = before;
	const resolved: ResolvedProject[] = [];
	const obstacles: Obstacle[] = [];
	await Promise.all(
		inventory.projects.map(async (project) => {
			try {
				const own = inventory.containers.filter((container) => container.project === project.project);
				const one = await resolveProject(access, project, own, signal);
				resolved.push(one);
				const facts = await collectFacts(access, before, one, everything, signal);
				obstacles.push(...projectObstacles(inventory, project, one, facts));
				obstacles.push(...donorsOfProject(inventory, one, everything));
			} catch (error) {
				if (!(error instanceof BackupTuiError) || error.code !== 'plan-refused') throw error;
				obstacles.push({ kind: 'blocked', message: error.message });
			}
		}),
	);
	return { resolved, obstacles };
}

/** A project whose configuration is given on standard input; variables are filled in already, so no `.env` is read. */
export function onInput(project: InventoryProject): InventoryProject {
	return { ...project, configFiles: ['-'], envFiles: ['/dev/null'] };
}

/** `up` as it will be run for a project. */
export function upCommand(
	project: InventoryProject,
	resolved: Pick<ResolvedProject, 'config'> | undefined,
): readonly string[] {
	return upArguments(project, {
		replicas: project.replicas,
		...(resolved === undefined ? {} : { configured: configuredReplicas(resolved.config) }),
	});
}

function commands(
	method: QuiesceMethod,
	inventory: Inventory,
	resolved: readonly ResolvedProject[],
	settings: QuiesceSettings,
	fromRecord: boolean,
): Pick<QuiescePlan, 'down' | 'up'> {
	if (method === 'none') return { down: [], up: [] };
	if (method === 'down') {
		const projects = inventory.projects.filter((project) => Object.keys(project.replicas).length > 0);
		const of = (project: InventoryProject) => resolved.find((one) => one.project === project.project);
		return {
			down: projects.map((project) => downArguments(project, settings.timeoutSeconds)),
			up: projects.map((project) => upCommand(fromRecord ? onInput(project) : project, of(project))),
		};
	}
	const { stop, pause, neighbours } = quiesceSteps(inventory, method);
	const names = (containers: readonly Pick<InventoryContainer, 'name'>[]) =>
		containers.map((container) => container.name);
	const some = (args: readonly string[], containers: readonly Pick<InventoryContainer, 'name'>[]) =>
		containers.length === 0 ? [] : [[...args, ...names(containers)]];
	return {
		down: [
			...some(['stop', '--time', String(settings.timeoutSeconds)], [...neighbours, ...stop.flat()]),
			...some(['pause'], pause),
		],
		up: [
			...some(['unpause'], pause.toReversed()),
			...some(['start'], [...neighbours, ...stop.flat()].reverse()),
		],
	};
}

/**
 * Decides how a stack is quiesced: `down` only where `up -d` is proven to bring back exactly what runs, else the
 * recorded containers are stopped and started. Everything `up` needs is looked at before anything is stopped.
 *
 * @throws plan-refused when the stack could not be brought back at all; daemon-unreachable, no-permission
 */
export async function planQuiesce(
	access: DockerAccess,
	before: StackBefore,
	settings: QuiesceSettings,
	signal?: AbortSignal,
): Promise<QuiescePlan> {
	const { inventory } = before;
	const everything = await access.engine.listContainers({
		everything: true,
		...(signal === undefined ? {} : { signal }),
	});
	const { resolved, obstacles } = await resolveAll(access, before, everything, signal);
	const all = distinct([...losses(inventory, before.layers), ...obstacles]);
	const drift = all.filter((one) => one.kind === 'drift');
	const hindering = settings.onDrift === 'deploy' ? all.filter((one) => one.kind !== 'drift') : all;
	const proven = hindering.length === 0;
	const running = upContainers(inventory).length > 0;
	const keeps = settings.onDrift === 'keep' && access.engine.kind === 'socket';
	const method = !running ? 'none' : settings.method === 'down' && !proven ? 'stop' : settings.method;
	const upFromRecord = method === 'down' && keeps;
	if (method === 'stop' || method === 'down') {
		const [refusal] = restartObstacles(access, before, method, everything);
		if (refusal !== undefined) {
			throw new BackupTuiError('plan-refused', `it could not be brought up again: ${refusal}`, {
				hint: 'put that right first, or set METHOD=pause or METHOD=none for this stack',
			});
		}
	}
	return {
		method,
		reasons: !running
			? ['nothing of it runs']
			: method === settings.method
				? []
				: hindering.map((one) => one.message),
		deploys: method === 'down' ? drift.map((one) => one.message) : [],
		resolved,
		upFromRecord,
		...commands(method, inventory, resolved, settings, upFromRecord),
	};
}
