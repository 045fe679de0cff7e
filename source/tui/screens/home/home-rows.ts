import { type StackRow, stackRows } from '../../selectors/stacks.ts';
import type { UiState } from '../../store/state.ts';
import { fitList } from '../../widgets/list.ts';

const sorted = new WeakMap<readonly StackRow[], readonly StackRow[]>();

/** @returns the stacks, those that are backed up first */
export function homeRows(state: UiState): readonly StackRow[] {
	const rows = stackRows(state, state.screens.home.filter, 'name');
	const known = sorted.get(rows);
	if (known !== undefined) return known;
	const result = rows.toSorted((a, b) => Number(b.entry.enabled) - Number(a.entry.enabled));
	sorted.set(rows, result);
	return result;
}

/** @returns the stack the cursor is on */
export function selectedOnHome(state: UiState): StackRow | undefined {
	const rows = homeRows(state);
	return rows[fitList(state.screens.home.list, rows.length, 1).cursor];
}
