import type { Binding } from '../binding.ts';

/** The selected thing. */
export const copyKeys = [
	{
		action: 'copy-id',
		keys: ['y'],
		label: 'copy id',
		help: 'Copy the selected id, path or line',
		contexts: ['snapshots', 'logs', 'stacks'],
		kind: 'look',
	},
] as const satisfies readonly Binding[];

/** The same on many screens. */
export const severalKeys = [
	{
		action: 'refresh',
		keys: ['ctrl+r', 'r'],
		label: 'refresh',
		help: 'Look again, run the checks again',
		contexts: ['doctor', 'cloud', 'snapshots', 'stacks', 'home'],
		kind: 'look',
	},
	{
		action: 'command',
		keys: ['c'],
		label: 'copy command',
		help: 'Copy the command that does the same (OSC 52) and show it',
		contexts: ['home', 'stacks', 'run', 'snapshots', 'restore', 'cloud', 'logs', 'doctor'],
		kind: 'look',
	},
] as const satisfies readonly Binding[];
