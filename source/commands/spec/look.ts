import type { CommandDefinition } from './definition.ts';

/** Commands that look and change nothing, and those around the list of stacks. */
export const lookCommands: readonly CommandDefinition[] = [
	{
		name: 'status',
		summary: 'Stacks, their state, the last run and what needs attention',
	},
	{
		name: 'health',
		summary: 'Is everything all right: one line and an exit code',
	},
	{
		name: 'doctor',
		summary: 'Check tools, daemon, repository, space, permissions; say how to fix them',
	},
	{
		name: 'stacks',
		summary: 'The stacks found, and which of them are enabled',
		defaultSubcommand: 'list',
		subcommands: [
			{
				name: 'list',
				summary: 'All stacks with state and dirlist entry',
				flags: [
					{ name: 'enabled', type: 'boolean', summary: 'Only enabled ones' },
					{ name: 'no-state', type: 'boolean', summary: 'Do not ask Docker' },
					{ name: 'names', type: 'boolean', summary: 'Only the names, one a line' },
				],
			},
			{
				name: 'enable',
				summary: 'Enable stacks',
				arguments: [{ name: 'STACK', completes: 'stacks', summary: 'Names or paths', variadic: true }],
				flags: [{ name: 'all', type: 'boolean', summary: 'All of them' }],
			},
			{
				name: 'disable',
				summary: 'Disable stacks',
				arguments: [{ name: 'STACK', completes: 'stacks', summary: 'Names or paths', variadic: true }],
				flags: [{ name: 'all', type: 'boolean', summary: 'All of them' }],
			},
			{
				name: 'add',
				summary: 'Add a stack that lies elsewhere (disabled)',
				arguments: [
					{
						name: 'PATH',
						completes: 'directory',
						summary: 'Absolute directory',
						required: true,
						variadic: true,
					},
				],
				flags: [{ name: 'enable', type: 'boolean', summary: 'Enable it too' }],
			},
			{
				name: 'remove',
				summary: 'Remove the entry of an external or missing stack',
				arguments: [
					{ name: 'STACK', completes: 'stacks', summary: 'Names or paths', required: true, variadic: true },
				],
			},
			{
				name: 'down',
				summary: 'Take stacks down, to stay down until `stacks up`',
				arguments: [
					{ name: 'STACK', completes: 'stacks', summary: 'Names or paths', required: true, variadic: true },
				],
			},
			{
				name: 'up',
				summary: 'Bring stacks up: after `stacks down` as they were, else as their files say',
				arguments: [
					{ name: 'STACK', completes: 'stacks', summary: 'Names or paths', required: true, variadic: true },
				],
			},
		],
		examples: [
			{ command: 'stacks', summary: 'List' },
			{ command: 'stacks enable immich', summary: 'Include it in the next backup' },
			{ command: 'stacks add /srv/git', summary: 'A stack outside the stacks directory' },
		],
	},
	{
		name: 'coverage',
		summary: 'Mount by mount: captured, excluded, or why not',
		arguments: [{ name: 'STACK', completes: 'stacks', summary: 'Stacks by name', variadic: true }],
		flags: [
			{ name: 'strict', type: 'boolean', summary: 'Exit 8 when a mount is neither captured nor excluded' },
		],
	},
];
