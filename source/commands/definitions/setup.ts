import type { CommandDefinition } from '../definition.ts';

const validateFlags = [
	{ name: 'fix', type: 'boolean', summary: 'Take read permission for others off the files' },
] as const;
const validateArguments = [{ name: 'PATH', summary: 'File to check; without it, the one in use' }] as const;

/** Configuration, schedule, notifications, and what the program says about itself. */
export const setupCommands: readonly CommandDefinition[] = [
	{
		name: 'config',
		summary: 'The configuration: generate, validate, show, import',
		defaultSubcommand: 'show',
		subcommands: [
			{
				name: 'generate',
				summary: 'Write a documented configuration file',
				arguments: [{ name: 'PATH', summary: 'File to write, `-` for standard output' }],
				load: () => import('../config-generate.ts'),
			},
			{
				name: 'validate',
				summary: 'Check the configuration and say what is wrong, all in one go',
				arguments: validateArguments,
				flags: validateFlags,
				load: () => import('../config-validate.ts'),
			},
			{
				name: 'show',
				summary: 'The effective values, secrets masked',
				flags: [{ name: 'origin', type: 'boolean', summary: 'Say where each value comes from' }],
				load: () => import('../config-show.ts'),
			},
			{
				name: 'import',
				summary: "Take over the older program's config.ini or backup.conf",
				arguments: [
					{ name: 'FILE', summary: 'The older file', required: true },
					{ name: 'TARGET', summary: 'File to write' },
				],
				load: () => import('../config-import.ts'),
			},
		],
		examples: [
			{ command: 'config generate', summary: 'Start here' },
			{ command: 'config show --origin', summary: 'Every value and where it comes from' },
		],
	},
	{
		name: 'validate',
		summary: 'Check the configuration',
		arguments: validateArguments,
		flags: validateFlags,
		load: () => import('../config-validate.ts'),
	},
	{
		name: 'generate-config',
		summary: 'Write config/config.ini.template (older name of `config generate`)',
		arguments: [{ name: 'PATH', summary: 'File to write' }],
		hidden: true,
		load: () => import('../generate-config.ts'),
	},
	{
		name: 'schedule',
		summary: 'Run backups by a systemd timer or cron',
		defaultSubcommand: 'status',
		subcommands: [
			{ name: 'install', summary: 'Install and enable the units' },
			{ name: 'remove', summary: 'Remove the units' },
			{ name: 'status', summary: 'Next run, last run' },
			{
				name: 'print',
				summary: 'Print the units',
				flags: [{ name: 'cron', type: 'boolean', summary: 'A cron line instead' }],
			},
		],
	},
	{
		name: 'notify',
		summary: 'Notifications',
		subcommands: [{ name: 'test', summary: 'Send a test message' }],
	},
];
