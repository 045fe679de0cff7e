import { type Inventory, type InventoryContainer, upContainers } from '../../stacks/inventory.ts';
import { describeFiles } from '../../stacks/layer-losses.ts';
import type { RestoreDocker } from './ports.ts';

/** How `up` after a restore finds the containers that are there. */
export interface UpAfterRestore {
	readonly live: Inventory;
	/** What is to run afterwards. */
	readonly wanted: Inventory;
	/** Containers are made before it is started, to find volumes without a name. */
	readonly makes: boolean;
	readonly start: boolean;
}

/** Whether `up` would remove a container or make it anew: it was not made from the configuration that is restored. */
function isReplaced(one: InventoryContainer, wanted: Inventory): boolean {
	const project = wanted.projects.find((other) => other.project === one.project);
	const replicas = project?.replicas[one.service];
	if (replicas === undefined || one.oneOff) return false;
	const same = wanted.containers.filter(
		(other) => other.project === one.project && other.service === one.service,
	);
	const isSame = same.every(
		({ configHash, imageId }) => configHash === one.configHash && imageId === one.imageId,
	);
	// The id of a container that is shared is a part of the configuration, and may become another one.
	return !isSame || one.sharesWith.length > 0 || one.number > replicas;
}

/** Containers that Compose may replace: it is called only where some that are to run are gone, or are to be made. */
export function replacedContainers({
	live,
	wanted,
	makes,
	start,
}: UpAfterRestore): readonly InventoryContainer[] {
	const there = new Set(live.containers.map(({ id }) => id));
	const up = start && upContainers(wanted).some(({ id }) => !there.has(id));
	return up || makes ? live.containers.filter((one) => isReplaced(one, wanted)) : [];
}

/**
 * What containers hold outside their volumes and a restore deletes, since they are made anew. No snapshot has it, so that a
 * person has to agree.
 *
 * @returns in words, one a container
 */
export async function lostLayers(
	docker: Pick<RestoreDocker, 'layers'>,
	question: UpAfterRestore,
): Promise<readonly string[]> {
	const replaced = replacedContainers(question).map(({ id }) => id);
	if (replaced.length === 0) return [];
	return (await docker.layers(replaced)).flatMap(({ container, data, unknown }) => {
		if (data.length > 0)
			return [
				`${container} is made anew: what it has outside its volumes is LOST, no snapshot holds it: ${describeFiles(data)}`,
			];
		return unknown === undefined
			? []
			: [`${container} is made anew: what it may have outside its volumes is LOST (${unknown})`];
	});
}
