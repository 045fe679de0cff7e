/** The part of the terminal that is needed. */
interface HeldTerminal {
	readonly input: { setRawMode?(mode: boolean): unknown };
	readonly write: (text: string) => unknown;
}

const clearRow = '\r\u001b[K';
const bracketedPasteOn = '\u001b[?2004h';

/**
 * Keeps keys that are typed before anybody reads them: without an echo, which would stand on the screen for ever, and in
 * the terminal's own buffer, from which they come as one piece; so none of them answers a question that another has asked.
 * What was echoed already, before the program ran, is wiped away.
 */
export function holdInput({ input, write }: HeldTerminal): void {
	try {
		input.setRawMode?.(true);
		write(clearRow + bracketedPasteOn);
	} catch {
		// A terminal that has gone shows when it is read.
	}
}
