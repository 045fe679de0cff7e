import type { DockerAccess } from './docker-access.ts';
import type { NetworkDetails } from './engine.ts';
import type { Recorded } from './recorded.ts';

/** Docker and Compose say so of a network that was removed, and of one that was made again under the same name. */
export function isNetworkGone(text: string): boolean {
	return /network \S+ (not found|declared as external, but could not be found)/i.test(text);
}

/** With the addresses it had; where somebody else has those by now, with others. */
async function makeNetwork(access: DockerAccess, network: NetworkDetails): Promise<void> {
	try {
		await access.engine.createNetwork(network.name, network);
	} catch (error) {
		if (!/overlap|pool/i.test((error as Error).message)) throw error;
		await access.engine.createNetwork(network.name, { ...network, pools: [] });
	}
}

/**
 * Makes networks again that were removed while the stack was down (`docker network prune` takes every one without running
 * containers), and connects stopped containers to the ones of now: a container knows its networks by id and cannot be
 * started without. Networks that `down` removes itself are left to Compose.
 *
 * @param kept containers that are there and are to be started by their ids
 * @returns what was done, in words
 */
export async function mendNetworks(
	access: DockerAccess,
	recorded: Recorded,
	kept: readonly string[],
): Promise<readonly string[]> {
	const done: string[] = [];
	const containers = await access.engine.inspectContainers(kept);
	for (const network of recorded.networks) {
		const attached = containers.filter((container) => container.networks.includes(network.name));
		if (attached.length === 0 && !network.external) continue;
		let now = await access.engine.inspectNetwork(network.name);
		if (now === undefined) {
			await makeNetwork(access, network);
			now = await access.engine.inspectNetwork(network.name);
			done.push(`the network ${network.name} had been removed, it was made again`);
		}
		for (const { id, networkIds } of attached) {
			if (networkIds[network.name] !== now?.id) await access.engine.reconnectNetwork(id, network.name);
		}
	}
	return done;
}
