import { keyName } from '../keys/lookup.ts';
import type { ActionName } from '../keys/table.ts';
import { screens } from '../screens/registry.ts';
import type { Dialog, ScreenName, UiState } from '../store/state.ts';
import { type Line, line, span } from '../text/line.ts';
import type { Theme } from '../theme.ts';
import { fitList } from '../widgets/list.ts';
import { bindingsNow } from './bindings-now.ts';

/** One thing the palette can do. */
export type PaletteItem =
	| { readonly label: string; readonly key: string; readonly screen: ScreenName }
	| { readonly label: string; readonly key: string; readonly action: ActionName };

/** @returns screens and actions whose words contain what was typed */
export function paletteItems(state: UiState, search: string): readonly PaletteItem[] {
	const wanted = search.trim().toLowerCase();
	const items: PaletteItem[] = [
		...state.tabs.map((screen, index) => ({ label: `go to ${screen}`, key: String(index + 1), screen })),
		...bindingsNow(screens[state.active].contexts(state), state)
			.filter((binding) => binding.kind !== 'move' && binding.action !== 'palette')
			.map((binding) => ({
				label: binding.help,
				key: keyName(binding.keys[0] ?? ''),
				action: binding.action,
			})),
	];
	return items.filter((item) => wanted === '' || item.label.toLowerCase().includes(wanted));
}

export function paletteLines(
	state: UiState,
	dialog: Extract<Dialog, { kind: 'palette' }>,
	theme: Theme,
): Line[] {
	const items = paletteItems(state, dialog.input.value);
	const { cursor } = fitList(dialog.list, items.length, items.length);
	if (items.length === 0) return [line(span('nothing matches', 'muted'))];
	return items.map((item, index) =>
		line(
			index === cursor ? `${theme.symbols.pointer} ` : '  ',
			span(item.key.padEnd(6), 'accent'),
			item.label,
		),
	);
}
