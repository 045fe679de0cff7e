import type { Binding } from '../binding.ts';

/** Snapshots and their files. */
export const snapshotKeys = [
	{
		action: 'mark',
		keys: ['space'],
		label: 'mark',
		help: 'Mark or unmark the snapshot or file',
		contexts: ['snapshots'],
		kind: 'look',
	},
	{
		action: 'unmark-all',
		keys: ['u'],
		label: '',
		help: 'Unmark everything',
		contexts: ['snapshots'],
		kind: 'look',
	},
	{
		action: 'mark-all',
		keys: ['a'],
		label: '',
		help: 'Mark all shown snapshots',
		contexts: ['snapshots'],
		kind: 'look',
	},
	{
		action: 'diff',
		keys: ['v'],
		label: 'diff prev',
		help: 'What changed since the previous snapshot of the stack',
		contexts: ['snapshots'],
		kind: 'look',
	},
	{
		action: 'restore',
		keys: ['R'],
		label: 'restore',
		help: 'Restore: opens the wizard, nothing is written before its last step',
		contexts: ['home', 'stacks', 'snapshots', 'cloud'],
		kind: 'change',
	},
	{
		action: 'forget',
		keys: ['F'],
		label: 'forget',
		help: 'Forget the marked snapshots, with a preview',
		contexts: ['snapshots'],
		kind: 'change',
	},
	{
		action: 'prune',
		keys: ['P'],
		label: 'prune',
		help: 'Remove data no snapshot needs, with a preview',
		contexts: ['snapshots'],
		kind: 'change',
	},
] as const satisfies readonly Binding[];
