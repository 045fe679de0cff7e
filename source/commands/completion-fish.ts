import {
	type CompletionEntry,
	commonFlags,
	completionEntries,
	spellings,
	takesWord,
	valuedFlags,
} from './completion-words.ts';
import type { ArgumentDefinition, CompletionKind, FlagDefinition } from './spec/definition.ts';

/** The fish completion script. */
export function fishCompletion(): string {
	const entries = completionEntries();
	const paths = entries.filter((entry) => entry.path !== '').map((entry) => quoted(entry.path));
	return `# fish completion for backup-tui, made by \`backup-tui completion fish\`.
# Put it in ~/.config/fish/completions/backup-tui.fish

# Whether the words so far are this command, and the next one is its argument of this number (with + also a later one).
function __backup_tui_at
    set -l path ''
    set -l place 0
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case ${valuedFlags(entries).flatMap(spellings).join(' ')}
                set skip 1
            case '-*'
            case '*'
                set -l deeper (string trim -- "$path $word")
                if contains -- $deeper ${paths.join(' ')}
                    set path $deeper
                else
                    set place (math $place + 1)
                end
        end
    end
    test "$path" = "$argv[1]"; or return 1
    test (count $argv) -lt 2; and return 0
    test "$argv[2]" = "$place"; and return 0
    test "$argv[2]" = '+'
end

function __backup_tui_values
    backup-tui completion-values $argv -- (commandline -opc)[2..] 2>/dev/null </dev/null
end

complete -c backup-tui -f
${[...commonFlags.map((flag) => flagLine(flag, '')), ...entries.flatMap(entryLines)].join('\n')}
`;
}

function entryLines(entry: CompletionEntry): string[] {
	const at = `__backup_tui_at "${entry.path}"`;
	return [
		...entry.subcommands.map(
			(each) => `complete -c backup-tui -n ${quoted(`${at} 0`)} -a ${each.name} -d ${quoted(each.summary)}`,
		),
		...(entry.subcommands.length > 0 ? [] : entry.arguments).flatMap((argument, index) =>
			argumentLine(argument, quoted(`${at} ${argument.variadic === true ? '+' : index}`)),
		),
		...entry.flags.map((flag) => flagLine(flag, ` -n ${quoted(at)}`)),
	];
}

function argumentLine(argument: ArgumentDefinition, condition: string): string[] {
	const offered = offer(argument.values, argument.completes);
	return offered === '' ? [] : [`complete -c backup-tui -n ${condition}${offered}`];
}

function offer(values: readonly string[] | undefined, kind: CompletionKind | undefined): string {
	if (values !== undefined) return ` -a ${quoted(values.join(' '))}`;
	if (kind === undefined) return '';
	if (kind === 'file') return ' -F';
	return kind === 'directory'
		? ` -a ${quoted('(__fish_complete_directories (commandline -ct))')}`
		: ` -k -a ${quoted(`(__backup_tui_values ${kind})`)}`;
}

function flagLine(flag: FlagDefinition, condition: string): string {
	const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
	// -x: no files beside the values.
	const takes = takesWord(flag) ? (flag.completes === 'file' ? ' -r' : ' -x') : '';
	return `complete -c backup-tui${condition} -l ${flag.name}${short}${takes}${offer(flag.values, flag.completes)} -d ${quoted(flag.summary)}`;
}

function quoted(text: string): string {
	return `'${text.replaceAll(/['\\]/g, (character) => `\\${character}`)}'`;
}
