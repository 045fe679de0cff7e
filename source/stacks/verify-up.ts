import type { DockerAccess } from './docker-access.ts';
import type { ContainerDetails } from './engine.ts';
import { changedLimits } from './expected-limits.ts';
import type { Inventory } from './inventory.ts';
import { type Difference, inventoryDifferences } from './inventory-differences.ts';
import { projectContainers } from './project-containers.ts';
import type { Recorded } from './recorded.ts';
import { isUp } from './state.ts';
import type { StackContainer } from './types.ts';

/** What was seen when a stack was verified up. */
export interface UpReport {
	/** Every container that was up is up. Health that is not told yet does not count against it. */
	readonly up: boolean;
	/** All that is not as it was, also what does not matter for being up: another image, something extra. */
	readonly differences: readonly Difference[];
	/** When its containers were started last, ms UTC by container id: see `settle`. */
	readonly startedAt: Readonly<Record<string, number>>;
}

const down: readonly Difference['kind'][] = ['missing', 'not-up', 'paused', 'restarting', 'unhealthy'];
const waiting: readonly Difference['kind'][] = [...down, 'starting'];

/** @returns the differences that mean that something that was up is not */
export function blocking(differences: readonly Difference[]): readonly Difference[] {
	return differences.filter((difference) => down.includes(difference.kind));
}

/** One container ended and nothing will start it again: waiting is of no use. */
function hopeless(differences: readonly Difference[], inventory: Inventory): boolean {
	return differences.some(
		({ kind, service }) =>
			kind === 'missing' ||
			(kind === 'not-up' &&
				inventory.containers.some((one) => one.service === service && one.restartPolicy === 'no')),
	);
}

/** Limits of containers that were made anew, beside those of the configuration they were to be made from. */
function limitDifferences(
	details: readonly ContainerDetails[],
	inventory: Inventory,
	recorded: Recorded | undefined,
): readonly Difference[] {
	const old = new Set(inventory.containers.map(({ id }) => id));
	return details.flatMap((one): Difference[] => {
		const { id, project, service: name, name: container, oneOff } = one;
		const configured = recorded?.projects.find((other) => other.project === project)?.config.services?.[name];
		const changed = old.has(id) || oneOff || configured === undefined ? [] : changedLimits(one, configured);
		if (changed.length === 0) return [];
		const message = `${container} has other settings than before: ${changed.join(', ')}`;
		return [{ kind: 'limits', project, service: name, container, message }];
	});
}

async function report(
	access: DockerAccess,
	now: readonly StackContainer[],
	found: readonly Difference[],
	inventory: Inventory,
	recorded: Recorded | undefined,
): Promise<UpReport> {
	const details = await access.engine.inspectContainers(now.filter(isUp).map((container) => container.id));
	const differences = [...found, ...limitDifferences(details, inventory, recorded)];
	return {
		up: blocking(differences).length === 0,
		differences,
		startedAt: Object.fromEntries(details.map((container) => [container.id, container.startedAt])),
	};
}

export interface VerifyOptions {
	/** How long to wait for everything to be up, ms. */
	readonly timeoutMs: number;
	/** How long to wait for health checks that have not told yet, ms; within `timeoutMs`. */
	readonly healthMs: number;
	/** As it was before it was taken down: what is made anew is to have its limits. */
	readonly recorded?: Recorded | undefined;
	readonly signal?: AbortSignal;
}

/** Compares the containers with the inventory, quickly at first, until all that was up is up again. */
export async function verifyUp(
	access: DockerAccess,
	inventory: Inventory,
	options: VerifyOptions,
): Promise<UpReport> {
	const begun = access.clock.now();
	for (let pause = 100; ; pause = Math.min(pause * 1.5, 1000)) {
		const now = await projectContainers(
			access.engine,
			inventory,
			options.signal === undefined ? {} : { signal: options.signal },
		);
		const differences = inventoryDifferences(inventory, now);
		const elapsed = access.clock.now() - begun;
		const unsettled = differences.filter((one) => waiting.includes(one.kind));
		const onlyHealth = unsettled.every((one) => one.kind === 'starting' || one.kind === 'unhealthy');
		const patience =
			onlyHealth && !unsettled.some((one) => one.kind === 'unhealthy') ? options.healthMs : options.timeoutMs;
		if (unsettled.length === 0 || elapsed >= patience || hopeless(differences, inventory)) {
			return await report(access, now, differences, inventory, options.recorded);
		}
		await access.clock.sleep(pause, options.signal);
	}
}

/**
 * Looks again some time after a stack came up: a crash three seconds after `up` is not seen by `up`, not even with
 * `--wait`. Three looks, evenly spread.
 *
 * @param seconds when the last look is
 * @returns what is wrong; a container that was started again meanwhile counts as restarting
 */
export async function settle(
	access: DockerAccess,
	inventory: Inventory,
	before: UpReport,
	seconds: number,
	signal?: AbortSignal,
): Promise<readonly Difference[]> {
	let found: readonly Difference[] = [];
	for (let look = 1; look <= 3; look += 1) {
		await access.clock.sleep((seconds * 1000) / 3, signal);
		const now = await projectContainers(access.engine, inventory, signal === undefined ? {} : { signal });
		const details = await access.engine.inspectContainers(now.filter(isUp).map((container) => container.id));
		const restless = new Set(
			inventory.containers.filter((one) => one.status === 'restarting').map((one) => one.service),
		);
		const again = details
			.filter((one) => !restless.has(one.service) && (before.startedAt[one.id] ?? 0) !== one.startedAt)
			.filter((one) => before.startedAt[one.id] !== undefined)
			.map(
				(one): Difference => ({
					kind: 'restarting',
					project: one.project,
					service: one.service,
					container: one.name,
					message: `${one.name} was restarted after it had come up`,
				}),
			);
		found = [...inventoryDifferences(inventory, now), ...again];
	}
	return found;
}
