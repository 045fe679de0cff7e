import type { RunInfo } from '../../../runs/run-files.ts';
import { formatDuration } from '../../../runs/units.ts';
import { phaseInWords } from '../../../runs/words.ts';
import type { RunView } from '../../run/run-view.ts';
import { currentStack, progressShare } from '../../run/summary.ts';
import { runResult, shortRunId } from '../../selectors/runs.ts';
import type { UiState } from '../../store/state.ts';
import { formatRate } from '../../text/amounts.ts';
import { wrapCells } from '../../text/cells.ts';
import { type Line, line, span } from '../../text/line.ts';
import { formatClock } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';
import { whereLines } from './now-lines.ts';
import { shortStackLines, stackLines } from './stack-lines.ts';

/** A run on a small terminal: what is done now, the downtime, the rate, then the stacks. */
export function runMinimal(
	state: UiState,
	shown: { readonly info: RunInfo; readonly view: RunView | undefined } | undefined,
	theme: Theme,
	rows: number,
): Line[] {
	if (shown === undefined) return [line('No run yet.'), line('B backs up')];
	const { info, view } = shown;
	const result = runResult(info);
	const lines: Line[] = [line(`${info.command} ${shortRunId(info.id)} `, span(result.text, result.tone))];
	if (view === undefined) return lines;
	const stack = currentStack(view);
	const share = progressShare(view);
	if (stack !== undefined) {
		const phase = stack.phases.findLast((one) => one.end === undefined)?.phase ?? '';
		const percent = share === undefined ? '' : ` ${Math.floor(share * 100)}%`;
		lines.push(line(`${stack.stack} `, span(`${phaseInWords(phase).toUpperCase()}${percent}`, 'accent')));
		if (stack.downSince !== undefined) {
			const left = view.progress?.secondsLeft;
			const eta = left === undefined ? '' : `  ETA ${formatDuration(left * 1000)}`;
			lines.push(line(span(`DOWN ${formatClock(state.now - stack.downSince)}${eta}`, 'warning')));
		}
	}
	const rate = view.progress === undefined ? undefined : (view.progress.bytesPerSecond ?? view.rates.at(-1));
	if (rate !== undefined) lines.push(line(formatRate(rate)));
	const { columns } = state.size;
	for (const problem of view.problems)
		for (const row of wrapCells(problem.message, columns)) lines.push(line(span(row, 'bad')));
	if (info.status !== 'running') lines.push(...whereLines(view, columns));
	const room = Math.max(0, rows - lines.length);
	const stacks = theme.linear
		? stackLines(view, view.stacks, state.now, 78, theme)
		: shortStackLines(view, state.now, columns, theme);
	return [...lines, ...stacks.slice(0, room)];
}
