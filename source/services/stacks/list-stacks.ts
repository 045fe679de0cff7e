import type { BackupTuiError } from '../../errors.ts';
import { type DirlistProblem, dirlistProblems } from '../../stacks/dirlist.ts';
import { readDirlist } from '../../stacks/dirlist-file.ts';
import type { DirlistComparison } from '../../stacks/dirlist-sync.ts';
import type { Discovery } from '../../stacks/discover.ts';
import { duplicateError, duplicateProjects } from '../../stacks/discover-duplicates.ts';
import type { Stack, StackState } from '../../stacks/types.ts';
import { type PutDownTimes, putDownSince } from '../downtime/down-on-purpose.ts';

/** How a stack runs, in short. */
export interface StateInShort {
	readonly state: StackState;
	/** Containers that are up, and that should be. */
	readonly up: number;
	readonly expected: number;
	/** Why the state is unknown. */
	readonly reason?: string;
}

/** A Compose project Docker knows of that is no listed stack. */
export interface ProjectElsewhere {
	readonly project: string;
	readonly workingDir: string;
	readonly running: number;
}

/** What one question to Docker tells of all stacks. */
export interface StatesOfStacks {
	/** By stack key. */
	readonly states: ReadonlyMap<string, StateInShort>;
	readonly foreign: readonly ProjectElsewhere[];
	/** Why Docker could not be asked. */
	readonly error?: BackupTuiError;
}

/** What the use cases around the dirlist work on. */
export interface StacksDeps {
	/** Path of the dirlist. */
	readonly dirlist: string;
	readonly stacksDir: string;
	/** Reads the dirlist and finds the stacks. Throws `stacks-dir-missing`, `dirlist-invalid`, `no-permission`. */
	readonly discover: (options?: { readonly mayBeEmpty: boolean }) => Promise<Discovery>;
	/** When stacks were put down on purpose. */
	readonly putDown?: () => Promise<PutDownTimes>;
	/** Never rejects for what Docker does; see `error`. */
	readonly readStates: (stacks: readonly Stack[]) => Promise<StatesOfStacks>;
}

export interface ListedStack {
	readonly stack: Stack;
	/** Absent when Docker was not asked. */
	readonly state?: StateInShort;
	/** ISO time, UTC, at which a person put it down, to stay down. */
	readonly putDownSince?: string;
	/** Why it must not be touched: another stack is the same project to Compose. */
	readonly refusal?: BackupTuiError;
}

export interface StacksListing {
	readonly dirlist: string;
	readonly stacksDir: string;
	readonly stacks: readonly ListedStack[];
	readonly counts: StackCounts;
	readonly comparison: DirlistComparison;
	/** Running projects that lie elsewhere: offered, never added by themselves. */
	readonly elsewhere: readonly ProjectElsewhere[];
	/** Lines of the dirlist a person should look at. */
	readonly problems: readonly DirlistProblem[];
	/** Why Docker could not be asked. */
	readonly stateError?: BackupTuiError;
}

export interface StackCounts {
	readonly total: number;
	readonly enabled: number;
	readonly disabled: number;
	readonly missing: number;
}

/**
 * All stacks; only reads.
 *
 * @param withState whether Docker is asked
 * @throws what discovery throws; a Docker that does not answer is no failure of the list
 */
export async function listStacks(deps: StacksDeps, withState: boolean): Promise<StacksListing> {
	const [{ stacks, comparison }, document] = await Promise.all([deps.discover(), readDirlist(deps.dirlist)]);
	const [reading, putDown] = withState
		? await Promise.all([deps.readStates(stacks), deps.putDown?.()])
		: [undefined, undefined];
	const refusals = new Map(
		duplicateProjects(stacks).flatMap((group) =>
			group.stacks.map((stack) => [stack.key, duplicateError(group)]),
		),
	);
	return {
		dirlist: deps.dirlist,
		stacksDir: deps.stacksDir,
		stacks: stacks.map((stack) =>
			listed(stack, reading?.states.get(stack.key), refusals.get(stack.key), putDown),
		),
		counts: countStacks(stacks),
		comparison,
		elsewhere: (reading?.foreign ?? []).filter((project) => project.running > 0),
		problems: document === undefined ? [] : dirlistProblems(document),
		...(reading?.error === undefined ? {} : { stateError: reading.error }),
	};
}

function countStacks(stacks: readonly Stack[]): StackCounts {
	const enabled = stacks.filter((stack) => stack.enabled).length;
	const missing = stacks.filter((stack) => stack.missing).length;
	return { total: stacks.length, enabled, disabled: stacks.length - enabled, missing };
}

function listed(
	stack: Stack,
	state: StateInShort | undefined,
	refusal: BackupTuiError | undefined,
	putDown: PutDownTimes = new Map(),
): ListedStack {
	const since = state === undefined ? undefined : putDownSince(putDown, stack.key, state.state);
	return {
		stack,
		...(state === undefined ? {} : { state }),
		...(since === undefined ? {} : { putDownSince: since }),
		...(refusal === undefined ? {} : { refusal }),
	};
}
