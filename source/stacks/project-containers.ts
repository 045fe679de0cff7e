import type { CallOptions, Engine } from './engine.ts';
import { type Inventory, projectNames } from './inventory.ts';
import type { StackContainer } from './types.ts';

/** All containers of the inventory's projects as they are now, in all states. */
export async function projectContainers(
	engine: Engine,
	inventory: Inventory,
	options: CallOptions = {},
): Promise<readonly StackContainer[]> {
	const lists = await Promise.all(
		projectNames(inventory).map((project) => engine.listContainers({ ...options, project })),
	);
	return lists.flat();
}
