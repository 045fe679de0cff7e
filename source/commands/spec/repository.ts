import type { CommandDefinition } from './definition.ts';

/** Commands on the repository and its snapshots. */
export const repositoryCommands: readonly CommandDefinition[] = [
	{
		name: 'snapshots',
		summary: 'Snapshots: list, files, differences, forget',
		defaultSubcommand: 'list',
		subcommands: [
			{
				name: 'list',
				summary: 'Snapshots, newest last',
				arguments: [
					{ name: 'STACK', completes: 'known-stacks', summary: 'Only these stacks', variadic: true },
				],
				flags: [
					{
						name: 'last',
						type: 'integer',
						value: 'N',
						min: 1,
						max: 100_000,
						summary: 'The last N of a stack',
					},
				],
			},
			{
				name: 'ls',
				summary: 'Files of a snapshot',
				arguments: [
					{
						name: 'SNAPSHOT',
						completes: 'snapshots',
						summary: 'Snapshot id, or a stack for its latest',
						required: true,
					},
					{ name: 'PATH', completes: 'file', summary: 'Only below this path' },
				],
				flags: [{ name: 'recursive', type: 'boolean', summary: 'Folders in folders too' }],
			},
			{
				name: 'diff',
				summary: 'What changed between two snapshots',
				arguments: [
					{
						name: 'SNAPSHOT',
						completes: 'snapshots',
						summary: 'Snapshot id, or a stack for its latest',
						required: true,
					},
					{
						name: 'OTHER',
						completes: 'snapshot-ids',
						summary: 'The newer one; without it, SNAPSHOT is compared with the one before',
					},
				],
			},
			{
				name: 'forget',
				summary: 'Remove snapshots by id',
				arguments: [
					{
						name: 'SNAPSHOT',
						completes: 'snapshot-ids',
						summary: 'Snapshot ids',
						required: true,
						variadic: true,
					},
				],
				flags: [{ name: 'prune', type: 'boolean', summary: 'Free the space at once' }],
			},
		],
		examples: [
			{ command: 'snapshots', summary: 'All' },
			{ command: 'snapshots ls immich', summary: 'Files of the latest snapshot of a stack' },
		],
	},
	{
		name: 'list-backups',
		summary: 'Snapshots by stack',
		arguments: [{ name: 'STACK', completes: 'known-stacks', summary: 'Only these stacks', variadic: true }],
	},
	{
		name: 'check',
		summary: 'Check the repository',
		flags: [
			{
				name: 'read-data',
				type: 'integer',
				value: 'PERCENT',
				min: 0,
				max: 100,
				optionalValue: true,
				summary: 'Read the data back too: all of it, or a share',
			},
		],
		examples: [{ command: 'check --read-data=10', summary: 'Structure, and a tenth of the data' }],
	},
	{
		name: 'prune',
		summary: 'Apply retention and free space',
		flags: [{ name: 'no-retention', type: 'boolean', summary: 'Only free space, forget nothing' }],
	},
	{
		name: 'repository',
		summary: 'Which repository is used, and whether it is the one of earlier runs',
		defaultSubcommand: 'show',
		subcommands: [
			{
				name: 'show',
				summary: 'The repository, its id, and those used before (exit code 8 for another one)',
			},
			{
				name: 'accept',
				summary: 'Use the repository that is there now, though it is not the one of earlier runs',
			},
		],
		examples: [{ command: 'repository accept', summary: 'After moving to another repository' }],
	},
	{
		name: 'unlock',
		summary: 'Remove stale locks of the repository, after a look at who holds them',
		flags: [{ name: 'all', type: 'boolean', summary: 'Also locks of other hosts' }],
	},
];
