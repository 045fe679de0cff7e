import { homeRows } from '../screens/home/home-rows.ts';
import { type StackRow, stackRows } from '../selectors/stacks.ts';
import { fitList, type ListState } from '../widgets/list.ts';
import type { UiState } from './state.ts';

function moved(list: ListState, before: readonly StackRow[], after: readonly StackRow[]): ListState {
	const key = before[fitList(list, before.length, 1).cursor]?.entry.key;
	const cursor = key === undefined ? -1 : after.findIndex((row) => row.entry.key === key);
	return cursor < 0 || cursor === list.cursor
		? list
		: { cursor, top: Math.max(0, list.top + cursor - list.cursor) };
}

const stacksRows = (state: UiState) => {
	const { filter, sort } = state.screens.stacks;
	return stackRows(state, filter, sort);
};

/**
 * Keeps the cursor on its stack when the list under it changes by itself: a stack that comes, goes, or sorts elsewhere by
 * its state must not put another one under the next key.
 */
export function keepSelected(before: UiState, after: UiState): UiState {
	const { home, stacks } = before.screens;
	if (before.active === 'home') {
		const list = moved(home.list, homeRows(before), homeRows(after));
		return list === home.list ? after : { ...after, screens: { ...after.screens, home: { ...home, list } } };
	}
	if (before.active !== 'stacks') return after;
	const list = moved(stacks.list, stacksRows(before), stacksRows(after));
	return list === stacks.list
		? after
		: { ...after, screens: { ...after.screens, stacks: { ...stacks, list } } };
}
