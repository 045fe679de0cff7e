import type { Message } from './messages.ts';
import { reduce } from './reducer.ts';
import type { UiState } from './state.ts';

/** Bursts of events become one drawing in so many ms: more than 15 a second nobody reads, and each costs processor time. */
const frameMs = 66;

export interface Store {
	readonly state: () => UiState;
	/** Told at once: the person waits for it. */
	readonly dispatch: (message: Message) => void;
	/** Told with the next frame, however many come. */
	readonly dispatchLater: (message: Message) => void;
	readonly subscribe: (listener: () => void) => () => void;
	readonly close: () => void;
}

/** Holds the state; listeners are told at once after keys and once a frame after everything else. */
export function createStore(initial: UiState): Store {
	let state = initial;
	let timer: NodeJS.Timeout | undefined;
	const listeners = new Set<() => void>();
	const tell = () => {
		clearTimeout(timer);
		timer = undefined;
		for (const listener of listeners) listener();
	};
	return {
		state: () => state,
		dispatch: (message) => {
			const next = reduce(state, message);
			if (next === state) return;
			state = next;
			tell();
		},
		dispatchLater: (message) => {
			const next = reduce(state, message);
			if (next === state) return;
			state = next;
			timer ??= setTimeout(tell, frameMs);
		},
		subscribe: (listener) => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		close: () => {
			clearTimeout(timer);
			listeners.clear();
		},
	};
}
