import type { Binding } from '../keys/binding.ts';
import { keyName } from '../keys/lookup.ts';
import { screens } from '../screens/registry.ts';
import type { UiState } from '../store/state.ts';
import { wrapCells } from '../text/cells.ts';
import { type Line, line, span } from '../text/line.ts';
import type { Theme } from '../theme.ts';
import { bindingsNow } from './bindings-now.ts';

const groups: readonly { readonly kind: Binding['kind']; readonly title: string }[] = [
	{ kind: 'change', title: 'UPPERCASE CHANGES THINGS, asks first' },
	{ kind: 'look', title: 'LOOK, AND WHAT CAN BE UNDONE' },
	{ kind: 'move', title: 'MOVE' },
];

/** @returns keys and what they do, the sentence broken rather than cut */
function keyRows(keys: string, help: string, width: number): Line[] {
	const room = Math.floor(Math.min(16, width / 3));
	return wrapCells(help, width - room - 4).map((row, index) =>
		line(span(`  ${(index === 0 ? keys : '').padEnd(room)} `, 'accent'), row),
	);
}

/** @returns the keys of the active screen that match `search`, by what they do */
export function helpLines(state: UiState, search: string, width: number, theme: Theme): Line[] {
	const ascii = theme.ascii;
	const wanted = search.toLowerCase();
	const lines: Line[] = [];
	const bindings = bindingsNow(screens[state.active].contexts(state), state).filter(
		(binding) =>
			wanted === '' ||
			`${binding.help} ${binding.label} ${binding.keys.join(' ')}`.toLowerCase().includes(wanted),
	);
	for (const { kind, title } of groups) {
		const own = bindings.filter((binding) => binding.kind === kind);
		if (own.length === 0) continue;
		if (lines.length > 0) lines.push([]);
		lines.push(line(span(title, 'title')));
		for (const binding of own) {
			lines.push(...keyRows(binding.keys.map((key) => keyName(key, ascii)).join(' '), binding.help, width));
		}
	}
	if (wanted === '') {
		lines.push([], ...keyRows('1-7', 'The screens in the tabs', width), []);
		const also = wrapCells('Everything here is also a command: backup-tui help', width);
		lines.push(...also.map((row) => line(span(row, 'muted'))));
	}
	return lines.length === 0 ? [line(span('no key matches', 'muted'))] : lines;
}
