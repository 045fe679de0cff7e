import {
	type CompletionEntry,
	commonFlags,
	completionEntries,
	stackNamesCommand,
	valueKind,
} from './completion-words.ts';
import type { FlagDefinition } from './definition.ts';

/** The fish completion script. */
export function fishCompletion(): string {
	const entries = completionEntries();
	const lines = [
		'# fish completion for backup-tui, made by `backup-tui completion fish`.',
		'# Put it in ~/.config/fish/completions/backup-tui.fish',
		'complete -c backup-tui -f',
		...commonFlags.map((flag) => flagLine(flag, '')),
		...entries.flatMap(entryLines),
	];
	return `${lines.join('\n')}\n`;
}

function entryLines(entry: CompletionEntry): string[] {
	const condition = conditionOf(entry);
	const values = entry.arguments.flatMap((argument) => argument.values ?? []);
	const kinds = entry.arguments.map((argument) => valueKind(argument.name));
	const file = kinds.some((kind) => kind === 'file' || kind === 'directory');
	const stack = kinds.includes('stack');
	return [
		...entry.subcommands.map(
			(each) => `complete -c backup-tui -n ${condition} -a ${each.name} -d ${quoted(each.summary)}`,
		),
		...values.map((value) => `complete -c backup-tui -n ${condition} -a ${value}`),
		...(stack ? [`complete -c backup-tui -n ${condition} -a ${quoted(`(${stackNamesCommand})`)}`] : []),
		...(file ? [`complete -c backup-tui -n ${condition} -F`] : []),
		...entry.flags.map((flag) => flagLine(flag, ` -n ${condition}`)),
	];
}

function conditionOf(entry: CompletionEntry): string {
	const words = entry.path.split(' ').filter((word) => word !== '');
	if (words.length === 0) return '__fish_use_subcommand';
	const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`);
	const deeper = entry.subcommands.map((each) => each.name);
	if (deeper.length > 0) seen.push(`not __fish_seen_subcommand_from ${deeper.join(' ')}`);
	return quoted(seen.join('; and '));
}

function flagLine(flag: FlagDefinition, condition: string): string {
	const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
	const takes = flag.type === 'boolean' || flag.optionalValue === true ? '' : ' -r';
	const values = flag.values === undefined ? '' : ` -a ${quoted(flag.values.join(' '))}`;
	const files = valueKind(flag.value ?? '') === 'none' ? '' : ' -F';
	return `complete -c backup-tui${condition} -l ${flag.name}${short}${takes}${values}${files} -d ${quoted(flag.summary)}`;
}

function quoted(text: string): string {
	return `'${text.replaceAll(/['\\]/g, (character) => `\\${character}`)}'`;
}
