import type { ReactNode } from 'react';
import type { KeyContext } from '../keys/binding.ts';
import type { Screen, UiState } from '../store/state.ts';
import type { Line } from '../text/line.ts';
import type { Theme } from '../theme.ts';
import type { ListState } from '../widgets/list.ts';

/** The list the arrow keys move in. */
export interface FocusedList {
	readonly count: number;
	/** Rows of it that are on the screen. */
	readonly rows: number;
	readonly list: ListState;
	/** @returns the screen with the list moved */
	with(list: ListState): Screen;
}

export interface ViewProperties {
	readonly state: UiState;
	readonly theme: Theme;
	readonly columns: number;
	readonly rows: number;
	readonly wide: boolean;
}

/** What a screen is to the rest of the program. */
export interface ScreenModule {
	/** Where its keys are in the table. */
	contexts(state: UiState): readonly KeyContext[];
	list?(state: UiState): FocusedList | undefined;
	View(properties: ViewProperties): ReactNode;
	/** One fact per line, for small terminals and screen readers; the most important first. */
	minimal(state: UiState, theme: Theme, rows: number): readonly Line[];
}
