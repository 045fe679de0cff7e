import { formatBytes, formatDuration } from '../../../runs/units.ts';
import type { RunView } from '../../run/run-view.ts';
import { formatRate, groupDigits } from '../../text/amounts.ts';
import { cutStart, wrapCells } from '../../text/cells.ts';
import { type Line, line, span } from '../../text/line.ts';
import { sparkline } from '../../text/spark.ts';
import type { Theme } from '../../theme.ts';

const label = (text: string) => span(text.padEnd(9), 'muted');

/** @returns what is copied now: bytes, rate, files, time left, file, and the rate as a picture */
export function nowLines(view: RunView, width: number, theme: Theme): Line[] {
	const { progress } = view;
	const lines: Line[] = [];
	if (progress !== undefined) {
		const rate = progress.bytesPerSecond ?? view.rates.at(-1);
		const parts = [
			`${formatBytes(progress.bytesDone)} / ${formatBytes(progress.bytesTotal)}`,
			...(rate === undefined ? [] : [formatRate(rate)]),
			`${groupDigits(progress.filesDone)} files`,
			...(progress.secondsLeft === undefined ? [] : [`ETA ${formatDuration(progress.secondsLeft * 1000)}`]),
		];
		lines.push(line(label('now'), parts.join('   ')));
		for (const file of (progress.currentFiles ?? []).slice(0, 2))
			lines.push(line(label(''), span(cutStart(file, width - 9, theme.symbols.ellipsis), 'muted')));
	}
	if (view.rates.length > 1) {
		const peak = Math.max(...view.rates);
		const bars = sparkline(view.rates, Math.max(8, Math.min(40, width - 30)), theme.symbols.spark);
		lines.push(line(label('rate'), span(bars, 'accent'), `  peak ${formatRate(peak)}`));
	}
	if (view.attempt !== undefined && view.attempt.attempt > 1)
		lines.push(line(label('try'), `${view.attempt.attempt} of ${view.attempt.of}: ${view.attempt.remote}`));
	return lines;
}

/** @returns where a restore has put the files, in full: a person goes there next */
export function whereLines(view: RunView, width: number): Line[] {
	return view.stacks.flatMap(({ where }) =>
		where === undefined
			? []
			: wrapCells(where, width - 9).map((row, index) => line(label(index === 0 ? 'files in' : ''), row)),
	);
}

/** @returns counts of the run so far */
export function countsLine(view: RunView): Line {
	const added = view.stacks.reduce((sum, stack) => sum + (stack.addedBytes ?? 0), 0);
	return line(
		label('so far'),
		span(`${view.errors} error${view.errors === 1 ? '' : 's'}`, view.errors > 0 ? 'bad' : 'plain'),
		'   ',
		span(
			`${view.warnings} warning${view.warnings === 1 ? '' : 's'}`,
			view.warnings > 0 ? 'warning' : 'plain',
		),
		`   +${formatBytes(added)}`,
	);
}
