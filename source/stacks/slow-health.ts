import type { DockerAccess } from './docker-access.ts';
import type { Engine, HealthMs } from './engine.ts';
import { type Inventory, type InventoryContainer, upContainers } from './inventory.ts';
import { projectContainers } from './project-containers.ts';
import { prerequisites } from './start-order.ts';

/** What a start that was cut short still waits for; the `cause` of its error. */
export interface AwaitedHealth {
	/** Names of containers whose health check has not passed. */
	readonly awaited: readonly string[];
	/** Names of containers that were made and not started, since they need them. */
	readonly waiting: readonly string[];
}

/** Containers that others want healthy before they start. */
function awaitedContainers(inventory: Inventory): readonly InventoryContainer[] {
	const up = upContainers(inventory);
	return up.filter((one) =>
		up.some(
			(later) =>
				prerequisites(later, up).includes(one) &&
				later.dependsOn.some(
					({ service, condition }) => service === one.service && condition === 'service_healthy',
				),
		),
	);
}

/** The longest that health checks may take until dependents can start, ms: one awaited container after the other. */
export function longestHealthMs(inventory: Inventory): number {
	return awaitedContainers(inventory).reduce((sum, one) => sum + (one.healthMs?.longest ?? 0), 0);
}

/** Containers that may well take longer to become healthy than a start is waited for, and what waits for them. */
export function slowHealth(inventory: Inventory, upTimeoutSeconds: number): readonly string[] {
	return awaitedContainers(inventory).flatMap((one) => slowMessage(one, upTimeoutSeconds));
}

function slowMessage(
	one: { readonly name: string; readonly healthMs?: HealthMs | undefined },
	upTimeoutSeconds: number,
): readonly string[] {
	const seconds = Math.round((one.healthMs?.usual ?? 0) / 1000);
	if (seconds <= upTimeoutSeconds) return [];
	const limits = `${seconds} s (start period and interval), UP_TIMEOUT is ${upTimeoutSeconds} s`;
	return [`the health check of ${one.name} may take ${limits}: services that depend on it may start late`];
}

/** @returns how long to wait for a start that nothing else has to wait for, seconds */
export function patientSeconds(inventory: Inventory, upTimeoutSeconds: number): number {
	return Math.max(upTimeoutSeconds, Math.ceil(longestHealthMs(inventory) / 1000));
}

/** The same of all stacks that are there, as the engine has them: one list, and what others wait for inspected. */
export async function slowHealthOfAll(engine: Engine, upTimeoutSeconds: number): Promise<readonly string[]> {
	const all = await engine.listContainers();
	const awaited = all.filter((one) =>
		all.some(
			(later) =>
				later.project === one.project &&
				later.dependsOn.some(
					({ service, condition }) => service === one.service && condition === 'service_healthy',
				),
		),
	);
	const details = await engine.inspectContainers(awaited.map((one) => one.id));
	return details.flatMap((one) => slowMessage(one, upTimeoutSeconds));
}

/** @returns undefined when nothing waits for a health check */
export async function awaitedHealth(
	access: DockerAccess,
	inventory: Inventory,
): Promise<AwaitedHealth | undefined> {
	const now = await projectContainers(access.engine, inventory);
	const awaited = now.filter((one) => one.health === 'starting' || one.health === 'unhealthy');
	const waiting = now.filter((one) => one.status === 'created' && one.helperOf === undefined);
	if (awaited.length === 0 || waiting.length === 0) return undefined;
	const names = (of: typeof now) => of.map((one) => one.name).sort();
	return { awaited: names(awaited), waiting: names(waiting) };
}

/** @returns what the failed start waits for; undefined when it failed for another reason */
export function awaitedBy(error: unknown): AwaitedHealth | undefined {
	const cause = error instanceof Error ? error.cause : undefined;
	return typeof cause === 'object' && cause !== null && 'awaited' in cause
		? (cause as AwaitedHealth)
		: undefined;
}
