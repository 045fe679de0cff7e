import { type CommandDefinition, dynamicKinds } from './definition.ts';

/** What the program says about itself. */
export const aboutCommands: readonly CommandDefinition[] = [
	{
		name: 'schema',
		summary: 'JSON Schema of the events or of the configuration',
		arguments: [
			{ name: 'WHAT', summary: '`events` or `config`', required: true, values: ['events', 'config'] },
		],
	},
	{
		name: 'completion',
		summary: 'Completion script for a shell',
		arguments: [
			{
				name: 'SHELL',
				summary: '`bash`, `zsh` or `fish`',
				required: true,
				values: ['bash', 'zsh', 'fish'],
			},
		],
	},
	{
		name: 'completion-values',
		summary: 'Names for the completion of a shell, one a line',
		hidden: true,
		arguments: [
			{ name: 'KIND', summary: 'What is wanted', required: true, values: dynamicKinds },
			{ name: 'WORD', summary: 'The words before the one that is typed', variadic: true },
		],
	},
	{ name: 'man', summary: 'The manual page, for `man -l -`' },
	{
		name: 'version',
		summary: 'Version of the program and of Node',
	},
	{
		name: 'help',
		summary: 'Help for the program or a command',
		arguments: [{ name: 'COMMAND', summary: 'A command, and its subcommand', variadic: true }],
	},
];
