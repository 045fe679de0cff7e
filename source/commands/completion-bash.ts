import {
	type CompletionEntry,
	commonFlags,
	completionEntries,
	stackNamesCommand,
	valueKind,
} from './completion-words.ts';
import type { FlagDefinition } from './definition.ts';

/** The bash completion script. Works without the bash-completion package. */
export function bashCompletion(): string {
	const entries = completionEntries();
	const valued = [...commonFlags, ...entries.flatMap((entry) => entry.flags)].filter(takesValue);
	return `# bash completion for backup-tui, made by \`backup-tui completion bash\`.
# For all users: put it in /usr/share/bash-completion/completions/backup-tui
_backup_tui() {
	local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
	local path='' word index skip=0 words='' files=''
	for ((index = 1; index < COMP_CWORD; index++)); do
		word=\${COMP_WORDS[index]}
		if ((skip)); then skip=0; continue; fi
		case $word in
			${valued.flatMap(spellings).join('|')}) skip=1 ;;
			-*|=) ;;
			*)
				case "$path $word" in
${entries
	.filter((entry) => entry.path !== '')
	.map((entry) => `					'${` ${entry.path}`}'|'${entry.path}') path='${entry.path}' ;;`)
	.join('\n')}
				esac ;;
		esac
	done
	case $previous in
${unique(valued).map(valueCase).join('\n')}
		*)
			case $path in
${entries.map(pathCase).join('\n')}
			esac
			if [[ $current == -* ]]; then words="$words ${commonFlags.map((flag) => `--${flag.name}`).join(' ')}"; fi ;;
	esac
	COMPREPLY=()
	[[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$current"))
	case $files in
		file) COMPREPLY+=($(compgen -f -- "$current")) ;;
		directory) COMPREPLY+=($(compgen -d -- "$current")) ;;
		stack)
			# Not with compgen -W: it would run a name such as $(...).
			while IFS= read -r word; do
				if [[ $word == "$current"* && $word != -* ]]; then COMPREPLY+=("$word"); fi
			done < <(${stackNamesCommand}) ;;
	esac
}
complete -o filenames -F _backup_tui backup-tui
`;
}

function takesValue(flag: FlagDefinition): boolean {
	return flag.type !== 'boolean' && flag.optionalValue !== true;
}

function spellings(flag: FlagDefinition): string[] {
	return [`--${flag.name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])];
}

function unique(flags: readonly FlagDefinition[]): readonly FlagDefinition[] {
	return [...new Map(flags.map((flag) => [flag.name, flag])).values()];
}

function valueCase(flag: FlagDefinition): string {
	const kind = valueKind(flag.value ?? '');
	const offered =
		flag.values === undefined
			? kind === 'none'
				? ':'
				: `files=${kind}`
			: `words='${flag.values.join(' ')}'`;
	return `		${spellings(flag).join('|')}) ${offered} ;;`;
}

function pathCase(entry: CompletionEntry): string {
	const flags = entry.flags.map((flag) => `--${flag.name}`).join(' ');
	const values = entry.arguments.flatMap((argument) => argument.values ?? []);
	const plain = [...entry.subcommands.map((each) => each.name), ...values].join(' ');
	const file = entry.arguments.map((argument) => valueKind(argument.name)).find((kind) => kind !== 'none');
	const offered = `if [[ $current == -* ]]; then words='${flags}'; else words='${plain}'${file === undefined ? '' : ` files=${file}`}; fi`;
	return `				'${entry.path}') ${offered} ;;`;
}
