import { downStacks } from '../run/summary.ts';
import { runningRuns } from '../selectors/runs.ts';
import type { UiState } from '../store/state.ts';
import { type Line, line, span } from '../text/line.ts';
import { formatClock } from '../text/times.ts';
import type { Theme } from '../theme.ts';

/** Time to read an answer, in ms. */
const readMs = 2500;

/** @returns the row above the keys: an answer to the last key, else stacks that are down now */
export function noticeLine(state: UiState, theme: Theme): Line | undefined {
	const down = downLine(state);
	const { notice } = state;
	// A stack that is down matters more than an answer that has been read.
	if (notice === undefined || (down !== undefined && state.now - notice.at > readMs)) return down;
	const mark = { plain: '', ok: `${theme.symbols.ok} `, warning: '! ', bad: `${theme.symbols.bad} ` }[
		notice.tone
	];
	return line(span(` ${mark}${notice.text}`, notice.tone));
}

function downLine(state: UiState): Line | undefined {
	const down = runningRuns(state).flatMap((run) => {
		const view = state.data.views[run.id];
		return view === undefined ? [] : downStacks(view);
	});
	if (down.length === 0) return undefined;
	const list = down
		.map((stack) => `${stack.stack} ${formatClock(state.now - (stack.downSince ?? state.now))}`)
		.join(', ');
	const verb = down.length === 1 ? '1 stack is' : `${down.length} stacks are`;
	return line(span(` ${verb} DOWN now: ${list}`, 'warning'));
}
