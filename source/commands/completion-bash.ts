import {
	type CompletionEntry,
	commonFlags,
	completionEntries,
	spellings,
	valuedFlags,
} from './completion-words.ts';
import type { ArgumentDefinition, FlagDefinition } from './spec/definition.ts';

/** The bash completion script. Works without the bash-completion package. */
export function bashCompletion(): string {
	const entries = completionEntries();
	const valued = valuedFlags(entries);
	return `# bash completion for backup-tui, made by \`backup-tui completion bash\`.
# For all users: put it in /usr/share/bash-completion/completions/backup-tui
_backup_tui() {
	local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
	local path='' word index skip=0 place=0 words='' kind='' quoted
	# bash takes --flag=value apart: three words.
	if [[ $current == '=' ]]; then current=''
	elif [[ $previous == '=' ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
	for ((index = 1; index < COMP_CWORD; index++)); do
		word=\${COMP_WORDS[index]}
		if [[ $word == '=' ]]; then skip=1; continue; fi
		if ((skip)); then skip=0; continue; fi
		case $word in
			${valued.flatMap(spellings).join('|')}) skip=1 ;;
			-*) ;;
			*)
				case "$path $word" in
${entries
	.filter((entry) => entry.path !== '')
	.map((entry) => `					'${entry.path.includes(' ') ? '' : ' '}${entry.path}') path='${entry.path}' ;;`)
	.join('\n')}
					*) place=$((place + 1)) ;;
				esac ;;
		esac
	done
	case $previous in
${valued.map(valueCase).join('\n')}
		*)
			if [[ $current == -* ]]; then
				words='${commonFlags.map((flag) => `--${flag.name}`).join(' ')}'
				case $path in
${entries
	.filter((entry) => entry.flags.length > 0)
	.map(flagsCase)
	.join('\n')}
				esac
			else
				case "$path $place" in
${entries.flatMap(placeCases).join('\n')}
				esac
			fi ;;
	esac
	COMPREPLY=()
	[[ -n $words ]] && COMPREPLY=($(compgen -W "$words" -- "$current"))
	case $kind in
		'') ;;
		file|directory)
			compopt -o filenames 2>/dev/null
			while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -A "$kind" -- "$current") ;;
		*)
			compopt -o nosort 2>/dev/null
			# Not with compgen -W: it would run a name such as $(...).
			while IFS= read -r word; do
				printf -v quoted %q "$word"
				if [[ $word == -* ]]; then continue; fi
				if [[ $word == "$current"* || $quoted == "$current"* ]]; then COMPREPLY+=("$quoted"); fi
			done < <(backup-tui completion-values "$kind" -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null </dev/null) ;;
	esac
}
complete -F _backup_tui backup-tui
`;
}

function offered(definition: FlagDefinition | ArgumentDefinition): string {
	if (definition.values !== undefined) return `words='${definition.values.join(' ')}'`;
	return definition.completes === undefined ? ':' : `kind=${definition.completes}`;
}

function valueCase(flag: FlagDefinition): string {
	return `		${spellings(flag).join('|')}) ${offered(flag)} ;;`;
}

function flagsCase(entry: CompletionEntry): string {
	return `					'${entry.path}') words="$words ${entry.flags.map((flag) => `--${flag.name}`).join(' ')}" ;;`;
}

/** What can stand at each place after a command: its subcommands, or its arguments in their order. */
function placeCases(entry: CompletionEntry): string[] {
	const subcommands = entry.subcommands.map((each) => each.name).join(' ');
	if (subcommands !== '') return [`					'${entry.path} 0') words='${subcommands}' ;;`];
	return entry.arguments.map((argument, index) => {
		const place = argument.variadic === true ? `'${entry.path} '*` : `'${entry.path} ${index}'`;
		return `					${place}) ${offered(argument)} ;;`;
	});
}
