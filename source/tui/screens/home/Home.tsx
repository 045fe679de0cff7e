import { Box } from 'ink';
import { Panel } from '../../components/Panel.tsx';
import { contentRows, layoutKind, splitColumns } from '../../layout.ts';
import { type Attention, attention, verdict } from '../../selectors/attention.ts';
import type { UiState } from '../../store/state.ts';
import { wrapCells } from '../../text/cells.ts';
import { type Line, line, span, spread } from '../../text/line.ts';
import type { Theme } from '../../theme.ts';
import { fitList, visibleRange } from '../../widgets/list.ts';
import type { ScreenModule, ViewProperties } from '../screen-module.ts';
import { stackFacts } from './details.ts';
import { emptyText } from './empty-text.ts';
import { healthLines } from './health.ts';
import { homeMinimal } from './home-minimal.ts';
import { homeRows } from './home-rows.ts';
import { runRow, runsHeader } from './recent-runs.ts';
import { tableHeader, tableRow, tableWidths } from './stack-table.ts';

/** How many rows each panel gets, borders included. */
function heights(state: UiState, kind: 'normal' | 'wide', rows: number) {
	const health = healthLines(state, noTheme).length + 2;
	if (kind === 'wide') {
		const runs = Math.max(5, Math.min(13, Math.floor(rows * 0.27)));
		return { health: Math.max(health, 8), attention: Math.max(health, 8), runs };
	}
	const needs = attention(state).length;
	// What the stacks leave free; at least three rows of it.
	const spare = rows - health - homeRows(state).length - 3;
	return { health, attention: needs === 0 ? 0 : Math.min(2 + needs, Math.max(5, spare)), runs: 0 };
}
const noTheme = { symbols: { ok: '', warning: '', bad: '', running: '' } } as unknown as Theme;

function listRows(state: UiState): number {
	const kind = layoutKind(state.size);
	const rows = contentRows(state.size);
	if (kind === 'minimal') return 1;
	const { health, attention: needs, runs } = heights(state, kind, rows);
	return Math.max(1, rows - (kind === 'wide' ? health + runs : health + needs) - 3);
}

function attentionTitle(needs: number, height: number): string {
	const shown = height - 2;
	return needs > shown ? `Needs attention: the worst ${shown} of ${needs}` : 'Needs attention';
}

/** What needs attention: each in one row, or in full where there is room for that. */
function attentionLines(list: readonly Attention[], width: number, height: number, theme: Theme): Line[] {
	if (list.length === 0) return [line(span('nothing', 'muted'))];
	const row = (one: Attention, mark: string, text: string) =>
		spread(
			line(span(mark, one.level), text),
			line(span(` ${one.key}`, 'accent'), ` = ${one.does}`),
			width,
			theme.symbols.ellipsis,
		);
	const whole = list.flatMap((one) => {
		const mark = `${theme.symbols[one.level]} `;
		const rows = wrapCells(one.text, width - mark.length - one.key.length - one.does.length - 4);
		const before = rows
			.slice(0, -1)
			.map((text, index) => line(span(index === 0 ? mark : '  ', one.level), text));
		return [...before, row(one, rows.length === 1 ? mark : '  ', rows.at(-1) ?? '')];
	});
	if (whole.length <= height) return whole;
	return list.map((one) => row(one, `${theme.symbols[one.level]} `, one.text));
}

function stackLines(
	state: UiState,
	theme: Theme,
	width: number,
	height: number,
): { lines: Line[]; selected: number } {
	const rows = homeRows(state);
	const widths = tableWidths(rows, width);
	const list = fitList(state.screens.home.list, rows.length, height);
	const { from, to } = visibleRange(list, rows.length, height);
	const lines = [
		tableHeader(widths, theme),
		...rows
			.slice(from, to)
			.map((row, index) => tableRow(row, widths, from + index === list.cursor, state.now, theme)),
	];
	if (rows.length === 0) lines.push(line('  ', span(emptyText(state, state.screens.home.filter), 'muted')));
	return { lines, selected: rows.length === 0 ? -1 : list.cursor - from + 1 };
}

function stacksTitle(state: UiState): string {
	const entries = state.data.stacks.value?.entries ?? [];
	const on = entries.filter((entry) => entry.enabled).length;
	const { filter } = state.screens.home;
	return `Stacks ${on} on / ${entries.length}${filter === '' ? '' : `   filter: ${filter}`}`;
}

function View({ state, theme, columns, rows, wide }: ViewProperties) {
	const needs = attention(state);
	const judged = verdict(state);
	const { health, attention: attentionHeight, runs } = heights(state, wide ? 'wide' : 'normal', rows);
	const title = `Health: ${judged.text}`;
	const [left, right] = wide ? splitColumns(columns) : [columns, 0];
	const middle = rows - health - (wide ? runs : attentionHeight);
	const table = stackLines(state, theme, left - 2, middle - 3);
	const rowsNow = homeRows(state);
	const chosen = rowsNow[fitList(state.screens.home.list, rowsNow.length, 1).cursor];
	if (state.zoom) {
		const whole = stackLines(state, theme, columns - 2, rows - 3);
		return (
			<Panel
				title={stacksTitle(state)}
				lines={whole.lines}
				width={columns}
				height={rows}
				selected={whole.selected}
				focused
			/>
		);
	}
	const stacks = (
		<Panel
			title={stacksTitle(state)}
			lines={table.lines}
			width={left}
			height={middle}
			selected={table.selected}
			focused
		/>
	);
	const healthPanel = (
		<Panel title={title} tone={judged.tone} lines={healthLines(state, theme)} width={left} height={health} />
	);
	if (!wide) {
		return (
			<Box flexDirection="column">
				{healthPanel}
				{stacks}
				{attentionHeight > 0 && (
					<Panel
						title={attentionTitle(needs.length, attentionHeight)}
						lines={attentionLines(needs, columns - 2, attentionHeight - 2, theme)}
						width={columns}
						height={attentionHeight}
					/>
				)}
			</Box>
		);
	}
	return (
		<Box flexDirection="column">
			<Box>
				{healthPanel}
				<Panel
					title={attentionTitle(needs.length, attentionHeight)}
					lines={attentionLines(needs, right - 2, attentionHeight - 2, theme)}
					width={right}
					height={attentionHeight}
				/>
			</Box>
			<Box>
				{stacks}
				<Panel
					title={chosen === undefined ? 'Details' : `Details: ${chosen.entry.name}`}
					lines={chosen === undefined ? [] : stackFacts(chosen, state.now, theme)}
					width={right}
					height={middle}
				/>
			</Box>
			<Panel
				title="Recent runs"
				lines={[
					runsHeader(theme),
					...(state.data.runs.value ?? [])
						.slice(0, runs - 3)
						.map((run) => runRow(run, state.now, false, theme)),
				]}
				width={columns}
				height={runs}
			/>
		</Box>
	);
}

/** Is everything all right, in one look. */
export const home: ScreenModule = {
	contexts: () => ['home', 'list', 'global'],
	list: (state) => ({
		count: homeRows(state).length,
		rows: listRows(state),
		list: state.screens.home.list,
		with: (list) => ({ ...state.screens.home, list }),
	}),
	View,
	minimal: homeMinimal,
};
