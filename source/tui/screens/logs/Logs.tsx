import { PanelRow } from '../../components/PanelRow.tsx';
import { contentRows, layoutKind } from '../../layout.ts';
import { runLookedAt, runResult, shortRunId } from '../../selectors/runs.ts';
import type { LogLine, UiState } from '../../store/state.ts';
import { groupDigits } from '../../text/amounts.ts';
import { cellWidth, cutEnd, padEnd, wrapCells } from '../../text/cells.ts';
import { type Line, line, span, type Tone } from '../../text/line.ts';
import { clockSeconds, dateText, formatWhen } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';
import { fitList, visibleRange } from '../../widgets/list.ts';
import type { ScreenModule, ViewProperties } from '../screen-module.ts';

/** Lines of the log that fit on the screen. */
export function logRows(state: UiState): number {
	const rows = contentRows(state.size);
	return layoutKind(state.size) === 'minimal' ? Math.max(1, rows - 1) : Math.max(1, rows - 2);
}

const tones: Readonly<Record<LogLine['level'], Tone>> = {
	debug: 'muted',
	info: 'plain',
	warn: 'warning',
	error: 'bad',
};
const letters: Readonly<Record<LogLine['level'], string>> = { debug: 'D', info: 'I', warn: 'W', error: 'E' };

function timeText(at: number, form: UiState['screens']['logs']['time']): string {
	if (form === 'none' || Number.isNaN(at)) return '';
	return form === 'date' ? `${dateText(at)} ${clockSeconds(at)} ` : `${clockSeconds(at)} `;
}

/** A line of the log as one or several rows of the screen. */
function lineRows(
	one: LogLine,
	state: UiState,
	width: number,
	subjects: number,
	selected: boolean,
	theme: Theme,
): Line[] {
	const { time, wrap, search } = state.screens.logs;
	const before = `${timeText(one.at, time)}${letters[one.level]} ${padEnd(cutEnd(one.subject, subjects, theme.symbols.ellipsis), subjects)} `;
	const tone = tones[one.level];
	const room = Math.max(10, width - cellWidth(before) - 1);
	const found = search !== '' && one.text.toLowerCase().includes(search.toLowerCase());
	const texts = wrap ? wrapCells(one.text, room) : [one.text];
	const rows: Line[] = texts.map((text, index) => [
		span(index === 0 && selected ? theme.symbols.pointer : ' ', 'accent'),
		span(
			index === 0 ? before : ' '.repeat(cellWidth(before)),
			index === 0 && tone !== 'plain' ? tone : 'muted',
		),
		{ text, tone, ...(found ? { bold: true } : {}) },
	]);
	if (one.hint !== undefined) {
		const hints = wrap ? wrapCells(`hint: ${one.hint}`, room) : [`hint: ${one.hint}`];
		for (const text of hints) rows.push(line(' '.repeat(cellWidth(before) + 1), span(text, 'muted')));
	}
	return rows;
}

/** @returns the rows on the screen; the selected line is always among them */
function visibleRows(
	state: UiState,
	width: number,
	height: number,
	theme: Theme,
): { readonly rows: Line[]; readonly selected: number | undefined } {
	const { log } = state.data;
	const screen = state.screens.logs;
	const cursor = screen.follow ? log.total - 1 : fitList(screen.list, log.total, height).cursor;
	const rows: Line[] = [];
	const subjects = Math.min(
		Math.max(10, Math.floor(width / 5)),
		Math.max(0, ...log.lines.map((one) => cellWidth(one.subject))),
	);
	let first = 0;
	let last = 0;
	log.lines.forEach((one, index) => {
		const chosen = log.from + index === cursor;
		if (chosen) first = rows.length;
		rows.push(...lineRows(one, state, width, subjects, chosen && !screen.follow, theme));
		if (chosen) last = rows.length;
	});
	const drop = screen.follow ? Math.max(0, rows.length - height) : Math.max(0, last - height);
	return { rows: rows.slice(drop), selected: screen.follow || log.total === 0 ? undefined : first - drop };
}

function title(state: UiState): string {
	const screen = state.screens.logs;
	const info = runLookedAt(state, screen.id);
	if (info === undefined) return 'Logs';
	const { log } = state.data;
	const last = Math.min(log.total, log.from + log.lines.length);
	const parts = [
		`Run ${shortRunId(info.id)} (${info.command} ${formatWhen(Date.parse(info.startedAt), state.now)})`,
		`level >= ${screen.level}`,
		`follow ${screen.follow ? 'ON' : 'OFF'}`,
		...(screen.search === '' ? [] : [`/${screen.search}${log.searching ? ' searching' : ''}`]),
		log.total === 0 ? '0' : `${groupDigits(log.from + 1)}-${groupDigits(last)}/${groupDigits(log.total)}`,
	];
	return parts.join('   ');
}

function emptyText(state: UiState): string {
	if (runLookedAt(state, state.screens.logs.id) === undefined)
		return state.data.runs.value === undefined ? 'looking for runs …' : 'No run yet, so no log.';
	const { log } = state.data;
	if (log.loading) return 'reading …';
	return log.whole > 0
		? `No line of level ${state.screens.logs.level} or worse (v shows more)`
		: 'The log is empty.';
}

function runList(
	state: UiState,
	height: number,
	theme: Theme,
): { readonly lines: Line[]; readonly selected: number } {
	const runs = state.data.runs.value ?? [];
	const current = runs.findIndex((run) => run.id === runLookedAt(state, state.screens.logs.id)?.id);
	const { from, to } = visibleRange(
		{ cursor: current, top: current - Math.floor(height / 2) },
		runs.length,
		height,
	);
	const lines = runs.slice(from, to).map((run, index) => {
		const { mark, tone } = runResult(run);
		const sign = mark === 'running' ? theme.symbols.running : theme.symbols[mark];
		const when = formatWhen(Date.parse(run.startedAt), state.now);
		return line(
			from + index === current ? theme.symbols.pointer : ' ',
			span(`${sign} `, tone),
			`${shortRunId(run.id)} ${when.padEnd(12)} ${run.command}`,
		);
	});
	return { lines, selected: current - from };
}

function View({ state, theme, columns, rows, wide }: ViewProperties) {
	const side = wide && !state.zoom ? 34 : 0;
	const width = columns - side;
	const { rows: lines, selected } = visibleRows(state, width - 2, rows - 2, theme);
	const shown = lines.length === 0 ? [line(span(emptyText(state), 'muted'))] : lines;
	const log = { title: title(state), lines: shown, width, height: rows, selected, focused: true };
	if (side === 0) return <PanelRow panels={[log]} />;
	const runs = { title: 'Runs  [ ]', width: side, height: rows, ...runList(state, rows - 2, theme) };
	return <PanelRow panels={[runs, log]} />;
}

/** What runs wrote: any run, from its first line to the one being written. */
export const logs: ScreenModule = {
	contexts: () => ['logs', 'list', 'global'],
	list: (state) => {
		const { total } = state.data.log;
		const rows = logRows(state);
		const screen = state.screens.logs;
		return {
			count: total,
			rows,
			list: screen.follow ? { cursor: Math.max(0, total - 1), top: Math.max(0, total - rows) } : screen.list,
			with: (list) => ({ ...screen, list, follow: screen.follow && list.cursor >= total - 1 }),
		};
	},
	View,
	minimal: (state, theme, rows) => {
		const { rows: lines } = visibleRows(state, state.size.columns, rows - 1, theme);
		return [
			line(span(title(state), 'title')),
			...(lines.length === 0 ? [line(span(emptyText(state), 'muted'))] : lines),
		];
	},
};
