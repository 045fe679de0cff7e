import { attention, verdict } from '../../selectors/attention.ts';
import { lastBackup, runningRuns, runResult } from '../../selectors/runs.ts';
import { stateText } from '../../selectors/stacks.ts';
import type { UiState } from '../../store/state.ts';
import { type Line, line, span } from '../../text/line.ts';
import { formatAge, formatWhen } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';
import { fitList, visibleRange } from '../../widgets/list.ts';
import { emptyText } from './empty-text.ts';
import { homeRows } from './home-rows.ts';
import { healthMark } from './stack-table.ts';

/** Home on a small terminal: the verdict, the last run, the worst trouble, the stacks. */
export function homeMinimal(state: UiState, theme: Theme, rows: number): Line[] {
	const needs = attention(state);
	const judged = verdict(state);
	const run = lastBackup(state);
	const [running] = runningRuns(state);
	const all = homeRows(state);
	const head: Line[] = [line(span(`Health: ${judged.text}`, judged.tone))];
	if (running !== undefined) head.push(line(span(`${running.command} is running: 3`, 'accent')));
	if (run !== undefined)
		head.push(line(`Last ${runResult(run).text} ${formatWhen(Date.parse(run.startedAt), state.now)}`));
	for (const one of needs.slice(0, theme.linear ? 20 : 1))
		head.push(line(span(`${theme.symbols[one.level]} ${one.text}`, one.level)));
	const height = Math.max(1, rows - head.length);
	const list = fitList(state.screens.home.list, all.length, height);
	const { from, to } = visibleRange(list, all.length, height);
	const lines = all
		.slice(from, to)
		.map((row, index) =>
			line(
				from + index === list.cursor ? theme.symbols.pointer : ' ',
				healthMark(row, theme),
				` ${row.entry.name} `,
				span(stateText(row.entry, row.status), 'muted'),
				row.entry.enabled ? ` ${formatAge(row.lastGood && Date.parse(row.lastGood.at), state.now)}` : ' off',
			),
		);
	return [
		...head,
		...(all.length === 0 ? [line(span(emptyText(state, state.screens.home.filter), 'muted'))] : lines),
	];
}
