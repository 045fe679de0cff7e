import type { Stack, StackContainer, StackState } from './types.ts';

/** How one service of a stack is doing. */
export interface ServiceStatus {
	readonly service: string;
	/** Containers that are up: running, paused or restarting. */
	readonly up: number;
	/** Containers that should be: without finished one-shots. */
	readonly expected: number;
	/** It has run to its end with exit code 0 and nothing says that it should still run. */
	readonly finished: boolean;
	readonly paused: number;
	readonly restarting: number;
	readonly unhealthy: number;
}

export interface StackStatus {
	readonly state: StackState;
	readonly up: number;
	readonly expected: number;
	readonly services: readonly ServiceStatus[];
	/** Project names of its containers; several when it was started with different `-p`. */
	readonly projects: readonly string[];
	readonly containers: readonly StackContainer[];
	/** Why the state is unknown. */
	readonly reason?: string;
}

const upStatuses: readonly string[] = ['running', 'paused', 'restarting'];

/** @returns true for a container that counts as up: a paused one or one in a restart loop is wanted up too */
export function isUp(container: Pick<StackContainer, 'status'>): boolean {
	return upStatuses.includes(container.status);
}

/** Services others want running (not: completed): one of these that exited 0 was stopped by hand, not finished. */
function wantedRunning(containers: readonly StackContainer[]): ReadonlySet<string> {
	return new Set(
		containers
			.flatMap((container) => container.dependsOn)
			.filter((dependency) => dependency.condition !== 'service_completed_successfully')
			.map((dependency) => dependency.service),
	);
}

function serviceStatus(
	service: string,
	containers: readonly StackContainer[],
	wanted: boolean,
): ServiceStatus {
	const up = containers.filter(isUp);
	const ended = containers.every((container) => container.status === 'exited' && container.exitCode === 0);
	const finished = ended && !wanted;
	return {
		service,
		up: up.length,
		expected: finished ? 0 : containers.length,
		finished,
		paused: up.filter((container) => container.status === 'paused').length,
		restarting: up.filter((container) => container.status === 'restarting').length,
		unhealthy: up.filter((container) => container.health === 'unhealthy').length,
	};
}

/** The status of one stack from its containers. Pure; `missing` and `unknown` are decided by the caller. */
export function statusOf(containers: readonly StackContainer[]): StackStatus {
	const own = containers.filter((container) => !container.oneOff && container.helperOf === undefined);
	const wanted = wantedRunning(own);
	const services = [...Map.groupBy(own, (container) => container.service)]
		.map(([service, group]) => serviceStatus(service, group, wanted.has(service)))
		.sort((a, b) => (a.service < b.service ? -1 : 1));
	const up = services.reduce((sum, service) => sum + service.up, 0);
	const expected = services.reduce((sum, service) => sum + service.expected, 0);
	const loose = containers.some((container) => container.oneOff && isUp(container));
	const state = (): StackState => {
		if (up === 0 && loose) return 'partial';
		if (own.length === 0) return 'not_found';
		if (up === 0) return 'stopped';
		return up < expected ? 'partial' : 'running';
	};
	return {
		state: state(),
		up,
		expected,
		services,
		projects: [...new Set(containers.map((container) => container.project))].sort(),
		containers,
	};
}

const nothing = { up: 0, expected: 0, services: [], projects: [], containers: [] } as const;

/** All stacks `unknown` (those whose directory is gone: `missing`), because the engine could not be asked. */
export function unknownStates(stacks: readonly Stack[], reason: string): ReadonlyMap<string, StackStatus> {
	return new Map(
		stacks.map((stack) => [
			stack.key,
			stack.missing ? { ...nothing, state: 'missing' } : { ...nothing, state: 'unknown', reason },
		]),
	);
}

/**
 * The status of all stacks from one container list.
 *
 * @param byStack containers by stack key, see `sortContainers`
 * @returns by stack key
 */
export function stackStates(
	stacks: readonly Stack[],
	byStack: ReadonlyMap<string, readonly StackContainer[]>,
): ReadonlyMap<string, StackStatus> {
	return new Map(
		stacks.map((stack) => {
			const status = statusOf(byStack.get(stack.key) ?? []);
			if (stack.missing) return [stack.key, { ...status, state: 'missing' }];
			const isUnreadable = stack.unreadable !== undefined && status.state === 'not_found';
			return [stack.key, isUnreadable ? { ...status, state: 'unreadable' } : status];
		}),
	);
}
