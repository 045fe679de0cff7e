import { Box } from 'ink';
import type { RunInfo } from '../../../runs/run-files.ts';
import { formatDuration } from '../../../runs/units.ts';
import { Panel } from '../../components/Panel.tsx';
import { contentRows, splitColumns } from '../../layout.ts';
import type { RunView, StackRunView } from '../../run/run-view.ts';
import { currentStack, timeLeft, totalDowntime } from '../../run/summary.ts';
import { runLookedAt, runningRuns, runResult, shortRunId } from '../../selectors/runs.ts';
import type { UiState } from '../../store/state.ts';
import { wrapCells } from '../../text/cells.ts';
import { type Line, line, span, type Tone } from '../../text/line.ts';
import { formatClock } from '../../text/times.ts';
import { fitList, visibleRange } from '../../widgets/list.ts';
import type { ScreenModule, ViewProperties } from '../screen-module.ts';
import { logLines } from './log-lines.ts';
import { countsLine, nowLines, whereLines } from './now-lines.ts';
import { runMinimal } from './run-minimal.ts';
import { otherLines, stackLines } from './stack-lines.ts';
import { timelineLines } from './timeline-lines.ts';

/** @returns the run on the screen and what its events told so far */
export function shownRun(
	state: UiState,
): { readonly info: RunInfo; readonly view: RunView | undefined } | undefined {
	const info = runLookedAt(state, state.screens.run.id);
	return info === undefined ? undefined : { info, view: state.data.views[info.id] };
}

/** @returns the first row of Run: which run, how long, how much is left */
function runTitle(info: RunInfo, view: RunView | undefined, now: number): string {
	const started = Date.parse(info.startedAt);
	const name = `Run ${shortRunId(info.id)}  ${info.command}${info.dryRun ? ' (dry run)' : ''}  ${info.trigger}`;
	if (info.status !== 'running') {
		const took = info.summary === undefined ? '' : `  took ${formatDuration(info.summary.ms)}`;
		return `${name}  ${runResult(info).text}${took}`;
	}
	const left = view === undefined ? undefined : timeLeft(view);
	const down = view === undefined ? 0 : totalDowntime(view, now);
	return [
		name,
		`elapsed ${formatClock(now - started)}`,
		...(left === undefined ? [] : [`left ~${formatClock(left)}`]),
		...(down === 0 ? [] : [`downtime ${formatClock(down)}`]),
	].join('  ');
}

/** The stacks to show when not all fit: the one at work, those around it. */
function stacksInView(view: RunView, rows: number): readonly StackRunView[] {
	if (view.stacks.length <= rows) return view.stacks;
	const at = Math.max(0, view.stacks.indexOf(currentStack(view) as StackRunView));
	const from = Math.max(0, Math.min(view.stacks.length - rows, at - Math.floor(rows / 2)));
	return view.stacks.slice(from, from + rows);
}

const killed =
	'The run was killed before it ended; the next run or `backup-tui recover` starts what it left down.';

/** What went wrong and the way out, in full: a cut command helps nobody. */
function problemLines(info: RunInfo, view: RunView, width: number): Line[] {
	const rows = (text: string, tone: Tone, indent = '') =>
		wrapCells(text, width - indent.length).map((row) => line(span(`${indent}${row}`, tone)));
	if (info.status === 'crashed') return rows(killed, 'bad');
	return view.problems.flatMap((problem) => [
		...rows(problem.message, 'bad'),
		...(problem.hint === undefined ? [] : rows(problem.hint, 'muted', '  ')),
	]);
}

function emptyLines(state: UiState): Line[] {
	if (state.data.runs.value === undefined) return [line(span('looking for runs …', 'muted'))];
	return [
		line('No run yet.'),
		[],
		line(span('B', 'accent'), ' backs up what is on   ', span('d', 'accent'), ' shows what that would do'),
	];
}

/** Rows of the command log on the screen, for scrolling. */
function logRows(state: UiState): number {
	return Math.max(3, Math.floor(contentRows(state.size) / 2) - 2);
}

function visibleLog(
	state: UiState,
	view: RunView,
	rows: number,
): { lines: Line[]; selected: number | undefined } {
	const { list, follow } = state.screens.run;
	const count = view.log.length;
	const at = follow ? { cursor: count - 1, top: Math.max(0, count - rows) } : list;
	const fitted = fitList(at, count, rows);
	const { from, to } = visibleRange(fitted, count, rows);
	return {
		lines: logLines(view.log.slice(from, to)),
		selected: follow || count === 0 ? undefined : fitted.cursor - from,
	};
}

