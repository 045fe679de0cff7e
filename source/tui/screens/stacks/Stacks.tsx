import { Box } from 'ink';
import { Panel } from '../../components/Panel.tsx';
import { contentRows, layoutKind, splitColumns } from '../../layout.ts';
import type { ProjectElsewhere } from '../../ports.ts';
import { type StackRow, stackRows, stateText, stateTone } from '../../selectors/stacks.ts';
import type { UiState } from '../../store/state.ts';
import { type Line, line, span } from '../../text/line.ts';
import { clockTime } from '../../text/times.ts';
import { wrapLabelled } from '../../text/wrap-line.ts';
import { createTheme, type Theme } from '../../theme.ts';
import { fitList, visibleRange } from '../../widgets/list.ts';
import { emptyText } from '../home/empty-text.ts';
import type { ScreenModule, ViewProperties } from '../screen-module.ts';
import { detailLines } from './detail-lines.ts';
import { listHeader, listRow, listWidths } from './stack-list.ts';

export function rowsOf(state: UiState): readonly StackRow[] {
	const { filter, sort } = state.screens.stacks;
	return stackRows(state, filter, sort);
}

/** @returns the stack the cursor is on */
export function selectedStack(state: UiState): StackRow | undefined {
	const rows = rowsOf(state);
	return rows[fitList(state.screens.stacks.list, rows.length, 1).cursor];
}

/** @returns everything known of the selected stack, in rows of this width */
function factRows(state: UiState, width: number, theme: Theme): readonly Line[] {
	const row = selectedStack(state);
	if (row === undefined) return [];
	const facts = detailLines(row, state.data.details[row.entry.key], state.now, theme);
	return facts.flatMap((one) => wrapLabelled(one, width));
}

/** Cells and rows of the detail of a stack. */
function detailRoom({ size, zoom }: UiState): { readonly width: number; readonly height: number } {
	const rows = contentRows(size);
	const kind = layoutKind(size);
	if (kind === 'minimal') return { width: size.columns, height: rows };
	const width = kind === 'wide' && !zoom ? splitColumns(size.columns)[1] : size.columns;
	return { width: width - 2, height: rows - 2 };
}

// How many rows the facts need does not depend on how they look.
const anyTheme = createTheme({ ascii: false, color: false, screenReader: false });

function elsewhere(state: UiState): readonly ProjectElsewhere[] {
	return state.data.states.value?.elsewhere ?? [];
}

function listHeight(state: UiState, rows: number): number {
	return Math.max(1, rows - (elsewhere(state).length === 0 ? 4 : 5));
}

/** Running projects that no backup holds, with their paths, and the key that adds them. */
function elsewhereLines(state: UiState): readonly Line[] {
	const found = elsewhere(state);
	if (found.length === 0) return [];
	const what = found.length === 1 ? 'one more project runs' : `${found.length} more projects run`;
	const paths = found.map(({ directory }) => directory).join(', ');
	return [line('  ', span(`! ${what}, not listed (+ adds): ${paths}`, 'warning'))];
}

function title(state: UiState): string {
	const entries = state.data.stacks.value?.entries ?? [];
	const on = entries.filter((entry) => entry.enabled).length;
	const { filter, sort } = state.screens.stacks;
	return `Stacks ${on} on / ${entries.length}   filter: ${filter || 'none'}   sort: ${sort}`;
}

function dirlistLine(state: UiState): Line {
	const { value, trouble } = state.data.stacks;
	if (trouble !== undefined) return line('  ', span(`${trouble.message}  ${trouble.hint ?? ''}`, 'bad'));
	const { savedAt } = state.screens.stacks;
	const saved = savedAt === undefined ? '' : `   saved ${clockTime(savedAt)}, changes by others kept`;
	return line('  ', span(`dirlist: ${value?.dirlist ?? ''}${saved}`, 'muted'));
}

