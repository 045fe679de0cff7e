import type { DockerAccess } from './docker-access.ts';
import { type Inventory, projectNames } from './inventory.ts';
import { projectContainers } from './project-containers.ts';
import { isUp } from './state.ts';

/**
 * Tells, once, when no container of the stack's projects is up any more: `docker compose down` goes on for a while then,
 * most of it with the network. May never tell; whoever waits must also wait for the end of `down`.
 *
 * @returns ends it
 */
export function tellWhenQuiet(access: DockerAccess, inventory: Inventory, onQuiet: () => void): () => void {
	const { engine, clock } = access;
	const projects = projectNames(inventory);
	const ended = new AbortController();
	let lastEnd = 0;
	let looking = false;
	// The engine lists a container as running for some milliseconds after it has told of its end.
	const look = async () => {
		while (!ended.signal.aborted && clock.now() - lastEnd < 1000) {
			const now = await projectContainers(engine, inventory, { signal: ended.signal });
			if (ended.signal.aborted) return;
			if (!now.some((one) => one.helperOf === undefined && isUp(one))) {
				ended.abort();
				onQuiet();
				return;
			}
			await clock.sleep(15, ended.signal);
		}
	};
	const opening = engine.events(
		{
			onEvent: ({ action, project }) => {
				if (action !== 'die' || !projects.includes(project)) return;
				lastEnd = clock.now();
				if (looking) return;
				looking = true;
				look()
					.catch(() => {})
					.finally(() => {
						looking = false;
					});
			},
			onInterrupted: () => {},
		},
		{ signal: ended.signal },
	);
	opening.then(
		(stream) => {
			if (ended.signal.aborted) stream.close();
			else ended.signal.addEventListener('abort', () => stream.close());
		},
		() => {},
	);
	return () => ended.abort();
}
