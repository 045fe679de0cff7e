import stringWidth from 'string-width';

/**
 * Lines up rows of cells by the width they take on a terminal. The last cell of a row is not padded.
 *
 * @param rows of sanitized text
 */
export function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
	const widths: number[] = [];
	for (const row of rows) {
		for (const [index, cell] of row.entries())
			widths[index] = Math.max(widths[index] ?? 0, stringWidth(cell));
	}
	const pad = (cell: string, index: number): string =>
		cell + ' '.repeat((widths[index] ?? 0) - stringWidth(cell));
	return rows.map((row) => row.map(pad).join('  ').trimEnd());
}
