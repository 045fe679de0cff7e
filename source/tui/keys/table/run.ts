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
		label: '',
		help: 'The run before this one',
		contexts: ['run', 'logs'],
		kind: 'look',
	},
	{
		action: 'next-run',
		keys: [']'],
		label: 'earlier/later run',
		help: 'The run after this one',
		contexts: ['run', 'logs'],
		kind: 'look',
	},
] as const satisfies readonly Binding[];
