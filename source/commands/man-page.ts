import { exitCodeMeanings } from '../exit-codes.ts';
import { flagRow, usageLine } from './help-text.ts';
import { type CommandDefinition, isBuilt } from './spec/definition.ts';
import { globalFlags } from './spec/global-flags.ts';
import { commandGroups } from './spec/table.ts';

/** The manual page in roff, from the command table. */
export function manPage(version: string): string {
	const lines = [
		`.TH BACKUP-TUI 8 "" "backup-tui ${roff(version)}" "System administration"`,
		'.SH NAME',
		'backup-tui \\- back up Docker Compose stacks with restic, mirror them with rclone, restore them',
		'.SH SYNOPSIS',
		'.B backup-tui',
		'.br',
		'.B backup-tui',
		'.I COMMAND',
		'[\\fIARGUMENTS\\fR] [\\fIFLAGS\\fR]',
		'.SH DESCRIPTION',
		'Finds the Compose stacks of a Docker host, takes a consistent copy of everything a stack owns with restic, brings the stack back exactly as it was, mirrors the repository off-site with rclone, and restores all of it on a bare machine. Without a command it opens the terminal UI.',
		...commandGroups.flatMap((group) => groupLines(group.title, group.commands)),
		'.SH GLOBAL FLAGS',
		'Accepted before and after the command.',
		...globalFlags.flatMap((flag) => tagged(...flagRow(flag))),
		'.SH EXIT STATUS',
		...Object.entries(exitCodeMeanings).flatMap(([code, meaning]) => tagged(code, meaning)),
		'.SH FILES',
		...tagged(
			'/etc/backup-tui/config.ini',
			'Configuration; `backup-tui config generate` writes it with a comment on every key.',
		),
		...tagged('/etc/backup-tui/dirlist', 'Which stacks are on.'),
		...tagged('/var/lib/backup-tui', 'Runs, journal, history.'),
		...tagged('/var/log/backup-tui', 'Logs.'),
		'A user other than root has them in the XDG directories.',
		'.SH ENVIRONMENT',
		...tagged('BACKUP_TUI_CONFIG', 'Path of the configuration.'),
		...tagged('BACKUP_TUI_<KEY>', 'Overrides a key of the configuration.'),
		...tagged('RESTIC_REPOSITORY, RESTIC_PASSWORD, RESTIC_PASSWORD_FILE', 'As in restic.'),
		...tagged('NO_COLOR', 'No colours.'),
		'.SH SEE ALSO',
		'.BR restic (1),',
		'.BR rclone (1),',
		'.BR docker (1)',
	];
	return `${lines.join('\n')}\n`;
}

function groupLines(title: string, commands: readonly CommandDefinition[]): string[] {
	const shown = commands.filter((command) => isBuilt(command) && command.hidden !== true);
	if (shown.length === 0) return [];
	return [
		`.SH ${roff(title.toUpperCase())}`,
		...shown.flatMap((command) => commandLines(command, [command.name])),
	];
}

function commandLines(command: CommandDefinition, path: readonly string[]): string[] {
	const own = command.subcommands === undefined ? ownLines(command, path) : [];
	const subcommands = (command.subcommands ?? []).filter(isBuilt);
	const examples = command.examples ?? [];
	return [
		...own,
		...subcommands.flatMap((each) => commandLines(each, [...path, each.name])),
		...examples.flatMap((each) => [
			'.PP',
			`Example: \\fBbackup-tui ${roff(each.command)}\\fR \\- ${roff(each.summary)}`,
		]),
	];
}

function ownLines(command: CommandDefinition, path: readonly string[]): string[] {
	const flags = (command.flags ?? []).filter((flag) => flag.hidden !== true);
	return [
		`.SS ${roff(usageLine(command, path).replace(/^backup-tui /, ''))}`,
		...text(`${command.summary}.`),
		...(command.description ?? []).flatMap((paragraph) => ['.PP', ...text(paragraph)]),
		...(command.arguments ?? []).flatMap((argument) => tagged(argument.name, argument.summary)),
		...flags.flatMap((flag) => tagged(...flagRow(flag))),
	];
}

function tagged(tag: string, meaning: string): string[] {
	return ['.TP', `\\fB${roff(tag.trim())}\\fR`, ...text(meaning)];
}

// A line that begins with a dot or quote would be a request.
function text(paragraph: string): string[] {
	return [roff(paragraph).replace(/^([.'])/, '\\&$1')];
}

function roff(plain: string): string {
	return plain.replaceAll('\\', '\\e').replaceAll('-', '\\-');
}
