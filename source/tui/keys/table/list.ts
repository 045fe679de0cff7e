import type { Binding } from '../binding.ts';

/** Every list. */
export const listKeys = [
	{ action: 'up', keys: ['up', 'k'], label: '', help: 'Up', contexts: ['list'], kind: 'move' },
	{ action: 'down', keys: ['down', 'j'], label: '', help: 'Down', contexts: ['list'], kind: 'move' },
	{
		action: 'page-up',
		keys: ['pageup', 'ctrl+u', 'ctrl+b'],
		label: '',
		help: 'One page up',
		contexts: ['list'],
		kind: 'move',
	},
	{
		action: 'page-down',
		keys: ['pagedown', 'ctrl+d', 'ctrl+f'],
		label: '',
		help: 'One page down',
		contexts: ['list'],
		kind: 'move',
	},
	{ action: 'first', keys: ['home', 'g'], label: '', help: 'To the top', contexts: ['list'], kind: 'move' },
	{ action: 'last', keys: ['end', 'G'], label: '', help: 'To the end', contexts: ['list'], kind: 'move' },
	{
		action: 'open',
		keys: ['enter'],
		label: 'open',
		help: 'Open, unfold, explain, next; on Doctor: explain, then run the fix',
		contexts: ['list'],
		kind: 'look',
	},
	{ action: 'fold', keys: ['left', 'h'], label: '', help: 'Fold', contexts: ['list'], kind: 'move' },
	{ action: 'unfold', keys: ['right', 'l'], label: '', help: 'Unfold', contexts: ['list'], kind: 'move' },
	{
		action: 'filter',
		keys: ['/'],
		label: 'filter',
		help: 'Filter the list, search the log',
		contexts: ['home', 'stacks', 'snapshots', 'logs', 'picker'],
		kind: 'look',
	},
	{
		action: 'pane',
		keys: ['tab'],
		label: '',
		help: 'The other pane',
		contexts: ['list'],
		kind: 'move',
	},
	{
		action: 'zoom',
		keys: ['z'],
		label: '',
		help: 'Give the pane the whole screen, or take it back',
		contexts: ['list'],
		kind: 'look',
	},
] as const satisfies readonly Binding[];
