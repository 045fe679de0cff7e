import type { CommandDefinition, FlagDefinition } from './definition.ts';

const stacks = {
	name: 'STACK',
	completes: 'stacks',
	summary: 'Stacks by name; without any, all that are enabled',
} as const;

const backupFlags: readonly FlagDefinition[] = [
	{ name: 'all', type: 'boolean', summary: 'Every stack found, whatever the dirlist says' },
	{
		name: 'jobs',
		short: 'j',
		type: 'integer',
		value: 'N',
		min: 1,
		max: 16,
		summary: 'Stacks at work at once (default 1)',
	},
	{ name: 'fail-fast', type: 'boolean', summary: 'Start no further stack after a failure' },
	{
		name: 'warm',
		type: 'string',
		value: 'MODE',
		values: ['auto', 'always', 'never'],
		summary: 'A first copy while the stack still runs',
	},
	{ name: 'accept-shrink', type: 'boolean', summary: 'Take a much smaller snapshot as right' },
	{ name: 'no-verify', type: 'boolean', summary: 'Do not verify the new snapshots' },
	{ name: 'no-retention', type: 'boolean', summary: 'Forget and prune nothing' },
	{ name: 'sync', type: 'boolean', summary: 'Sync to the remotes afterwards' },
	{ name: 'init', type: 'boolean', summary: 'Make the repository when there is none' },
];

/** Commands that are runs of their own, and those that look at runs. */
export const runCommands: readonly CommandDefinition[] = [
	{
		name: 'backup',
		summary: 'Back up stacks: stop, copy, start, verify, prune',
		description: [
			'Takes down each enabled stack that runs, copies its directory, volumes and bind mounts into the restic repository, and brings it up again exactly as it was. Verification, retention and prune follow when everything is up.',
			'A stack that is stopped is copied and stays stopped.',
		],
		arguments: [{ ...stacks, variadic: true }],
		flags: backupFlags,
		examples: [
			{ command: 'backup', summary: 'All enabled stacks' },
			{ command: 'backup --dry-run', summary: 'The plan and the exact commands' },
			{ command: 'backup immich paperless --sync', summary: 'Two stacks, then off-site' },
		],
	},
	{
		name: 'recover',
		summary: 'Bring up every stack that an interrupted run left down',
		description: ['Also done at the start of every command that writes, and at boot by the shipped unit.'],
		examples: [{ command: 'recover', summary: 'Start what the journal owes' }],
	},
	{
		name: 'attach',
		summary: 'Follow a run that is going on',
		arguments: [
			{ name: 'RUN', completes: 'live-runs', summary: 'Run id; without it, the one that is going on' },
		],
	},
	{
		name: 'logs',
		summary: 'List runs, or show the log of one',
		arguments: [{ name: 'RUN', completes: 'runs', summary: 'Run id, or `latest`' }],
		flags: [
			{ name: 'follow', short: 'f', type: 'boolean', summary: 'Go on as lines are written' },
			{
				name: 'level',
				type: 'string',
				value: 'LEVEL',
				values: ['debug', 'info', 'warn', 'error'],
				summary: 'Only this level and worse',
			},
			{ name: 'lines', type: 'integer', value: 'N', min: 1, max: 1_000_000, summary: 'The last N lines' },
		],
	},
];
