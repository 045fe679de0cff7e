// Control characters: C0, DEL, C1 (0x9b is a CSI of its own), line and paragraph separators, the marks that
// change the direction of text, and halves of surrogate pairs.
const dangerous =
	/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;
const dangerousKeepingLines =
	/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

function escapeCharacter(character: string): string {
	if (character === '\n') return '\\n';
	if (character === '\r') return '\\r';
	if (character === '\t') return '\\t';
	const code = character.charCodeAt(0);
	return code < 0x100
		? `\\x${code.toString(16).padStart(2, '0')}`
		: `\\u${code.toString(16).padStart(4, '0')}`;
}

/**
 * Makes text from outside (names, labels, log lines, a tool's output) safe for one line of a screen, a log or
 * standard output: what could steer a terminal or hide text is shown as an escape such as `\x1b`.
 */
export function sanitizeLine(text: string): string {
	return text.replace(dangerous, escapeCharacter);
}

/** Same for text of several lines: line feeds and tabs stay. */
export function sanitizeText(text: string): string {
	return text.replace(dangerousKeepingLines, escapeCharacter);
}
