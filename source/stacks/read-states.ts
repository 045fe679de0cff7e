import { realpathSync } from 'node:fs';
import { BackupTuiError, toBackupTuiError } from '../errors.ts';
import type { Clock } from '../process/clock.ts';
import type { CallOptions, Engine } from './engine.ts';
import { type ForeignProject, foreignProjects, sortContainers } from './stack-containers.ts';
import { type StackStatus, stackStates, unknownStates } from './state.ts';
import type { Stack, StackContainer } from './types.ts';

/** The states of all stacks at one moment. */
export interface StatesReading {
	/** By stack key. */
	readonly states: ReadonlyMap<string, StackStatus>;
	/** Compose projects Docker knows of that are no listed stack. */
	readonly foreign: readonly ForeignProject[];
	/** Why every state is unknown: the engine's error. */
	readonly error?: BackupTuiError;
}

export function realPathOrNothing(path: string): string | undefined {
	try {
		return realpathSync(path);
	} catch {
		return undefined;
	}
}

/**
 * The state of all stacks from one call to the engine. A failing call makes every stack `unknown`, never `stopped`;
 * it does not reject unless aborted.
 */
export async function readStates(
	engine: Engine,
	stacks: readonly Stack[],
	options: CallOptions = {},
): Promise<StatesReading> {
	let containers: readonly StackContainer[];
	try {
		containers = await engine.listContainers(options);
	} catch (error) {
		options.signal?.throwIfAborted();
		const problem = toBackupTuiError(error);
		return { states: unknownStates(stacks, problem.message), foreign: [], error: problem };
	}
	const { byStack, others } = sortContainers(stacks, containers, realPathOrNothing);
	return { states: stackStates(stacks, byStack), foreign: foreignProjects(others) };
}

/**
 * Asks for the state of a stack until it is known.
 *
 * @param stacks all stacks: a directory inside another's decides whose a container is
 * @param seconds how long to go on asking
 * @throws state-unknown after that
 */
export async function awaitKnownState(
	access: { readonly engine: Engine; readonly clock: Clock },
	stack: Stack,
	stacks: readonly Stack[],
	seconds: number,
	signal?: AbortSignal,
): Promise<StackStatus> {
	const end = access.clock.now() + seconds * 1000;
	for (;;) {
		const left = Math.max(1000, end - access.clock.now());
		const reading = await readStates(access.engine, stacks, {
			timeoutMs: Math.min(10_000, left),
			...(signal === undefined ? {} : { signal }),
		});
		const status = reading.states.get(stack.key);
		if (status !== undefined && status.state !== 'unknown') return status;
		if (access.clock.now() >= end || reading.error?.code === 'no-permission') {
			throw new BackupTuiError(
				'state-unknown',
				`the state of ${stack.name} is unknown: ${status?.reason ?? ''}`,
				{
					cause: reading.error,
					hint: reading.error?.hint ?? 'check `docker ps -a`; nothing was stopped',
				},
			);
		}
		await access.clock.sleep(1000, signal);
	}
}
