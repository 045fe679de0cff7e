import { formatDuration } from '../../../runs/units.ts';
import type { RunView } from '../../run/run-view.ts';
import { runSpan, timelineRow } from '../../run/timeline.ts';
import { padEnd } from '../../text/cells.ts';
import { type Line, line, span } from '../../text/line.ts';
import { clockSeconds, clockTime } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';

function axis(from: number, to: number, width: number): string {
	const seconds = to - from < 10 * 60_000;
	const text = (time: number) => (seconds ? clockSeconds(time) : clockTime(time));
	const cells = new Array<string>(width).fill(' ');
	const step = 16;
	for (let at = 0; at + 8 < width; at += step) {
		[...text(from + ((to - from) * at) / width)].forEach((character, index) => {
			cells[at + index] = character;
		});
	}
	return cells.join('');
}

/** @returns each stack's phases along the clock, for wide screens */
export function timelineLines(
	view: RunView,
	width: number,
	height: number,
	now: number,
	theme: Theme,
): Line[] {
	const { symbols } = theme;
	const names = Math.min(16, Math.max(8, ...view.stacks.map((stack) => stack.stack.length)));
	const right = 18;
	const room = Math.max(10, width - names - right - 2);
	const reach = runSpan(view, now);
	const rows = view.stacks.slice(0, Math.max(1, height - 3)).map((stack) => {
		let cells = timelineRow(stack, reach, room, view.endedAt ?? now, symbols);
		if (!stack.started && stack.expectedMs !== undefined && view.endedAt === undefined) {
			const before = view.stacks
				.slice(0, view.stacks.indexOf(stack))
				.filter((one) => !one.started)
				.reduce((sum, one) => sum + (one.expectedMs ?? 0), now);
			const at = (time: number) => Math.floor(((time - reach.from) / (reach.to - reach.from)) * room);
			const first = Math.max(0, at(before));
			const length = Math.max(1, at(before + stack.expectedMs) - first);
			cells = padEnd(' '.repeat(first) + symbols.estimate.repeat(length), room).slice(0, room);
		}
		const down = stack.downSince !== undefined && view.endedAt === undefined;
		const off = down ? now - (stack.downSince ?? now) : stack.downtimeMs;
		return line(
			padEnd(stack.stack.slice(0, names), names),
			' ',
			span(cells, 'accent'),
			' ',
			span(
				off === undefined || off === 0 ? '' : `${down ? 'OFF' : 'off'} ${formatDuration(off)}`,
				down ? 'warning' : 'plain',
			),
		);
	});
	const legend = `${symbols.stopping} stopping  ${symbols.copying} copy  ${symbols.starting} starting  ${symbols.settled} verify  r retention  ${symbols.estimate} estimate`;
	return [
		line(' '.repeat(names + 1), span(axis(reach.from, reach.to, room), 'muted')),
		...rows,
		[],
		line(span(legend, 'muted')),
	];
}
