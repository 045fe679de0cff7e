import { join } from 'node:path';
import { loadJournal } from '../../runs/load-journal.ts';
import type { StackState } from '../../stacks/types.ts';

/** Where it is kept which stacks a person has taken down to stay down, and what ran of them. */
export const downOnPurposeDirectory = (stateDir: string): string => join(stateDir, 'put-down');

/** When stacks were taken down on purpose: ISO times, UTC, by key. */
export type PutDownTimes = ReadonlyMap<string, string>;

/** @returns the stacks that were taken down on purpose and not brought up by us since */
export async function loadPutDown(stateDir: string): Promise<PutDownTimes> {
	const entries = await loadJournal(downOnPurposeDirectory(stateDir));
	return new Map(entries.map((entry) => [entry.stack, entry.writtenAt]));
}

/** @returns when a stack that is off was taken down on purpose; undefined for one that runs again, whoever started it */
export function putDownSince(times: PutDownTimes, key: string, state: StackState): string | undefined {
	return state === 'stopped' || state === 'not_found' || state === 'unreadable' ? times.get(key) : undefined;
}