function View({ state, theme, columns, rows, wide }: ViewProperties) {
	const shown = shownRun(state);
	if (shown === undefined)
		return <Panel title="Run" lines={emptyLines(state)} width={columns} height={rows} />;
	const { info, view } = shown;
	const other = runningRuns(state).some((run) => run.id !== info.id) && info.status !== 'running';
	const title = `${runTitle(info, view, state.now)}${other ? '   Esc: the run that is going on' : ''}`;
	if (view === undefined || view.seq === 0)
		return <Panel title={title} lines={[line(span('reading …', 'muted'))]} width={columns} height={rows} />;
	const tone = info.status === 'running' ? 'accent' : runResult(info).tone;
	const [leftWidth, rightWidth] = splitColumns(columns);
	const told = (width: number) => [...whereLines(view, width), ...problemLines(info, view, width)];
	if (state.zoom) {
		const log = visibleLog(state, view, rows - 2);
		return (
			<Panel
				title={`${title}   commands`}
				lines={log.lines}
				width={columns}
				height={rows}
				selected={log.selected}
				focused
			/>
		);
	}
	const others = otherLines(view, state.now, theme);
	if (!wide) {
		const problems = told(columns - 2);
		const room = Math.max(3, rows - 12 - others.length - problems.length);
		const head = [
			...stackLines(view, stacksInView(view, room), state.now, columns - 2, theme),
			...others,
			[],
			...nowLines(view, columns - 2, theme),
			...(info.status === 'running' ? [] : [countsLine(view), ...problems]),
		];
		const left = Math.max(1, rows - 3 - head.length);
		const log = visibleLog(state, view, left);
		return (
			<Panel
				title={title}
				tone={tone}
				lines={[...head, [], ...log.lines]}
				width={columns}
				height={rows}
				selected={log.selected === undefined ? undefined : head.length + 1 + log.selected}
			/>
		);
	}
	const stackRows = Math.min(view.stacks.length, Math.max(4, Math.floor(rows * 0.25)));
	const topHeight = Math.max(4, stackRows + Math.min(3, others.length) + 2);
	const middle = Math.max(9, Math.min(16, view.stacks.length + 6));
	const bottom = rows - topHeight - middle;
	const log = visibleLog(state, view, bottom - 2);
	return (
		<Box flexDirection="column">
			<Panel
				title={title}
				tone={tone}
				lines={[...stackLines(view, stacksInView(view, stackRows), state.now, columns - 2, theme), ...others]}
				width={columns}
				height={topHeight}
			/>
			<Box>
				<Panel
					title="Timeline"
					lines={timelineLines(view, leftWidth - 2, middle - 2, state.now, theme)}
					width={leftWidth}
					height={middle}
				/>
				<Panel
					title={info.status === 'running' ? `Now: ${currentStack(view)?.stack ?? info.command}` : 'Result'}
					lines={[
						...nowLines(view, rightWidth - 2, theme),
						countsLine(view),
						...(info.status === 'running'
							? [[], line(span(`pid ${info.pid}; goes on when you leave`, 'muted'))]
							: told(rightWidth - 2)),
					]}
					width={rightWidth}
					height={middle}
				/>
			</Box>
			<Panel
				title="Commands  (c copies one)"
				lines={log.lines}
				width={columns}
				height={bottom}
				selected={log.selected}
				focused
			/>
		</Box>
	);
}

/** A run: live, or as it was. */
export const run: ScreenModule = {
	contexts: () => ['run', 'list', 'global'],
	list: (state) => {
		const count = shownRun(state)?.view?.log.length ?? 0;
		const { list, follow } = state.screens.run;
		return {
			count,
			rows: logRows(state),
			list: follow ? { cursor: Math.max(0, count - 1), top: Math.max(0, count - logRows(state)) } : list,
			// Scrolling stops following; at the end it begins again.
			with: (next) => ({ ...state.screens.run, list: next, follow: next.cursor >= count - 1 }),
		};
	},
	View,
	minimal: (state, theme, rows) => runMinimal(state, shownRun(state), theme, rows),
};
