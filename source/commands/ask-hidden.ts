import type { ReadStream } from 'node:tty';
import { BackupTuiError } from '../errors.ts';
import type { CommandIo } from './context.ts';

/**
 * Asks for something that must not be seen: nothing is echoed.
 *
 * @throws usage when there is no terminal to ask at; interrupted-int on Ctrl-C
 */
export async function askHidden(prompt: string, io: CommandIo): Promise<string> {
	const input = io.stdin as ReadStream;
	if (input.isTTY !== true) {
		throw new BackupTuiError('usage', 'a passphrase is needed and there is no terminal to ask at', {
			hint: 'give it in a file: --passphrase-file FILE',
		});
	}
	io.stderr.write(prompt);
	input.setRawMode(true);
	input.resume();
	try {
		return await new Promise<string>((resolve, reject) => {
			let typed = '';
			const onData = (chunk: Buffer) => {
				for (const character of chunk.toString('utf8')) {
					if (character === '\r' || character === '\n') {
						input.off('data', onData);
						resolve(typed);
						return;
					}
					if (character === '\u0003' || character === '\u0004') {
						input.off('data', onData);
						reject(new BackupTuiError('interrupted-int', 'interrupted'));
						return;
					}
					if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('');
					else typed += character;
				}
			};
			input.on('data', onData);
		});
	} finally {
		input.setRawMode(false);
		input.pause();
		io.stderr.write('\n');
	}
}
