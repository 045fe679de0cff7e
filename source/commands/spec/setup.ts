import type { CommandDefinition, FlagDefinition } from './definition.ts';

const validateFlags = [
	{ name: 'fix', type: 'boolean', summary: 'Take read permission for others off the files' },
] as const;
const validateArguments = [
	{ name: 'PATH', completes: 'file', summary: 'File to check; without it, the one in use' },
] as const;

const scheduleFlags: readonly FlagDefinition[] = [
	{ name: 'time', type: 'string', value: 'HH:MM', summary: 'Every day at this time (default 03:00)' },
	{ name: 'calendar', type: 'string', value: 'EXPR', summary: 'When, as in systemd.time(7)' },
	{
		name: 'delay',
		type: 'integer',
		value: 'MINUTES',
		min: 0,
		max: 1440,
		summary: 'Random delay of the start, at most (default 15)',
	},
	{ name: 'no-sync', type: 'boolean', summary: 'Only back up, do not sync to the remotes' },
	{ name: 'cron', type: 'boolean', summary: 'cron instead of systemd' },
];

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
				arguments: [{ name: 'PATH', completes: 'file', summary: 'File to write, `-` for standard output' }],
			},
			{
				name: 'validate',
				summary: 'Check the configuration and say what is wrong, all in one go',
				arguments: validateArguments,
				flags: validateFlags,
			},
			{
				name: 'show',
				summary: 'The effective values, secrets masked',
				flags: [{ name: 'origin', type: 'boolean', summary: 'Say where each value comes from' }],
			},
			{
				name: 'import',
				summary: "Take over the older program's config.ini or backup.conf",
				arguments: [
					{ name: 'FILE', completes: 'file', summary: 'The older file', required: true },
					{ name: 'TARGET', completes: 'file', summary: 'File to write' },
				],
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
	},
	{
		name: 'generate-config',
		summary: 'Write config/config.ini.template (older name of `config generate`)',
		arguments: [{ name: 'PATH', completes: 'file', summary: 'File to write' }],
		hidden: true,
	},
	{
		name: 'schedule',
		summary: 'Run backups by a systemd timer or cron',
		defaultSubcommand: 'status',
		subcommands: [
			{
				name: 'install',
				summary: 'Show the units, ask, write them and turn the timer on',
				description: [
					'A service, a timer that makes up for missed times, and a unit that starts at boot what a killed run left down. With remotes configured the backup is followed by a sync.',
				],
				flags: scheduleFlags,
			},
			{
				name: 'remove',
				summary: 'Turn the schedule off and remove its files',
			},
			{
				name: 'status',
				summary: 'Next run, last start, what is wrong',
			},
			{
				name: 'print',
				summary: 'Print the units, or a line for a crontab',
				flags: scheduleFlags,
			},
		],
		examples: [
			{ command: 'schedule install --time 02:30', summary: 'Every night by a systemd timer' },
			{ command: 'schedule install --calendar "Mon,Thu 03:00"', summary: 'Twice a week' },
			{ command: 'schedule print --cron', summary: 'A line for crontab -e' },
		],
	},
	{
		name: 'notify',
		summary: 'Notifications',
		subcommands: [{ name: 'test', planned: true, summary: 'Send a test message' }],
	},
];
