/** Where a list stands: the selected row, and the first one shown. */
export interface ListState {
	readonly cursor: number;
	readonly top: number;
}

export type ListMove = 'up' | 'down' | 'page-up' | 'page-down' | 'first' | 'last' | { readonly to: number };

export const listStart: ListState = { cursor: 0, top: 0 };

function target(list: ListState, move: ListMove, count: number, rows: number): number {
	if (typeof move === 'object') return move.to;
	switch (move) {
		case 'up':
			return list.cursor - 1;
		case 'down':
			return list.cursor + 1;
		case 'page-up':
			return list.cursor - Math.max(1, rows - 1);
		case 'page-down':
			return list.cursor + Math.max(1, rows - 1);
		case 'first':
			return 0;
		case 'last':
			return count - 1;
	}
}

/** @returns the list with its cursor within `count` and its window of `rows` around the cursor */
export function fitList(list: ListState, count: number, rows: number): ListState {
	const cursor = Math.max(0, Math.min(count - 1, list.cursor));
	const lowest = Math.max(0, count - rows);
	const top = Math.max(0, Math.min(lowest, list.top, cursor), cursor - rows + 1);
	return cursor === list.cursor && top === list.top ? list : { cursor, top };
}

/** @returns the list after a move; it stops at both ends */
export function moveList(list: ListState, move: ListMove, count: number, rows: number): ListState {
	return fitList({ ...list, cursor: target(fitList(list, count, rows), move, count, rows) }, count, rows);
}

/** @returns the first row to show of a text that is scrolled: every key moves what is seen, and back at once */
export function scrolled(top: number, move: ListMove, count: number, rows: number): number {
	const last = Math.max(0, count - rows);
	const at = Math.min(top, last);
	return Math.max(0, Math.min(last, target({ cursor: at, top: at }, move, count, rows)));
}

/** @returns indexes of the rows to draw: never more than `rows`, however long the list */
export function visibleRange(list: ListState, count: number, rows: number): { from: number; to: number } {
	const { top } = fitList(list, count, Math.max(1, rows));
	return { from: top, to: Math.min(count, top + Math.max(0, rows)) };
}
