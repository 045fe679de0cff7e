import type { RunInfo } from '../../../runs/run-files.ts';
import { formatBytes, formatDuration } from '../../../runs/units.ts';
import { runResult } from '../../selectors/runs.ts';
import { columns, type Line } from '../../text/line.ts';
import { formatWhen } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';

const widths = {
	when: 16,
	command: 9,
	trigger: 8,
	result: 14,
	stacks: 7,
	added: 10,
	downtime: 9,
	duration: 9,
};

export function runsHeader(theme: Theme): Line {
	return columns(
		[
			{ text: '  WHEN', width: widths.when + 2, tone: 'muted' },
			{ text: 'COMMAND', width: widths.command, tone: 'muted' },
			{ text: 'TRIGGER', width: widths.trigger, tone: 'muted' },
			{ text: 'RESULT', width: widths.result, tone: 'muted' },
			{ text: 'STACKS', width: widths.stacks, tone: 'muted', right: true },
			{ text: 'ADDED', width: widths.added, tone: 'muted', right: true },
			{ text: 'DOWNTIME', width: widths.downtime, tone: 'muted', right: true },
			{ text: 'DURATION', width: widths.duration, tone: 'muted', right: true },
		],
		theme.symbols.ellipsis,
	);
}

/** @returns a run as one row: of Home's recent runs, and of the list of runs */
export function runRow(run: RunInfo, now: number, selected: boolean, theme: Theme): Line {
	const { text, tone, mark } = runResult(run);
	const { summary } = run;
	const symbol = mark === 'running' ? theme.symbols.running : theme.symbols[mark];
	return columns(
		[
			{
				text: `${selected ? theme.symbols.pointer : ' '} ${formatWhen(Date.parse(run.startedAt), now)}`,
				width: widths.when + 2,
			},
			{ text: `${run.command}${run.dryRun ? ' -n' : ''}`, width: widths.command },
			{ text: run.trigger, width: widths.trigger },
			{ text: `${symbol} ${text}`, width: widths.result, tone },
			{
				text: summary === undefined ? '' : `${summary.ok}/${summary.ok + summary.failed}`,
				width: widths.stacks,
				right: true,
			},
			{
				text: summary === undefined ? '' : formatBytes(summary.addedBytes),
				width: widths.added,
				right: true,
			},
			{
				text: summary === undefined ? '' : formatDuration(summary.downtimeMs),
				width: widths.downtime,
				right: true,
			},
			{
				text: formatDuration(summary?.ms ?? Math.max(0, now - Date.parse(run.startedAt))),
				width: widths.duration,
				right: true,
			},
		],
		theme.symbols.ellipsis,
	);
}
