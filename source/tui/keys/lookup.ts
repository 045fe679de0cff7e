import type { Binding, KeyContext } from './binding.ts';
import { type ActionName, keyTable } from './table.ts';

const bindings: readonly (Binding & { readonly action: ActionName })[] = keyTable;

/** @returns what a key means where these contexts count, the first context first */
export function actionOf(key: string, contexts: readonly KeyContext[]): ActionName | undefined {
	for (const context of contexts) {
		const found = bindings.find(
			(binding) => binding.contexts.includes(context) && binding.keys.includes(key),
		);
		if (found !== undefined) return found.action;
	}
	return undefined;
}

/** @returns the bindings that count in these contexts, in their order; those hidden by an earlier one are left out */
export function bindingsIn(contexts: readonly KeyContext[]): readonly (Binding & { action: ActionName })[] {
	return contexts
		.flatMap((context) => bindings.filter((binding) => binding.contexts.includes(context)))
		.filter(
			(binding, index, all) =>
				all.indexOf(binding) === index && actionOf(binding.keys[0] ?? '', contexts) === binding.action,
		);
}

const shownNames: Readonly<Record<string, string>> = {
	space: 'Space',
	enter: 'Enter',
	escape: 'Esc',
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	tab: 'Tab',
	'shift+tab': 'Shift-Tab',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	home: 'Home',
	end: 'End',
	backspace: 'Backspace',
	delete: 'Del',
};

const asciiNames: Readonly<Record<string, string>> = { up: 'Up', down: 'Down', left: 'Left', right: 'Right' };

/** @returns a key as people write it: `Space`, `^r`, `B` */
export function keyName(key: string, ascii = false): string {
	if (ascii && asciiNames[key] !== undefined) return asciiNames[key];
	if (shownNames[key] !== undefined) return shownNames[key];
	return key.startsWith('ctrl+') ? `^${key.slice(5)}` : key;
}
