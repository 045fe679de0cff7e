import { sanitizeText } from '../process/sanitize.ts';
import { quoteArgv } from '../runs/describe.ts';
import { commands } from './spec/table.ts';

/**
 * A hint as it is shown, without control characters: a command in it finds the same configuration when it is pasted.
 *
 * @param configPath `--config` as it was given, if it was
 */
export function hintText(hint: string, configPath: string | undefined): string {
	const text = sanitizeText(hint);
	if (configPath === undefined || text.includes('--config')) return text;
	const option = sanitizeText(quoteArgv(['--config', configPath]));
	const names = new Set(commands.map(({ name }) => name));
	return text.replace(/\bbackup-tui ([a-z-]+)/g, (whole, word: string) =>
		names.has(word) ? `backup-tui ${option} ${word}` : whole,
	);
}

/** @returns the value of `--config` among arguments that may be wrong */
export function givenConfig(argv: readonly string[]): string | undefined {
	const at = argv.findIndex((word) => word === '-c' || word === '--config' || word.startsWith('--config='));
	const word = argv[at];
	if (word === undefined) return undefined;
	return word.startsWith('--config=') ? word.slice('--config='.length) : argv[at + 1];
}
