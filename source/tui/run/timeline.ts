import type { Phase } from '../../runs/events.ts';
import type { Symbols } from '../theme.ts';
import type { RunView, StackRunView } from './run-view.ts';

function phaseMark(phase: Phase, symbols: Symbols): string {
	switch (phase) {
		case 'down':
			return symbols.stopping;
		case 'copy':
		case 'warm':
		case 'gate':
			return symbols.copying;
		case 'up':
		case 'recover':
			return symbols.starting;
		case 'settle':
		case 'verify':
			return symbols.settled;
		default:
			return 'r';
	}
}

/** From when to when a timeline reaches; ms since the epoch. */
export interface TimeSpan {
	readonly from: number;
	readonly to: number;
}

/** @returns the span of the whole run, expected downtimes of waiting stacks included */
export function runSpan(view: RunView, now: number): TimeSpan {
	const from = view.startedAt ?? now;
	const end = view.endedAt ?? now;
	const waiting = view.stacks.filter((stack) => !stack.started && stack.skipped === undefined);
	const expected =
		view.endedAt === undefined ? waiting.reduce((sum, stack) => sum + (stack.expectedMs ?? 0), 0) : 0;
	return { from, to: Math.max(end + expected, from + 10_000) };
}

/** @returns one stack's row: a mark for each moment, blanks where nothing was done */
export function timelineRow(
	stack: StackRunView,
	span: TimeSpan,
	width: number,
	now: number,
	symbols: Symbols,
): string {
	const cells = new Array<string>(width).fill(' ');
	const at = (time: number) => Math.floor(((time - span.from) / (span.to - span.from)) * width);
	for (const phase of stack.phases) {
		const first = Math.max(0, Math.min(width - 1, at(phase.start)));
		const last = Math.max(first, Math.min(width - 1, at(phase.end ?? now) - 1));
		cells.fill(phaseMark(phase.phase, symbols), first, last + 1);
	}
	return cells.join('');
}
