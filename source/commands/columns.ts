import stringWidth from 'string-width';

/** Narrower than this a column tells nothing. */
const leastWidth = 8;

/**
 * Lines up rows of cells by the width they take on a terminal. The last cell of a row is not padded.
 *
 * @param rows of sanitized text
 * @param width of the terminal: the widest columns are cut until a line fits. Without it nothing is cut
 * @param ellipsis stands for what was cut
 * @param whole columns that are never cut: what is typed again
 */
export function alignColumns(
	rows: readonly (readonly string[])[],
	width?: number,
	ellipsis = '…',
	whole: readonly number[] = [],
): readonly string[] {
	const widths = fittingWidths(rows, width, whole);
	return rows.map((row) =>
		row
			.map((cell, index) => pad(cut(cell, widths[index] ?? 0, ellipsis), widths[index] ?? 0))
			.join('  ')
			.trimEnd(),
	);
}

function fittingWidths(
	rows: readonly (readonly string[])[],
	width: number | undefined,
	whole: readonly number[],
): readonly number[] {
	const widths: number[] = [];
	for (const row of rows) {
		for (const [index, cell] of row.entries())
			widths[index] = Math.max(widths[index] ?? 0, stringWidth(cell));
	}
	const taken = () => widths.reduce((sum, one) => sum + one + 2, -2);
	while (width !== undefined && taken() > width) {
		const widest = Math.max(...widths.filter((_, index) => !whole.includes(index)));
		if (widest <= leastWidth) break;
		widths[widths.findIndex((one, index) => one === widest && !whole.includes(index))] = widest - 1;
	}
	return widths;
}

function pad(cell: string, width: number): string {
	return cell + ' '.repeat(Math.max(0, width - stringWidth(cell)));
}

/** @returns a text that takes at most so many columns; characters are never cut in two */
export function cut(text: string, width: number, ellipsis: string): string {
	if (stringWidth(text) <= width) return text;
	let shown = '';
	for (const { segment } of new Intl.Segmenter().segment(text)) {
		if (stringWidth(shown + segment + ellipsis) > width) break;
		shown += segment;
	}
	return shown + ellipsis;
}

/**
 * Breaks a line of text at words where the terminal is narrower; what follows is indented.
 *
 * @param width of the terminal; without it nothing is broken
 */
export function wrapLine(text: string, width: number | undefined, indent = '  '): readonly string[] {
	if (width === undefined || stringWidth(text) <= width) return [text];
	const [first = '', ...more] = wrapWords(text, width - indent.length);
	return [first, ...more.map((line) => indent + line)];
}

/** Breaks a text at blanks into lines of at most so many columns; a word that is longer keeps a line of its own. */
export function wrapWords(text: string, width: number): readonly string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		const longer = line === '' ? word : `${line} ${word}`;
		if (line !== '' && stringWidth(longer) > width) {
			lines.push(line);
			line = word;
		} else line = longer;
	}
	return [...lines, line];
}
