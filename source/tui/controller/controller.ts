import type { Trouble, UiServices } from '../ports.ts';
import type { DataPart } from '../store/messages.ts';
import type { Dialog, Notice, Screen, ScreenName, UiState } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** What actions work with. Effects live here; what the screen shows is the store's. */
export interface Controller {
	readonly store: Store;
	readonly services: UiServices;
	readonly state: () => UiState;
	readonly now: () => number;
	/** Aborted when the UI ends. */
	readonly signal: AbortSignal;
	/** Shows an answer for a while; an empty one takes the last away. */
	say(text: string, tone?: Notice['tone']): void;
	/** Shows a failure as a notice: the message and what to do. */
	fail(error: unknown): void;
	set(screen: Screen): void;
	go(screen: ScreenName): void;
	open(dialog: Dialog): void;
	close(): void;
	/** Loads a part now, whatever the polling would do. */
	load(part: DataPart): Promise<void>;
	/** Starts the program with these arguments as a run of its own, and shows it. */
	start(args: readonly string[], says: string): Promise<void>;
	/** Puts text on the person's clipboard and shows it. */
	copy(text: string, what: string): void;
	/** Gives one key to an Ink widget that reads keys itself. */
	feedWidget(key: string): void;
	redraw(): void;
	/** Gives the terminal away while `work` goes on, and takes it back. */
	suspend<T>(work: () => Promise<T>): Promise<T>;
	/** Goes to the next match of the log's search. */
	findInLog(direction: 1 | -1): Promise<'found' | 'none'>;
	exit(code: number): void;
}

/** @returns an error in the words of the screen */
export function toTrouble(error: unknown): Trouble {
	if (error instanceof Error) {
		if (error.name === 'TimeoutError') return { message: 'no answer in time; trying again' };
		const { hint } = error as { hint?: unknown };
		return { message: error.message, ...(typeof hint === 'string' ? { hint } : {}) };
	}
	return { message: String(error) };
}
