import { cellWidth } from '../text/cells.ts';
import { type Line, span } from '../text/line.ts';
import type { Theme } from '../theme.ts';
import type { TextInput } from '../widgets/text-input.ts';

/** @returns a text field as a row, scrolled so that the cursor is in it */
export function inputLine(prompt: string, input: TextInput, width: number, theme: Theme): Line {
	const characters = [...input.value];
	const room = Math.max(4, width - cellWidth(prompt) - 2);
	const first = Math.max(0, input.cursor - room);
	const at = characters[input.cursor];
	const before = characters.slice(first, input.cursor).join('');
	// Without colours the inverse cell is not seen: an underscore marks the end of the text.
	const plain = theme.styles.accent.color === undefined;
	return [
		span(prompt, 'accent'),
		span(before),
		{ text: at ?? (plain ? '_' : ' '), inverse: true },
		span(characters.slice(input.cursor + 1).join('')),
	];
}
