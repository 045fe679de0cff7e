import type { Binding } from '../binding.ts';

/** The log of a run. */
export const logKeys = [
	{
		action: 'filter',
		keys: ['/'],
		label: 'find',
		help: 'Search the log',
		contexts: ['logs'],
		kind: 'look',
	},
	{
		action: 'find-next',
		keys: ['n'],
		pair: 'N',
		label: 'next',
		help: 'Next match of the search',
		contexts: ['logs'],
		kind: 'look',
	},
	{
		action: 'find-previous',
		keys: ['N'],
		label: '',
		help: 'Previous match of the search',
		contexts: ['logs'],
		kind: 'look',
	},
	{
		action: 'level',
		keys: ['v'],
		label: 'level',
		help: 'Least important lines to show: debug, info, warn, error',
		contexts: ['logs'],
		kind: 'look',
	},
	{
		action: 'wrap',
		keys: ['w'],
		label: 'wrap',
		help: 'Break long lines, or cut them',
		contexts: ['logs'],
		kind: 'look',
	},
	{
		action: 'time',
		keys: ['t'],
		label: 'time',
		help: 'Show the time, the date too, or neither',
		contexts: ['logs'],
		kind: 'look',
	},
	{
		action: 'pager',
		keys: ['e'],
		label: '$PAGER',
		help: 'Open the log in your pager ($PAGER)',
		contexts: ['logs'],
		kind: 'look',
	},
] as const satisfies readonly Binding[];
