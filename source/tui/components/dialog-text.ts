import { contentRows, layoutKind, type Size } from '../layout.ts';
import type { Dialog, UiState } from '../store/state.ts';
import { wrapCells } from '../text/cells.ts';
import type { Theme } from '../theme.ts';
import { createTheme } from '../theme.ts';
import { type ListMove, scrolled } from '../widgets/list.ts';
import { helpLines } from './help-lines.ts';

type Broad = 'help' | 'diff' | 'picker';
const broad: readonly string[] = ['help', 'diff', 'picker'] satisfies readonly Broad[];

/** @returns cells of a dialog, borders included, where it has one */
export function dialogWidth(kind: Dialog['kind'], columns: number): number {
	return Math.min(columns - 4, broad.includes(kind) ? 96 : 76);
}

/** Cells and rows for the text of a dialog. */
function room(kind: Dialog['kind'], size: Size): { readonly width: number; readonly height: number } {
	const rows = contentRows(size);
	if (layoutKind(size) === 'minimal') return { width: size.columns, height: rows - 1 };
	return { width: dialogWidth(kind, size.columns) - 4, height: rows - 4 };
}

/** @returns the text of a dialog in rows of this width */
export function textRows(dialog: Extract<Dialog, { kind: 'text' }>, width: number): readonly string[] {
	return dialog.lines.flatMap((text) => wrapCells(text, width));
}

// How many rows the help has does not depend on how it looks.
const anyTheme: Theme = createTheme({ ascii: false, color: false, screenReader: false });

/** @returns the first row to show after a move, of the help or a text that is longer than its dialog */
export function scrolledDialog(
	dialog: Extract<Dialog, { kind: 'text' | 'help' }>,
	move: ListMove,
	state: UiState,
): number {
	const { width, height } = room(dialog.kind, state.size);
	if (dialog.kind === 'text') return scrolled(dialog.top, move, textRows(dialog, width).length, height);
	const count = helpLines(state, dialog.input.value, width, anyTheme).length;
	// Two rows are for what is searched.
	return scrolled(dialog.list.top, move, count, height - 2);
}
