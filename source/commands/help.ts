import { BackupTuiError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { nearest } from '../nearest.ts';
import type { CommandContext } from './context.ts';
import { type CommandDefinition, isBuilt } from './definition.ts';
import { commandHelp, overviewHelp } from './help-text.ts';
import { commands, findCommand } from './table.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
	return printHelp(context, context.args);
}

/**
 * Prints the overview, or the help of the command that `path` names.
 *
 * @throws `usage` for a name that is not a command
 */
export function printHelp(context: CommandContext, path: readonly string[]): ExitCode {
	const { version, io } = context;
	if (path.length === 0) {
		io.stdout.write(overviewHelp(version));
		return exitCodes.ok;
	}
	let among: readonly CommandDefinition[] = commands;
	let found: CommandDefinition | undefined;
	const names: string[] = [];
	for (const word of path) {
		found = findCommand(word, among);
		if (found === undefined || !isBuilt(found)) throw unknown(word, among);
		names.push(found.name);
		among = found.subcommands ?? [];
	}
	if (found !== undefined) io.stdout.write(commandHelp(found, names));
	return exitCodes.ok;
}

function unknown(word: string, among: readonly CommandDefinition[]): BackupTuiError {
	const meant = nearest(
		word,
		among.filter(isBuilt).map((command) => command.name),
	);
	return new BackupTuiError('usage', `no help for ${word}: there is no such command`, {
		hint: meant === undefined ? 'backup-tui help lists them' : `did you mean ${meant}?`,
	});
}
