import type { ScreenName, UiState } from './state.ts';

/** Where a person is, and what is selected there: kept when the UI begins again with a changed configuration. */
export interface Place {
	readonly active: ScreenName;
	readonly screens: UiState['screens'];
}

/** Screens that show nothing but what a configuration can change; a tree, marks and an undo are of the old one. */
const kept = ['home', 'run', 'logs', 'doctor'] as const;

export function placeOf({ active, screens }: UiState): Place {
	return { active, screens };
}

/** @returns the state with the person back in their place; a screen that is not there any more is Home */
export function backIn(state: UiState, place: Place): UiState {
	if (!state.tabs.includes(place.active)) return state;
	const screens = Object.fromEntries(kept.map((name) => [name, place.screens[name]]));
	const { list, filter, sort } = place.screens.stacks;
	return {
		...state,
		active: place.active,
		screens: { ...state.screens, ...screens, stacks: { ...state.screens.stacks, list, filter, sort } },
	};
}
