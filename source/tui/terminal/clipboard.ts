/** Longest text given to the terminal: several cut longer ones. */
const limit = 8 * 1024;

/**
 * The sequence that puts text on the clipboard of the person's own machine, also through SSH (OSC 52). Inside tmux it
 * is wrapped so that tmux hands it on.
 */
export function clipboardSequence(text: string, env: Readonly<Record<string, string | undefined>>): string {
	const encoded = Buffer.from(text.slice(0, limit)).toString('base64');
	const sequence = `\u001b]52;c;${encoded}\u0007`;
	if (env.TMUX === undefined) return sequence;
	return `${sequence}\u001bPtmux;\u001b${sequence}\u001b\\`;
}
