/** What became of the older program's spellings. */
export interface LegacyRewrite {
	readonly argv: readonly string[];
	/** One line for each spelling met, for standard error. */
	readonly notices: readonly string[];
}

const flagCommands: ReadonlyMap<string, readonly string[]> = new Map([
	['--list-backups', ['list-backups']],
	['--generate-config', ['generate-config']],
	['--validate-config', ['validate']],
	['--health-check', ['health']],
	['--restore-preview', ['snapshots', 'ls']],
]);

/**
 * Maps flags that used to stand for commands (`--list-backups`), and the separate `manage-dirlist`, to
 * today's commands. Nothing after `--` is touched.
 */
export function rewriteLegacy(argv: readonly string[]): LegacyRewrite {
	const end = argv.indexOf('--');
	const head = end === -1 ? argv : argv.slice(0, end);
	const tail = end === -1 ? [] : argv.slice(end);
	if (head[0] === 'manage-dirlist') return manageDirlist(head.slice(1), tail);
	const index = head.findIndex((word) => flagCommands.has(flagName(word)));
	const word = head[index];
	if (word === undefined) return { argv, notices: [] };
	const name = flagName(word);
	const command = flagCommands.get(name) ?? [];
	const value = word.includes('=') ? [word.slice(word.indexOf('=') + 1)] : [];
	// The command goes first: what stood around the flag are its own flags and arguments.
	const rest = [...head.slice(0, index), ...value, ...head.slice(index + 1)];
	return {
		argv: [...command, ...rest, ...tail],
		notices: [`${name} is now \`backup-tui ${command.join(' ')}\``],
	};
}

function flagName(word: string): string {
	return word.split('=', 1)[0] ?? word;
}

function manageDirlist(rest: readonly string[], tail: readonly string[]): LegacyRewrite {
	const pruning = rest.some((word) => word === '--prune' || word === '--prune-only');
	return {
		argv: ['stacks', ...rest.filter((word) => word !== '--prune' && word !== '--prune-only'), ...tail],
		notices: [
			'manage-dirlist is now `backup-tui stacks`',
			...(pruning
				? ['a stack whose directory is gone is kept as missing; `backup-tui stacks remove NAME` removes it']
				: []),
		],
	};
}
