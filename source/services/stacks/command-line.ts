import { quoteArgv } from '../../runs/describe.ts';

/** @returns a `backup-tui stacks ...` line that works when pasted, whatever the names are */
export function stacksCommandLine(subcommand: string, names: readonly string[]): string {
	const ends = names.some((name) => name.startsWith('-')) ? ['--'] : [];
	return quoteArgv(['backup-tui', 'stacks', subcommand, ...ends, ...names]);
}
