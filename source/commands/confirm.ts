import { createInterface } from 'node:readline';
import { BackupTuiError } from '../errors.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import type { CommandIo, GlobalOptions, Question } from './context.ts';

/**
 * Asks before something is changed. `--yes` answers a plain question, `--confirm NAME` one that wants a name
 * typed; a dry run changes nothing and needs no answer. Enter alone means no.
 *
 * @throws `usage` when an answer is needed and nobody can be asked, or `--confirm` names something else
 */
export async function confirm(question: Question, options: GlobalOptions, io: CommandIo): Promise<boolean> {
	if (options.dryRun) return true;
	const { typeName } = question;
	const text = sanitizeLine(question.text);
	if (typeName === undefined) {
		if (options.yes) return true;
		if (!options.interactive) throw unanswered(text, 'add --yes');
		return /^(y|yes)$/i.test(await ask(`${text} [y/N] `, io));
	}
	if (options.confirm !== undefined) {
		if (options.confirm === typeName) return true;
		throw new BackupTuiError('usage', `--confirm ${options.confirm} does not name what is about to change`, {
			hint: `this needs --confirm ${typeName}`,
		});
	}
	if (!options.interactive) throw unanswered(text, `add --confirm ${typeName}`);
	return (await ask(`${text} Type ${sanitizeLine(typeName)} to go on: `, io)) === typeName;
}

function unanswered(text: string, hint: string): BackupTuiError {
	return new BackupTuiError('usage', `an answer is needed: ${text}`, { hint });
}

/** Asks one question and reads one line. @returns the answer without outer blanks, empty at the end of input */
export async function ask(prompt: string, io: CommandIo): Promise<string> {
	io.stderr.write(prompt);
	const reader = createInterface({ input: io.stdin });
	try {
		// End of input is an empty answer: no.
		const answer = await new Promise<string>((resolve) => {
			reader.once('line', resolve);
			reader.once('close', () => resolve(''));
		});
		return answer.trim();
	} finally {
		reader.close();
	}
}
