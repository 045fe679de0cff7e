import { formatBytes, formatDuration } from '../../../runs/units.ts';
import { stackProgress } from '../../run/summary.ts';
import { toneOfLevel } from '../../selectors/attention.ts';
import { typicalDowntime } from '../../selectors/history.ts';
import { lastBackup, runningRuns, runResult, shortRunId } from '../../selectors/runs.ts';
import { stackRows } from '../../selectors/stacks.ts';
import type { UiState } from '../../store/state.ts';
import { type Line, line, type Span, span } from '../../text/line.ts';
import { formatWhen } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';

const label = (text: string): Span => span(text.padEnd(11), 'muted');

function lastRunLine(state: UiState, theme: Theme): Line {
	const run = lastBackup(state);
	if (state.data.runs.value === undefined && state.data.runs.loading)
		return line(label('Last run'), 'looking ...');
	if (run === undefined) return line(label('Last run'), span('no backup yet', 'warning'));
	const { text, tone, mark } = runResult(run);
	const { summary } = run;
	const when = formatWhen(Date.parse(run.startedAt), state.now);
	const facts =
		summary === undefined
			? ''
			: `${formatDuration(summary.ms)}, ${summary.ok}/${summary.ok + summary.failed} stacks, +${formatBytes(summary.addedBytes)}`;
	const symbol = mark === 'running' ? theme.symbols.running : theme.symbols[mark];
	return line(label('Last run'), span(`${symbol} ${text}`.padEnd(12), tone), `  ${when}   ${facts}`);
}

function nowLine(state: UiState, theme: Theme): Line | undefined {
	const [run] = runningRuns(state);
	if (run === undefined) return undefined;
	const view = state.data.views[run.id];
	const progress = view === undefined ? '' : `  ${stackProgress(view)}`;
	return line(
		label('Now'),
		span(`${theme.symbols.running} ${run.command} ${shortRunId(run.id)}${progress}`, 'accent'),
		`  since ${formatWhen(Date.parse(run.startedAt), state.now)}   3 shows it`,
	);
}

/** @returns the time the enabled stacks will be off, from their history; empty when nothing is known */
function expectedDowntime(state: UiState): string {
	const known = stackRows(state, '', 'name')
		.filter((row) => row.entry.enabled)
		.flatMap((row) => {
			const ms = typicalDowntime(row.history);
			return ms === undefined ? [] : [{ name: row.entry.name, ms }];
		})
		.sort((a, b) => b.ms - a.ms);
	const [longest] = known;
	if (longest === undefined) return '';
	const total = known.reduce((sum, one) => sum + one.ms, 0);
	return `${formatDuration(total)} total; longest ${longest.name} ${formatDuration(longest.ms)}`;
}

function cloudLine(state: UiState, theme: Theme): Line | undefined {
	const cloud = state.data.overview.value?.cloud;
	if (cloud === undefined) return undefined;
	const tone = toneOfLevel(cloud.level);
	return line(label('Cloud'), span(`${theme.symbols[tone]} ${cloud.text}`, tone));
}

/** @returns the facts at the top of Home */
export function healthLines(state: UiState, theme: Theme): Line[] {
	const { overview } = state.data;
	const unknown = overview.loading ? 'looking ...' : 'not known';
	const lines: (Line | undefined)[] = [
		nowLine(state, theme),
		lastRunLine(state, theme),
		line(label('Next run'), overview.value?.nextRun ?? span(unknown, 'muted')),
		cloudLine(state, theme),
		line(label('Repo'), overview.value?.repository ?? span(unknown, 'muted')),
	];
	const downtime = expectedDowntime(state);
	if (downtime !== '') lines.push(line(label('Next off'), `about ${downtime}`));
	return lines.filter((one) => one !== undefined);
}
