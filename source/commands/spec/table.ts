import { aboutCommands } from './about.ts';
import type { CommandDefinition } from './definition.ts';
import { lookCommands } from './look.ts';
import { offSiteCommands } from './off-site.ts';
import { repositoryCommands } from './repository.ts';
import { runCommands } from './run.ts';
import { setupCommands } from './setup.ts';

/** The commands under one heading of the help. */
export interface CommandGroup {
	readonly title: string;
	readonly commands: readonly CommandDefinition[];
}

/**
 * Every command of the program. A new one needs its entry here, a file `commands/NAME.ts` with an exported `run`, and a line
 * in `commands/handlers.ts`: help, completion and the man page follow.
 */
export const commandGroups: readonly CommandGroup[] = [
	{ title: 'Backup', commands: runCommands },
	{ title: 'Stacks and status', commands: lookCommands },
	{ title: 'Repository', commands: repositoryCommands },
	{ title: 'Off-site and restore', commands: offSiteCommands },
	{ title: 'Setup', commands: setupCommands },
	{ title: 'About', commands: aboutCommands },
];

/** All commands, flat. */
export const commands: readonly CommandDefinition[] = commandGroups.flatMap((group) => group.commands);

/** @returns the command of this name or alias among `among` */
export function findCommand(
	name: string,
	among: readonly CommandDefinition[] = commands,
): CommandDefinition | undefined {
	return among.find((command) => command.name === name || command.aliases?.includes(name));
}
