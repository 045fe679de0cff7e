import type { StackState } from './types.ts';

/** How a stack runs, as far as one word can tell. */
export interface StateInWords {
	readonly state: StackState;
	/** Containers that are up, and that should be. */
	readonly up: number;
	readonly expected: number;
}

/**
 * The state of a stack in the words that every list uses: `running 6/6`, `partial 3/6`, `stopped`, `down` (no containers), `missing`,
 * `unreadable`, `unknown`; `taken down` when a person did that to leave it so.
 */
export function stateWord({ state, up, expected }: StateInWords, isTakenDown = false): string {
	if (isTakenDown) return 'taken down';
	switch (state) {
		case 'running':
		case 'partial':
			return expected > 0 ? `${state} ${up}/${expected}` : state;
		case 'not_found':
			return 'down';
		case 'stopped':
		case 'unknown':
		case 'missing':
		case 'unreadable':
			return state;
	}
}
