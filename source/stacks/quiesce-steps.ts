import { type Inventory, type InventoryContainer, upContainers } from './inventory.ts';
import { startOrder } from './start-order.ts';

/** How a stack is quiesced for the copy. */
export type QuiesceMethod = 'down' | 'stop' | 'pause' | 'none';

/** What is done to which recorded containers, in this order. */
export interface QuiesceSteps {
	/** Groups that are stopped one after the other: what needs others first. */
	readonly stop: readonly (readonly InventoryContainer[])[];
	readonly pause: readonly InventoryContainer[];
}

/**
 * Which containers are stopped and which frozen. Those paused already stay as they are: they write nothing, and only a
 * restart could bring them to another state. A container started with `--rm` would be deleted by stopping: it is frozen.
 * One in a restart loop cannot be frozen: it is stopped.
 */
export function quiesceSteps(inventory: Inventory, method: 'stop' | 'pause'): QuiesceSteps {
	const up = upContainers(inventory).filter((container) => container.status !== 'paused');
	const frozen = (container: InventoryContainer) =>
		container.status !== 'restarting' && (method === 'pause' || container.autoRemove);
	const order = startOrder(up)
		.map((group) => group.filter((container) => !frozen(container)))
		.filter((group) => group.length > 0);
	return { stop: order.toReversed(), pause: startOrder(up).flat().filter(frozen).reverse() };
}
