import type { FlagDefinition } from './definition.ts';

/** Accepted by every command, before or after its name. */
export const globalFlags: readonly FlagDefinition[] = [
	{
		name: 'config',
		short: 'c',
		type: 'string',
		value: 'PATH',
		completes: 'file',
		summary: 'Use this configuration file',
	},
	{ name: 'dry-run', short: 'n', type: 'boolean', summary: 'Show what would be done; change nothing' },
	{ name: 'verbose', short: 'v', type: 'boolean', summary: 'Say more on standard error' },
	{ name: 'quiet', short: 'q', type: 'boolean', summary: 'Only results, warnings and errors' },
	{
		name: 'json',
		type: 'boolean',
		summary: 'Machine-readable output: one document, or one event a line for runs',
	},
	{ name: 'yes', short: 'y', type: 'boolean', summary: 'Answer yes to simple questions' },
	{
		name: 'confirm',
		type: 'string',
		value: 'NAME',
		summary: 'The typed answer for what overwrites or destroys',
	},
	{ name: 'no-input', type: 'boolean', summary: 'Never ask: fail where an answer is needed' },
	{ name: 'no-color', type: 'boolean', summary: 'No colours (also NO_COLOR=1)' },
	{
		name: 'wide',
		type: 'boolean',
		summary: 'Tables as wide as they are: nothing is cut to fit the terminal',
	},
	{ name: 'ascii', type: 'boolean', summary: 'Only ASCII characters' },
	{ name: 'screen-reader', type: 'boolean', summary: 'Words instead of marks, no redrawing' },
	{
		name: 'lock-wait',
		type: 'integer',
		value: 'SECONDS',
		optionalValue: true,
		min: 0,
		max: 604_800,
		summary: 'Wait for a held lock: so long, or as long as it takes',
	},
	{ name: 'help', short: 'h', type: 'boolean', summary: 'Help, also for a command' },
	{ name: 'version', type: 'boolean', summary: 'Print the version' },
];
