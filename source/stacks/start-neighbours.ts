import { BackupTuiError } from '../errors.ts';
import type { DockerAccess } from './docker-access.ts';
import { type Inventory, upContainers } from './inventory.ts';
import { describeNeighbour, livingIn, type Neighbour } from './neighbours.ts';
import { isUp } from './state.ts';

/** Grace of a neighbour that runs in a network that is gone, seconds. */
const graceSeconds = 10;

function failed(stack: string, neighbour: Neighbour, reason: string): BackupTuiError {
	const text = `${stack} is up, but not ${describeNeighbour(neighbour)}: ${reason}`;
	return new BackupTuiError('up-failed', text, { hint: `see docker logs ${neighbour.name}` });
}

async function startOne(access: DockerAccess, stack: string, neighbour: Neighbour): Promise<void> {
	const { engine } = access;
	const [is, ...hosts] = await engine.inspectContainers([neighbour.id, ...neighbour.livesIn]);
	// Removed meanwhile by whoever it belongs to.
	if (is === undefined || is.id !== neighbour.id) return;
	const stale = hosts.some((host) => host.startedAt > is.startedAt);
	if (isUp(is) && !stale) return;
	try {
		// One that runs on is in the network of before, which is gone.
		if (isUp(is)) await engine.stopContainer(is.id, graceSeconds);
		await engine.startContainer(is.id);
	} catch (error) {
		if (!(error instanceof BackupTuiError)) throw error;
		throw failed(stack, neighbour, error.message);
	}
	const [now] = await engine.inspectContainers([is.id]);
	if (now === undefined || !isUp(now)) throw failed(stack, neighbour, `it is ${now?.status ?? 'gone'}`);
}

/**
 * Starts neighbours that ran in the namespaces of a stack's containers, once these run again. May be called again, and in
 * another process: one that was started after the container it lives in is left alone.
 *
 * @param stack its name, for messages
 * @throws up-failed
 */
export async function startNeighbours(
	access: DockerAccess,
	inventory: Inventory,
	stack: string,
): Promise<void> {
	const ids = upContainers(inventory).map(({ id }) => id);
	for (const neighbour of livingIn(inventory.neighbours ?? [], ids)) await startOne(access, stack, neighbour);
}
