import { Box } from 'ink';
import { layoutKind } from '../layout.ts';
import type { Dialog, UiState } from '../store/state.ts';
import { wrapCells } from '../text/cells.ts';
import { type Line, line, span } from '../text/line.ts';
import type { Theme } from '../theme.ts';
import { fitList, visibleRange } from '../widgets/list.ts';
import { dialogWidth, textRows } from './dialog-text.ts';
import { diffLines } from './diff-lines.ts';
import { helpLines } from './help-lines.ts';
import { inputLine } from './input-line.ts';
import { Lines } from './Lines.tsx';
import { Panel } from './Panel.tsx';
import { paletteLines } from './palette-lines.ts';
import { pickerLines } from './picker-lines.ts';
import { useTheme } from './theme-context.ts';

interface Properties {
	readonly dialog: Dialog;
	readonly state: UiState;
	readonly columns: number;
	readonly rows: number;
}

interface Content {
	readonly title: string;
	readonly lines: readonly Line[];
	readonly selected?: number;
	/** Rows it would like; the rest of the room stays blank. */
	readonly height: number;
}

function confirmContent(dialog: Extract<Dialog, { kind: 'confirm' }>, width: number, theme: Theme): Content {
	const lines: Line[] = dialog.lines.flatMap((text) => wrapCells(text, width).map((row) => line(row)));
	if (dialog.command !== undefined) {
		lines.push([]);
		for (const row of wrapCells(dialog.command, width)) lines.push(line(span(row, 'muted')));
	}
	lines.push([]);
	if (dialog.typeName === undefined) lines.push(line(span('y', 'accent'), ' = yes     Enter or Esc = no'));
	else {
		lines.push(line(`Type ${dialog.typeName} to go on:`));
		lines.push(inputLine('> ', dialog.input, width, theme));
	}
	return { title: dialog.title, lines, height: lines.length + 2 };
}

function contentOf(dialog: Dialog, state: UiState, width: number, height: number, theme: Theme): Content {
	switch (dialog.kind) {
		case 'confirm':
			return confirmContent(dialog, width, theme);
		case 'prompt':
			return { title: dialog.label, lines: [inputLine('> ', dialog.input, width, theme)], height: 3 };
		case 'help': {
			const all = helpLines(state, dialog.input.value, width, theme);
			const from = Math.max(0, Math.min(dialog.list.top, all.length - height + 2));
			const more = all.length - from - height + 2;
			return {
				title: `Keys here: type to search${more > 0 ? `   ${more} more: Down` : ''}`,
				lines: [inputLine('/', dialog.input, width, theme), [], ...all.slice(from, from + height - 2)],
				height: all.length + 4,
			};
		}
		case 'palette': {
			const all = paletteLines(state, dialog, theme);
			const list = fitList(dialog.list, all.length, height - 2);
			const { from, to } = visibleRange(list, all.length, height - 2);
			return {
				title: 'Go to, or run an action',
				lines: [inputLine(':', dialog.input, width, theme), [], ...all.slice(from, to)],
				selected: list.cursor - from + 2,
				height: all.length + 4,
			};
		}
		case 'picker':
			return {
				title: `Add a stack: ${dialog.path}`,
				...pickerLines(dialog, height, theme),
				height: height + 2,
			};
		case 'text': {
			const all = textRows(dialog, width);
			const top = Math.max(0, Math.min(dialog.top, all.length - height));
			const shown = all.slice(top, top + height);
			const where = shown.length === all.length ? '' : `   ${top + 1}-${top + shown.length}/${all.length}`;
			return {
				title: `${dialog.title}${dialog.loading ? ` ${theme.symbols.ellipsis}` : ''}${where}`,
				lines: shown.map((row) => line(row)),
				height: all.length + 2,
			};
		}
		case 'diff':
			return { title: dialog.title, ...diffLines(dialog, height, theme), height: height + 2 };
	}
}

/** A dialog over the screen; it has all the keys while it is open. */
export function DialogView({ dialog, state, columns, rows }: Properties) {
	const theme = useTheme();
	if (layoutKind(state.size, theme.linear) === 'minimal') {
		const content = contentOf(dialog, state, columns, rows - 1, theme);
		return (
			<Lines
				lines={[line(span(content.title, 'title')), ...content.lines]}
				width={columns}
				height={rows}
				selected={content.selected === undefined ? undefined : content.selected + 1}
			/>
		);
	}
	const width = dialogWidth(dialog.kind, columns);
	const content = contentOf(dialog, state, width - 4, rows - 4, theme);
	const height = Math.min(rows - 2, Math.max(content.height, 3));
	const left = Math.floor((columns - width) / 2);
	const top = Math.max(0, Math.floor((rows - height) / 3));
	return (
		<Box marginLeft={left} marginTop={top} flexDirection="column">
			<Panel
				title={content.title}
				lines={content.lines.map((one) => [span(' '), ...one])}
				width={width}
				height={height}
				selected={content.selected}
				tone="accent"
				focused
			/>
		</Box>
	);
}
