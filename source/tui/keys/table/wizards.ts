import type { Binding } from '../binding.ts';

/** First start, restore, and the directory picker. */
export const wizardKeys = [
	{
		action: 'import-config',
		keys: ['m'],
		label: 'import old config',
		help: 'Take the values of the older program over',
		contexts: ['setup'],
		kind: 'look',
	},
	{
		action: 'back-step',
		keys: ['shift+tab', 'left'],
		label: 'back',
		help: 'One step back',
		contexts: ['setup', 'restore'],
		kind: 'look',
	},
	{
		action: 'pick',
		keys: ['a'],
		label: 'add this',
		help: 'Add the selected directory',
		contexts: ['picker'],
		kind: 'look',
	},
	{
		action: 'filter',
		keys: ['/'],
		label: 'type a path',
		help: 'Type the path instead',
		contexts: ['picker'],
		kind: 'look',
	},
	{
		action: 'parent',
		keys: ['backspace', 'left', 'h'],
		label: 'up',
		help: 'The directory above',
		contexts: ['picker'],
		kind: 'move',
	},
] as const satisfies readonly Binding[];