function listLines(
	state: UiState,
	theme: Theme,
	width: number,
	rows: number,
): { readonly lines: Line[]; readonly selected: number } {
	const all = rowsOf(state);
	const height = listHeight(state, rows);
	const list = fitList(state.screens.stacks.list, all.length, height);
	const { from, to } = visibleRange(list, all.length, height);
	const widths = listWidths(all, width);
	const body = all
		.slice(from, to)
		.map((row, index) => listRow(row, widths, from + index === list.cursor, state.now, theme));
	if (all.length === 0) body.push(line('  ', span(emptyText(state, state.screens.stacks.filter), 'muted')));
	const blank = Array.from({ length: Math.max(0, height - body.length) }, (): Line => []);
	const more = all.length > height ? line('  ', span(`${list.cursor + 1}/${all.length}`, 'muted')) : [];
	return {
		lines: [
			listHeader(widths, theme),
			...body,
			...blank,
			...elsewhereLines(state),
			more.length > 0 ? [...more, ...dirlistLine(state)] : dirlistLine(state),
		],
		selected: all.length === 0 ? -1 : list.cursor - from + 1,
	};
}

function View({ state, theme, columns, rows, wide }: ViewProperties) {
	const { detail, detailTop } = state.screens.stacks;
	const name = selectedStack(state)?.entry.name ?? '';
	if (detail && !wide) {
		const all = factRows(state, columns - 2, theme);
		const top = Math.max(0, Math.min(detailTop, all.length - rows + 2));
		const more = all.length - top - rows + 2;
		return (
			<Panel
				title={`${name}${more > 0 ? `   ${more} more: Down` : ''}`}
				lines={all.slice(top)}
				width={columns}
				height={rows}
				focused
			/>
		);
	}
	const [left, right] = wide && !state.zoom ? splitColumns(columns) : [columns, 0];
	const facts = right > 0 ? factRows(state, right - 2, theme) : [];
	const { lines, selected } = listLines(state, theme, left - 2, rows);
	return (
		<Box>
			<Panel
				title={title(state)}
				lines={lines}
				width={left}
				height={rows}
				selected={selected}
				focused={!detail}
			/>
			{right > 0 && (
				<Panel
					title={name}
					lines={facts.slice(detail ? detailTop : 0)}
					width={right}
					height={rows}
					focused={detail}
				/>
			)}
		</Box>
	);
}

function minimal(state: UiState, theme: Theme, rows: number): Line[] {
	const all = rowsOf(state);
	if (state.screens.stacks.detail && selectedStack(state) !== undefined) {
		const facts = factRows(state, state.size.columns, theme);
		return facts.slice(Math.max(0, Math.min(state.screens.stacks.detailTop, facts.length - rows)));
	}
	const entries = state.data.stacks.value?.entries ?? [];
	const more = elsewhere(state).length;
	const head = line(
		`${entries.filter((entry) => entry.enabled).length} on of ${entries.length}`,
		span(more === 0 ? '' : `, ${more} elsewhere: +`, 'warning'),
	);
	const list = fitList(state.screens.stacks.list, all.length, rows - 1);
	const { from, to } = visibleRange(list, all.length, rows - 1);
	if (all.length === 0) return [head, line(span(emptyText(state, state.screens.stacks.filter), 'muted'))];
	return [
		head,
		...all
			.slice(from, to)
			.map((one, index) =>
				line(
					from + index === list.cursor ? theme.symbols.pointer : ' ',
					theme.linear ? (one.entry.enabled ? 'on  ' : 'off ') : one.entry.enabled ? '[x] ' : '[ ] ',
					`${one.entry.name} `,
					span(stateText(one.entry, one.status), stateTone(one.entry, one.status)),
				),
			),
	];
}

/** The editor of the dirlist: what is backed up. */
export const stacks: ScreenModule = {
	contexts: () => ['stacks', 'list', 'global'],
	list: (state) => {
		const screen = state.screens.stacks;
		const rows = contentRows(state.size);
		if (screen.detail) {
			const { width, height } = detailRoom(state);
			const last = Math.max(0, factRows(state, width, anyTheme).length - height);
			const top = Math.min(screen.detailTop, last);
			return {
				count: last + 1,
				rows: 1,
				list: { cursor: top, top },
				with: (list) => ({ ...screen, detailTop: list.cursor }),
			};
		}
		return {
			count: rowsOf(state).length,
			rows: layoutKind(state.size) === 'minimal' ? Math.max(1, rows - 1) : listHeight(state, rows),
			list: screen.list,
			with: (list) => ({ ...screen, list }),
		};
	},
	View,
	minimal,
};
