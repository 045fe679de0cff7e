import { type Inventory, type InventoryContainer, upContainers } from './inventory.ts';
import { livingIn, type Neighbour } from './neighbours.ts';
import { startOrder } from './start-order.ts';

/** How a stack is quiesced for the copy. */
export type QuiesceMethod = 'down' | 'stop' | 'pause' | 'none';

/** What is done to which recorded containers, in this order. */
export interface QuiesceSteps {
	/** Groups that are stopped one after the other: what needs others first. */
	readonly stop: readonly (readonly InventoryContainer[])[];
	readonly pause: readonly InventoryContainer[];
	/** Containers of others that live in those that are stopped: they are stopped first. */
	readonly neighbours: readonly Neighbour[];
}

/**
 * Which containers are stopped and which frozen. Those paused already stay as they are: they write nothing, and only a
 * restart could bring them to another state. A container started with `--rm` would be deleted by stopping: it is frozen,
 * and so is one in which such a container of others lives.
 * One in a restart loop cannot be frozen: it is stopped.
 */
export function quiesceSteps(inventory: Inventory, method: 'stop' | 'pause'): QuiesceSteps {
	const up = upContainers(inventory).filter((container) => container.status !== 'paused');
	const all = inventory.neighbours ?? [];
	const fragile = (id: string) => livingIn(all, [id]).some((neighbour) => neighbour.autoRemove);
	const frozen = (container: InventoryContainer) =>
		container.status !== 'restarting' &&
		(method === 'pause' || container.autoRemove || fragile(container.id));
	const order = startOrder(up)
		.map((group) => group.filter((container) => !frozen(container)))
		.filter((group) => group.length > 0);
	const stopped = order.flat().map(({ id }) => id);
	return {
		stop: order.toReversed(),
		pause: startOrder(up).flat().filter(frozen).reverse(),
		neighbours: livingIn(all, stopped).toReversed(),
	};
}
