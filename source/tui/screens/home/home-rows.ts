import { type StackRow, stackRows } from '../../selectors/stacks.ts';
import type { UiState } from '../../store/state.ts';
import { fitList } from '../../widgets/list.ts';

export function homeRows(state: UiState): readonly StackRow[] {
	return stackRows(state, state.screens.home.filter, 'name');
}

/** @returns the stack the cursor is on */
export function selectedOnHome(state: UiState): StackRow | undefined {
	const rows = homeRows(state);
	return rows[fitList(state.screens.home.list, rows.length, 1).cursor];
}
