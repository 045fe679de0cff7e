import { StringDecoder } from 'node:string_decoder';
import { type InputEvent, KeyParser } from '../keys/parse.ts';

/** The part of a terminal's input that is needed. */
export type TerminalInput = Pick<NodeJS.ReadStream, 'on' | 'off' | 'resume' | 'pause'> & {
	setRawMode?: (mode: boolean) => unknown;
};

export interface OwnedInput {
	/** Gives the terminal back, e.g. to an editor or pager. */
	release(): void;
	take(): void;
}

/** A lone Escape is told from the beginning of a sequence by the silence after it, in ms. */
const escapePauseMs = 40;

/**
 * The one reader of the terminal's input: raw mode, bracketed paste, keys one by one.
 *
 * @param onGone the terminal has hung up: end of file or an input error
 */
export function ownInput(options: {
	readonly input: TerminalInput;
	readonly write: (text: string) => void;
	readonly onEvent: (event: InputEvent) => void;
	readonly onGone: () => void;
}): OwnedInput {
	const { input, write, onEvent, onGone } = options;
	const parser = new KeyParser();
	let decoder = new StringDecoder('utf8');
	let timer: NodeJS.Timeout | undefined;
	const onData = (chunk: Buffer | string) => {
		clearTimeout(timer);
		const text = typeof chunk === 'string' ? chunk : decoder.write(chunk);
		for (const event of parser.push(text)) onEvent(event);
		if (parser.pending) {
			timer = setTimeout(() => {
				for (const event of parser.flush()) onEvent(event);
			}, escapePauseMs);
		}
	};
	return {
		take: () => {
			decoder = new StringDecoder('utf8');
			try {
				input.setRawMode?.(true);
			} catch {
				onGone();
				return;
			}
			write('\u001b[?2004h');
			input.on('data', onData);
			input.on('end', onGone);
			input.on('close', onGone);
			input.on('error', onGone);
			input.resume();
		},
		release: () => {
			clearTimeout(timer);
			input.off('data', onData);
			input.off('end', onGone);
			input.off('close', onGone);
			input.pause();
			write('\u001b[?2004l');
			try {
				input.setRawMode?.(false);
			} catch {
				// The terminal is gone: there is nothing to put back.
			}
		},
	};
}
