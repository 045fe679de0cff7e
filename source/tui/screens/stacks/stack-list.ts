import { formatBytes } from '../../../runs/units.ts';
import { lastText, noteText, type StackRow, stateText, stateTone } from '../../selectors/stacks.ts';
import { cellWidth, cutStart } from '../../text/cells.ts';
import { columns, type Line, span } from '../../text/line.ts';
import type { Theme } from '../../theme.ts';

const fixed = { state: 13, size: 9, last: 16 };

const shownName = (row: StackRow) => (row.entry.external ? row.entry.directory : row.entry.name);

/** @returns cells of the name and note columns in a panel of this inner width */
export function listWidths(
	rows: readonly StackRow[],
	width: number,
): { readonly name: number; readonly note: number } {
	const others = 6 + fixed.state + fixed.size + fixed.last + 1 + 4;
	const widest = Math.max(12, ...rows.slice(0, 300).map((row) => cellWidth(shownName(row))));
	const name = Math.min(widest, Math.max(12, width - others - 16));
	return { name, note: Math.max(0, width - others - name) };
}

export function listHeader(widths: { readonly name: number; readonly note: number }, theme: Theme): Line {
	const head = (text: string, width: number, right = false) => ({
		text,
		width,
		right,
		tone: 'muted' as const,
	});
	return columns(
		[
			head('', 5),
			head('STACK', widths.name),
			head('STATE', fixed.state),
			head('SIZE', fixed.size, true),
			head(' LAST BACKUP', fixed.last + 1),
			head('NOTE', widths.note),
		],
		theme.symbols.ellipsis,
	);
}

/** @returns one stack with its check box */
export function listRow(
	row: StackRow,
	widths: { readonly name: number; readonly note: number },
	selected: boolean,
	now: number,
	theme: Theme,
): Line {
	const { entry, status, last } = row;
	const when = lastText(row, now);
	const note = noteText(row);
	const size = last?.totalBytes;
	return [
		span(selected ? `${theme.symbols.pointer} ` : '  ', 'accent'),
		span(entry.enabled ? '[x] ' : '[ ] ', entry.enabled ? 'ok' : 'muted'),
		...columns(
			[
				{ text: cutStart(shownName(row), widths.name, theme.symbols.ellipsis), width: widths.name },
				{
					text: stateText(entry, status) || theme.symbols.ellipsis,
					width: fixed.state,
					tone: stateTone(entry, status),
				},
				{ text: size === undefined ? '-' : formatBytes(size), width: fixed.size, right: true },
				{ text: ` ${when.text}`, width: fixed.last + 1, tone: when.tone },
				{ text: note.text, width: widths.note, tone: note.tone },
			],
			theme.symbols.ellipsis,
		),
	];
}
