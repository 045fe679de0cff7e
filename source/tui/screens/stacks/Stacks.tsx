import { Box } from 'ink';
import { Panel } from '../../components/Panel.tsx';
import { contentRows, layoutKind, splitColumns } from '../../layout.ts';
import type { ProjectElsewhere } from '../../ports.ts';
import { type StackRow, stackRows, stateText, stateTone } from '../../selectors/stacks.ts';
import type { UiState } from '../../store/state.ts';
import { type Line, line, span } from '../../text/line.ts';
import { clockTime } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';
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
	const row = selectedStack(state);
	const facts =
		row === undefined ? [] : detailLines(row, state.data.details[row.entry.key], state.now, theme);
	const name = row?.entry.name ?? '';
	if (detail && !wide) {
		return <Panel title={name} lines={facts.slice(detailTop)} width={columns} height={rows} focused />;
	}
	const [left, right] = wide && !state.zoom ? splitColumns(columns) : [columns, 0];
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
	const row = selectedStack(state);
	if (state.screens.stacks.detail && row !== undefined)
		return detailLines(row, state.data.details[row.entry.key], state.now, theme).slice(
			state.screens.stacks.detailTop,
		);
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
		if (screen.detail) {
			return {
				count: 60,
				rows: 1,
				list: { cursor: screen.detailTop, top: screen.detailTop },
				with: (list) => ({ ...screen, detailTop: list.cursor }),
			};
		}
		const rows = contentRows(state.size);
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
