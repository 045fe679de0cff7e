import { BackupTuiError } from '../errors.ts';
import { type ExitCode, exitCodeMeanings, exitCodes } from '../exit-codes.ts';
import { nearest } from '../nearest.ts';
import { commonFlags } from './completion-words.ts';
import type { CommandContext } from './context.ts';
import { commandHelp, overviewHelp } from './help-text.ts';
import { type CommandDefinition, isBuilt } from './spec/definition.ts';
import { commands, findCommand } from './spec/table.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
	return printHelp(context, context.args);
}

/**
 * Prints the overview, or the help of the command that `path` names.
 *
 * @throws `usage` for a name that is not a command
 */
export function printHelp(context: CommandContext, path: readonly string[]): ExitCode {
	const { version, io, options, output } = context;
	if (path.length === 0) {
		if (options.json)
			output.json({ version, commands: describe(commands), flags: commonFlags, exitCodes: exitCodeMeanings });
		else io.stdout.write(overviewHelp(version));
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
	if (found !== undefined && options.json) output.json(describe([found])[0]);
	else if (found !== undefined) io.stdout.write(commandHelp(found, names));
	return exitCodes.ok;
}

/** The built commands as `--json` shows them. */
function describe(among: readonly CommandDefinition[]): readonly Record<string, unknown>[] {
	return among
		.filter((command) => isBuilt(command) && command.hidden !== true)
		.map(({ subcommands, ...rest }) => ({
			...rest,
			...(subcommands === undefined ? {} : { subcommands: describe(subcommands) }),
		}));
}

function unknown(word: string, among: readonly CommandDefinition[]): BackupTuiError {
	const meant = nearest(
		word,
		among.filter(isBuilt).map((command) => command.name),
	);
	return new BackupTuiError('usage', `no help for ${word}: there is no such command`, {
		hint: meant === undefined ? 'list them: backup-tui help' : `did you mean ${meant}?`,
	});
}
