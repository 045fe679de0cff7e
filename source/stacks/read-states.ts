import { realpathSync } from 'node:fs';
import { type BackupTuiError, toBackupTuiError } from '../errors.ts';
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

/** Whether a container belongs to a stack. @param stacks all of them: the innermost directory decides */
export function isOfStack(stacks: readonly Stack[], stack: Stack, container: StackContainer): boolean {
	const { byStack } = sortContainers(stacks, [container], realPathOrNothing);
	return (byStack.get(stack.key) ?? []).length > 0;
}
