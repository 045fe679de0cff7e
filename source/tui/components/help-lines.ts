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
			const keys = binding.keys.map((key) => keyName(key, ascii)).join(' ');
			const room = Math.floor(Math.min(16, width / 3));
			const rows = wrapCells(binding.help, width - room - 4);
			lines.push(
				...rows.map((row, index) =>
					line(span(`  ${(index === 0 ? keys : '').padEnd(room)} `, 'accent'), row),
				),
			);
		}
	}
	if (wanted === '') {
		lines.push([], line(span('  1-7              ', 'accent'), 'The screens in the tabs'));
		lines.push([], line(span('Everything here is also a command: backup-tui help', 'muted')));
	}
	return lines.length === 0 ? [line(span('no key matches', 'muted'))] : lines;
}
