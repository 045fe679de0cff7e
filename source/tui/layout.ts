/** How much room there is: one fact per line, one pane, or two beside each other. */
export type LayoutKind = 'minimal' | 'normal' | 'wide';

export interface Size {
	readonly columns: number;
	readonly rows: number;
}

/** @returns the layout for a terminal of this size; a screen reader always gets one fact per line */
export function layoutKind(size: Size, linear = false): LayoutKind {
	if (linear || size.columns < 60 || size.rows < 16) return 'minimal';
	return size.columns >= 120 && size.rows >= 24 ? 'wide' : 'normal';
}

/** Rows between the tabs and the notice with the keys. */
export function contentRows(size: Size, linear = false): number {
	const fixed = layoutKind(size, linear) === 'minimal' ? 2 : 3;
	return Math.max(1, size.rows - fixed);
}

/** @returns widths of the two panes of a wide screen, left first */
export function splitColumns(columns: number, leftShare = 0.575): readonly [number, number] {
	const left = Math.floor(columns * leftShare);
	return [left, columns - left];
}
