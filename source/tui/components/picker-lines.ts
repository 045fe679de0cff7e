import type { DirectoryEntry } from '../ports.ts';
import type { Dialog } from '../store/state.ts';
import { type Line, line, type Span, span } from '../text/line.ts';
import type { Theme } from '../theme.ts';
import { fitList, visibleRange } from '../widgets/list.ts';

function described(entry: DirectoryEntry): readonly (Span | string)[] {
	if (entry.runs !== undefined)
		return [span(`runs as ${entry.runs}: `, 'warning'), `${entry.path}/`, span('   a adds it', 'ok')];
	const name = entry.name === '..' ? '../' : `${entry.name}/`;
	return [name, entry.stack ? span('   a stack: a adds it', 'ok') : ''];
}

/** @returns the directory picker: the directory above, then those in this one; stacks are marked */
export function pickerLines(
	dialog: Extract<Dialog, { kind: 'picker' }>,
	height: number,
	theme: Theme,
): { readonly lines: readonly Line[]; readonly selected: number } {
	const { entries } = dialog;
	const head: Line[] = [];
	if (entries.trouble !== undefined) head.push(line(span(entries.trouble.message, 'bad')));
	else if (entries.loading) head.push(line(span('looking …', 'muted')));
	const all = entries.value ?? [];
	const rows = height - head.length;
	const list = fitList(dialog.list, all.length, rows);
	const { from, to } = visibleRange(list, all.length, rows);
	const lines = all
		.slice(from, to)
		.map((entry, index) =>
			line(from + index === list.cursor ? `${theme.symbols.pointer} ` : '  ', ...described(entry)),
		);
	if (all.length === 0 && !entries.loading && entries.trouble === undefined)
		head.push(line(span('no directories here', 'muted')));
	return { lines: [...head, ...lines], selected: head.length + list.cursor - from };
}
