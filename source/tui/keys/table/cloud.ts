import type { Binding } from '../binding.ts';

/** The remotes. */
export const cloudKeys = [
	{
		action: 'dry-run',
		keys: ['d'],
		label: 'dry run',
		help: 'Show what a sync would do; nothing is written',
		contexts: ['cloud'],
		kind: 'look',
	},
	{
		action: 'test-remote',
		keys: ['t'],
		label: 'test remote',
		help: 'Ask the remote whether it answers',
		contexts: ['cloud'],
		kind: 'look',
	},
	{
		action: 'limit-rate',
		keys: ['b'],
		label: 'limit rate',
		help: 'Bandwidth limit of the next sync started here',
		contexts: ['cloud'],
		kind: 'look',
	},
] as const satisfies readonly Binding[];
