import type { Binding } from '../binding.ts';

/** The dirlist, which Stacks edits. */
export const dirlistKeys = [
	{
		action: 'toggle',
		keys: ['space'],
		label: 'on/off',
		help: 'Turn the stack on or off for backups; saved at once',
		contexts: ['stacks'],
		kind: 'look',
	},
	{
		action: 'undo',
		keys: ['u'],
		label: 'undo',
		help: 'Take the last change of the dirlist back',
		contexts: ['stacks'],
		kind: 'look',
	},
	{
		action: 'add-external',
		keys: ['+', 'x'],
		label: 'add path',
		help: 'Add a stack that lies elsewhere; a directory picker opens',
		contexts: ['stacks'],
		kind: 'look',
	},
	{
		action: 'remove-external',
		keys: ['-', 'delete'],
		label: 'remove',
		help: 'Take an external or missing stack off the list',
		contexts: ['stacks'],
		kind: 'look',
	},
] as const satisfies readonly Binding[];

/** One stack, and the list of all. */
export const stackKeys = [
	{
		action: 'sort',
		keys: ['s'],
		label: 'sort',
		help: 'Sort by name, state, size, last backup',
		contexts: ['stacks'],
		kind: 'look',
	},
	{
		action: 'toggle-all',
		keys: ['a'],
		pair: 'A',
		label: 'all/none',
		help: 'Turn all shown stacks on',
		contexts: ['stacks'],
		kind: 'look',
	},
	{
		action: 'toggle-none',
		keys: ['A'],
		label: '',
		help: 'Turn all shown stacks off',
		contexts: ['stacks'],
		kind: 'look',
	},
	{
		action: 'stack-down',
		keys: ['D'],
		label: 'down',
		help: 'Take the stack down (docker compose down), to stay down',
		contexts: ['stacks'],
		kind: 'change',
	},
	{
		action: 'stack-up',
		keys: ['U'],
		label: 'up',
		help: 'Bring the stack up: as it was, when D took it down',
		contexts: ['stacks'],
		kind: 'change',
	},
	{
		action: 'edit',
		keys: ['e'],
		label: 'edit',
		help: 'Open in your editor ($VISUAL, $EDITOR): the compose file of the stack, on Doctor and Cloud the configuration',
		contexts: ['stacks', 'doctor', 'cloud'],
		kind: 'look',
	},
	{
		action: 'edit-dirlist',
		keys: ['o'],
		label: '',
		help: 'Open the dirlist in your editor',
		contexts: ['stacks'],
		kind: 'look',
	},
] as const satisfies readonly Binding[];
