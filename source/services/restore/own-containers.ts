import type { Inventory, InventoryContainer } from '../../stacks/inventory.ts';

/** No container has it: what is looked for by it is made anew. */
const noId = (index: number) => String(index).padStart(64, '0');

/**
 * The inventory of a snapshot with ids of this host's own containers only. A snapshot may name any id, and by it a container
 * is started and stopped.
 *
 * @param own containers that this host knows to be the stack's
 */
export function withOwnContainers(recorded: Inventory, own: readonly InventoryContainer[]): Inventory {
	const isOwn = (one: InventoryContainer) =>
		own.some(
			({ id, project, service }) => id === one.id && project === one.project && service === one.service,
		);
	const ids = new Map<string, string>();
	const containers = recorded.containers.map((one, index) => {
		const id = isOwn(one) && !ids.has(one.id) ? one.id : noId(index);
		if (!ids.has(one.id)) ids.set(one.id, id);
		return { ...one, id };
	});
	return {
		...recorded,
		// What they share decides only which of them starts first.
		containers: containers.map((one) => ({
			...one,
			sharesWith: one.sharesWith.flatMap((id) => ids.get(id) ?? []),
		})),
	};
}
