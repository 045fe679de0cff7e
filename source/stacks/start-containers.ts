import type { DockerAccess } from './docker-access.ts';
import type { InventoryContainer } from './inventory.ts';
import { prerequisites, startOrder } from './start-order.ts';
import type { StackContainer } from './types.ts';

/** Services of the group that later containers want healthy before they start. */
function awaited(
	group: readonly InventoryContainer[],
	all: readonly InventoryContainer[],
): readonly InventoryContainer[] {
	return group.filter((one) =>
		all.some(
			(later) =>
				prerequisites(later, all).includes(one) &&
				later.dependsOn.some(
					({ service, condition }) => service === one.service && condition === 'service_healthy',
				),
		),
	);
}

/** Waits until health checks have told. A service that stays unhealthy does not hold back the others: all were up together. */
async function awaitHealth(
	access: DockerAccess,
	containers: readonly InventoryContainer[],
	deadline: number,
	signal: AbortSignal | undefined,
): Promise<void> {
	const ids = containers.map((container) => container.id);
	for (
		let pause = 100;
		ids.length > 0 && access.clock.now() < deadline;
		pause = Math.min(pause * 1.5, 1000)
	) {
		const now = await access.engine.inspectContainers(ids);
		if (now.every((container) => container.health === 'healthy' || container.health === 'none')) return;
		if (now.every((container) => container.health !== 'starting')) return;
		await access.clock.sleep(pause, signal);
	}
}

/**
 * Starts recorded containers by their id, what others need first; thaws those that were frozen. Containers that did not
 * run when the inventory was taken are not touched: a one-shot that had finished is not run again.
 *
 * @param wanted containers that were up
 * @param now how they are
 */
export async function startContainers(
	access: DockerAccess,
	wanted: readonly InventoryContainer[],
	now: readonly StackContainer[],
	deadline: number,
	signal?: AbortSignal,
): Promise<void> {
	const status = new Map(now.map((container) => [container.id, container.status]));
	for (const group of startOrder(wanted)) {
		signal?.throwIfAborted();
		await Promise.all(
			group.map(async ({ id, status: before }) => {
				const current = status.get(id);
				if (current === 'paused' && before !== 'paused') await access.engine.unpauseContainer(id);
				if (current !== 'exited' && current !== 'created' && current !== 'dead') return;
				await access.engine.startContainer(id);
				if (before === 'paused') await access.engine.pauseContainer(id);
			}),
		);
		await awaitHealth(access, awaited(group, wanted), deadline, signal);
	}
}
