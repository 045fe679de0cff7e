import type { Binding } from '../binding.ts';

/** What is asked for most. */
export const backupKeys = [
	{
		action: 'cancel-run',
		keys: ['X'],
		label: 'cancel',
		help: 'Cancel the run; its stacks are started again',
		contexts: ['run', 'cloud'],
		kind: 'change',
	},
	{
		action: 'backup',
		keys: ['B'],
		label: 'back up',
		help: 'Back up: on Home all stacks that are on, on Stacks the selected one',
		contexts: ['home', 'stacks', 'run'],
		kind: 'change',
	},
] as const satisfies readonly Binding[];

/** Other runs that are started from several screens. */
export const startKeys = [
	{
		action: 'dry-run',
		keys: ['d'],
		label: 'dry run',
		help: 'Show what a backup would do; nothing is written',
		contexts: ['home', 'stacks', 'run'],
		kind: 'look',
	},
	{
		action: 'sync',
		keys: ['S'],
		label: 'sync',
		help: 'Mirror the repository to the remotes',
		contexts: ['home', 'run', 'cloud'],
		kind: 'change',
	},
] as const satisfies readonly Binding[];

/** Looking at the repository, which is at home on Snapshots. */
export const checkKeys = [
	{
		action: 'check',
		keys: ['C'],
		label: 'check',
		help: 'Check the repository',
		contexts: ['run', 'snapshots', 'doctor'],
		kind: 'change',
	},
] as const satisfies readonly Binding[];
