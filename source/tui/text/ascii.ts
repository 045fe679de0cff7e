/**
 * Text for a terminal without UTF-8. Names in other scripts cannot be shown there: a mark stands for each character.
 */
export function toAscii(text: string): string {
	return text.replaceAll('…', '~').replace(/[^\x20-\x7e]/gu, '?');
}
