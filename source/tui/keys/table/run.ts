import type { Binding } from '../binding.ts';

/** A run and its lines. */
export const runKeys = [
	{
		action: 'follow',
		keys: ['f'],
		label: 'follow',
		help: 'Follow the newest lines, or stay where you are',
		contexts: ['run', 'logs'],
		kind: 'look',
	},
	{
		action: 'previous-run',
		keys: ['['],
		pair: ']',
		label: 'run',
		help: 'The run before this one',
		contexts: ['run', 'logs'],
		kind: 'look',
	},
	{
		action: 'next-run',
		keys: [']'],
		label: '',
		help: 'The run after this one',
		contexts: ['run', 'logs'],
		kind: 'look',
	},
] as const satisfies readonly Binding[];
