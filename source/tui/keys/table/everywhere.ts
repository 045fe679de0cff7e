import type { Binding } from '../binding.ts';

/** Every screen. */
export const everywhereKeys = [
	{
		action: 'menu',
		keys: ['m'],
		label: 'menu',
		help: 'The numbered menu',
		contexts: ['global'],
		kind: 'look',
	},
	{
		action: 'palette',
		keys: [':'],
		label: '',
		help: 'Go to a screen or run an action by its name',
		contexts: ['global'],
		kind: 'look',
	},
	{
		action: 'help',
		keys: ['?', 'f1'],
		label: 'help',
		help: 'All keys, searchable',
		contexts: ['global'],
		kind: 'look',
	},
	{
		action: 'redraw',
		keys: ['ctrl+l'],
		label: '',
		help: 'Draw the screen again',
		contexts: ['global'],
		kind: 'look',
	},
	{
		action: 'back',
		keys: ['escape'],
		label: '',
		help: 'Close, clear the filter, back to Home',
		contexts: ['global'],
		kind: 'look',
	},
	{
		action: 'quit',
		keys: ['q', 'ctrl+c'],
		label: 'quit',
		help: 'Leave; runs go on',
		contexts: ['global'],
		kind: 'look',
	},
] as const satisfies readonly Binding[];
