import type { Dialog } from '../store/state.ts';
import { type Line, line, span, type Tone } from '../text/line.ts';
import type { Theme } from '../theme.ts';
import { fitList, visibleRange } from '../widgets/list.ts';

/** The marks of `restic diff`: + added, - removed, M content, U metadata, T type, ? bitrot. */
function changeTone(change: string): Tone {
	if (change.includes('+')) return 'ok';
	if (change.includes('-') || change.includes('?')) return 'bad';
	return change === 'U' ? 'muted' : 'warning';
}

/** @returns what changed between two snapshots */
export function diffLines(
	dialog: Extract<Dialog, { kind: 'diff' }>,
	height: number,
	theme: Theme,
): { readonly lines: readonly Line[] } {
	const { entries, summary } = dialog;
	if (entries.trouble !== undefined) return { lines: [line(span(entries.trouble.message, 'bad'))] };
	if (entries.value === undefined) return { lines: [line(span('comparing …', 'muted'))] };
	const all = entries.value;
	const list = fitList(dialog.list, all.length, height - 2);
	const { from, to } = visibleRange(list, all.length, height - 2);
	const rows = all
		.slice(from, to)
		.map((entry, index) =>
			line(
				from + index === list.cursor ? theme.symbols.pointer : ' ',
				span(` ${entry.change.padEnd(2)} `, changeTone(entry.change)),
				entry.path,
			),
		);
	return { lines: [line(span(summary, 'muted')), [], ...rows] };
}
