import { type CompletionEntry, commonFlags, completionEntries } from './completion-words.ts';
import type { ArgumentDefinition, CompletionKind, FlagDefinition } from './spec/definition.ts';

/** The zsh completion script: one function for the program and for each command. */
export function zshCompletion(): string {
	const entries = completionEntries();
	return `#compdef backup-tui
# zsh completion for backup-tui, made by \`backup-tui completion zsh\`.
# Put it as _backup-tui into a directory of $fpath.
_backup_tui_values() {
	local -a values=(\${(f)"$(backup-tui completion-values $1 -- $backup_tui_words 2>/dev/null </dev/null)"})
	# In the order in which they come: the newest first.
	compadd -V $1 -- $values
}
${entries.map(entryFunction).join('\n')}
if [[ $funcstack[1] == _backup-tui ]]; then _backup_tui "$@"; else compdef _backup_tui backup-tui; fi
`;
}

function functionName(path: string): string {
	return ['_backup_tui', ...path.split(' ').filter((word) => word !== '')].join('__').replaceAll('-', '_');
}

function entryFunction(entry: CompletionEntry): string {
	const flags = [...commonFlags, ...entry.flags].flatMap(flagSpecs);
	if (entry.subcommands.length === 0) {
		const specs = [...flags, ...entry.arguments.map(argumentSpec)];
		return `${functionName(entry.path)}() {\n\t_arguments -s \\\n\t\t${specs.join(' \\\n\t\t')}\n}`;
	}
	const words = entry.subcommands.map((each) => `${quoted(`${each.name}:${escaped(each.summary)}`)}`);
	const cases = entry.subcommands.map(
		(each) => `\t\t\t${each.name}) ${functionName(`${entry.path} ${each.name}`.trim())} ;;`,
	);
	return `${functionName(entry.path)}() {
	local curcontext=$curcontext state line
${entry.path === '' ? '\t# A function that is called from here sees $words without those before the command.\n\tlocal -a backup_tui_words=($words[2,CURRENT-1])\n' : ''}	local -a commands=(${words.join(' ')})
	_arguments -s -C \\
		${flags.join(' \\\n\t\t')} \\
		'1: :->command' '*:: :->rest'
	case $state in
		command) _describe command commands ;;
		rest)
			case $line[1] in
${cases.join('\n')}
			esac ;;
	esac
}`;
}

function flagSpecs(flag: FlagDefinition): string[] {
	const text = `[${escaped(flag.summary)}]`;
	const repeats = flag.multiple === true ? '*' : '';
	const name = flag.value ?? 'VALUE';
	const value =
		flag.type === 'boolean'
			? ''
			: `${flag.optionalValue === true ? '::' : ':'}${escaped(name)}:${choices(flag.values, flag.completes)}`;
	const equals = flag.type === 'boolean' ? '' : flag.optionalValue === true ? '=-' : '=';
	const long = quoted(`${repeats}--${flag.name}${equals}${text}${value}`);
	return flag.short === undefined ? [long] : [long, quoted(`${repeats}-${flag.short}${text}${value}`)];
}

function argumentSpec(argument: ArgumentDefinition): string {
	const position = argument.variadic === true ? '*' : '';
	return quoted(`${position}:${argument.name}:${choices(argument.values, argument.completes)}`);
}

function choices(values: readonly string[] | undefined, kind: CompletionKind | undefined): string {
	if (values !== undefined) return `(${values.join(' ')})`;
	if (kind === undefined) return '';
	if (kind === 'file') return '_files';
	return kind === 'directory' ? '_files -/' : `{_backup_tui_values ${kind}}`;
}

function escaped(text: string): string {
	return text.replaceAll(/[[\]:\\]/g, (character) => `\\${character}`);
}

function quoted(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}
