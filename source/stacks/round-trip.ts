import {
	type ComposeConfig,
	type ComposeFileObject,
	type ComposeService,
	withDependencies,
} from './compose-config.ts';
import type { ContainerDetails, ImageDetails, NetworkDetails, VolumeDetails } from './engine.ts';
import { type Inventory, type InventoryContainer, type InventoryProject, upContainers } from './inventory.ts';
import { layerLosses } from './layer-losses.ts';
import { describeNeighbour } from './neighbours.ts';
import type { Obstacle } from './obstacle.ts';
import type { WritableLayer } from './read-layers.ts';
import { connectedByHand, networkDrift, numberLosses, recreateLosses } from './recreate-losses.ts';
import type { ResolvedProject } from './resolve-project.ts';
import { isUp } from './state.ts';

/** What the engine and the file system say about the things `up` needs. */
export interface RoundTripFacts {
	/** By image reference; undefined = the engine has no such image. */
	readonly images: ReadonlyMap<string, ImageDetails | undefined>;
	/** By volume name; undefined = there is none. */
	readonly volumes: ReadonlyMap<string, VolumeDetails | undefined>;
	/** Networks of the project that are there, by name. */
	readonly networks: ReadonlyMap<string, NetworkDetails>;
	/** Containers of the stack by id. */
	readonly containers: ReadonlyMap<string, ContainerDetails>;
	/** Names of external networks that are not there. */
	readonly missingNetworks: readonly string[];
	/** Names of stopped containers of others that are attached to a network of the project. */
	readonly stoppedNeighbours: readonly string[];
}

const obstacle = (kind: Obstacle['kind'], message: string): Obstacle => ({ kind, message });

/** What `down` would lose, whatever the files say. */
export function losses(inventory: Inventory, layers: readonly WritableLayer[]): readonly Obstacle[] {
	const found: Obstacle[] = [...layerLosses(layers)];
	for (const neighbour of inventory.neighbours ?? [])
		found.push(obstacle('loss', `${describeNeighbour(neighbour)}, could not be started again`));
	for (const container of inventory.containers) {
		const { name } = container;
		if (container.oneOff) found.push(obstacle('loss', `${name} was started with \`compose run\``));
		else if (!isUp(container) && container.exitCode === 0) {
			found.push(obstacle('loss', `${name} has finished and would be run again`));
		} else if (!isUp(container))
			found.push(obstacle('loss', `${name} is ${container.status} and would be removed`));
		if (container.status === 'paused') found.push(obstacle('loss', `${name} is paused`));
		if (container.anonymousVolumes.length > 0) {
			found.push(obstacle('loss', `${name} has an anonymous volume, whose data would be orphaned`));
		}
	}
	const names = inventory.projects.map((project) => project.project);
	for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index))) {
		found.push(obstacle('loss', `the services of ${name} were started with different compose files`));
	}
	return found;
}

function imageObstacles(
	container: InventoryContainer,
	reference: string,
	image: ImageDetails | undefined,
): readonly Obstacle[] {
	if (image === undefined)
		return [obstacle('blocked', `the image ${reference} of ${container.service} is gone`)];
	if (image.id === container.imageId) return [];
	return [
		obstacle('drift', `the image ${reference} of ${container.service} has changed since it was started`),
	];
}

function volumeObstacles(resolved: ResolvedProject, facts: RoundTripFacts): readonly Obstacle[] {
	return Object.entries(resolved.config.volumes ?? {}).flatMap(([key, volume]) => {
		const name = volume?.name ?? key;
		const there = facts.volumes.get(name);
		if (there === undefined) {
			return volume?.external ? [obstacle('blocked', `the external volume ${name} does not exist`)] : [];
		}
		if (volume?.external) return [];
		const options = JSON.stringify(Object.entries(volume?.driver_opts ?? {}).sort());
		const same =
			(volume?.driver ?? 'local') === there.driver &&
			options === JSON.stringify(Object.entries(there.options).sort());
		return same
			? []
			: [obstacle('blocked', `the volume ${name} was made with other options than the file has`)];
	});
}

/**
 * Compose writes these into a container when it is made, and its hash does not cover them: what a new container would get
 * may differ, or be gone with the shell it came from.
 */
function writtenIn(service: ComposeService, config: ComposeConfig): readonly string[] {
	const from = (
		word: string,
		used: ComposeService['secrets'],
		all: Readonly<Record<string, ComposeFileObject | null>>,
	) =>
		(used ?? []).flatMap((one) => {
			const source = (typeof one === 'string' ? one : one.source) ?? '';
			const { environment, content } = all[source] ?? {};
			if (environment !== undefined) return [`the ${word} ${source} from the variable ${environment}`];
			return content === undefined ? [] : [`the ${word} ${source} from the compose file`];
		});
	return [
		...from('secret', service.secrets, config.secrets ?? {}),
		...from('config', service.configs, config.configs ?? {}),
	];
}

function containerObstacles(
	container: InventoryContainer,
	resolved: ResolvedProject,
	facts: RoundTripFacts,
): readonly Obstacle[] {
	const service = resolved.config.services?.[container.service];
	if (service === undefined) {
		return [obstacle('drift', `the service ${container.service} is not in the compose file any more`)];
	}
	const found: Obstacle[] = writtenIn(service, resolved.config).map((what) =>
		obstacle('loss', `${container.service} got ${what} when it was made; a new container might get another`),
	);
	const reference = service.image ?? container.image;
	found.push(...imageObstacles(container, reference, facts.images.get(reference)));
	const details = facts.containers.get(container.id);
	const byHand = (look: typeof recreateLosses) =>
		details === undefined ? [] : look(details, service, resolved.config);
	if (resolved.labelFiles?.includes(container.service)) {
		found.push(
			obstacle('loss', `${container.service} has a label_file: Compose does not tell whether it has changed`),
		);
	} else if (resolved.hashes[container.service] !== container.configHash) {
		const changed = `the configuration of ${container.service} has changed since it was started`;
		return [...found, obstacle('drift', changed), ...byHand(connectedByHand)];
	}
	return [...found, ...byHand(recreateLosses)];
}

function networkObstacles(resolved: ResolvedProject, facts: RoundTripFacts): readonly Obstacle[] {
	return Object.entries(resolved.config.networks ?? {}).flatMap(([key, network]) => {
		const name = network?.name ?? `${resolved.project}_${key}`;
		const there = facts.networks.get(name);
		return network?.external === true || there === undefined ? [] : networkDrift(name, network, there);
	});
}

/** Why one project would not come back from `down`/`up -d` as it is. */
export function projectObstacles(
	inventory: Inventory,
	project: InventoryProject,
	resolved: ResolvedProject,
	facts: RoundTripFacts,
): readonly Obstacle[] {
	const containers = upContainers(inventory).filter((one) => one.project === project.project && !one.oneOff);
	const services = Object.keys(project.replicas);
	const missing = [...withDependencies(resolved.config, services)].filter((name) => !services.includes(name));
	return [
		...containers.flatMap((container) => containerObstacles(container, resolved, facts)),
		...missing.map((name) => obstacle('loss', `${name} does not run, but \`up\` would start it`)),
		...numberLosses(containers),
		...volumeObstacles(resolved, facts),
		...networkObstacles(resolved, facts),
		...facts.missingNetworks.map((name) =>
			obstacle('blocked', `the external network ${name} does not exist`),
		),
		...facts.stoppedNeighbours.map((name) => obstacle('loss', `${name} would lose its network`)),
	];
}
