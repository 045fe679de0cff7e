import { writeSync } from 'node:fs';

// Bracketed paste off, attributes off, cursor shown.
const always = '\u001b[?2004l\u001b[0m\u001b[?25h';
const leaveAlternateScreen = '\u001b[?1049l';

/**
 * Puts the terminal back as it was, whatever state the UI is in. Synchronous, so that it works in an `exit` handler;
 * repeating it does no harm.
 */
export function restoreTerminal(descriptor: number, alternateScreen: boolean): void {
	try {
		writeSync(descriptor, alternateScreen ? leaveAlternateScreen + always : always);
	} catch {
		// The terminal is gone.
	}
}
