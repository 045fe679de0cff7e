import { sanitizeLine } from '../../process/sanitize.ts';
import { cellWidth, cutEnd, padEnd, padStart } from './cells.ts';

/** What a piece of text means; the theme says how that looks. */
export type Tone = 'plain' | 'ok' | 'warning' | 'bad' | 'muted' | 'accent' | 'title';

export interface Span {
	readonly text: string;
	readonly tone?: Tone;
	readonly bold?: boolean;
	readonly inverse?: boolean;
}

/** One row of the screen. `fitLine` and `columns` make every text safe for a terminal before it is measured. */
export type Line = readonly Span[];

export const emptyLine: Line = [];

/** @returns one span; the short way to write a line */
export function span(text: string, tone: Tone = 'plain'): Span {
	return tone === 'plain' ? { text } : { text, tone };
}

/** @returns a line from plain texts and spans */
export function line(...parts: readonly (Span | string)[]): Line {
	return parts.map((part) => (typeof part === 'string' ? { text: part } : part));
}

export function lineWidth(content: Line): number {
	return content.reduce((sum, part) => sum + cellWidth(part.text), 0);
}

/** @returns the line in exactly `width` cells: cut with the ellipsis, or filled with blanks */
export function fitLine(unsafe: Line, width: number, ellipsis: string): Line {
	const content = unsafe.map((part) => ({ ...part, text: sanitizeLine(part.text) }));
	const result: Span[] = [];
	let used = 0;
	const total = lineWidth(content);
	for (const part of content) {
		const cells = cellWidth(part.text);
		const last = total > width && used + cells >= width;
		if (last) {
			// Room for the ellipsis also when a span ends exactly at the edge and another one follows.
			const text = cells + used > width ? part.text : `${part.text}${ellipsis}`;
			result.push({ ...part, text: padEnd(cutEnd(text, width - used, ellipsis), width - used) });
			return result;
		}
		result.push(part);
		used += cells;
	}
	if (used < width) result.push({ text: ' '.repeat(width - used) });
	return result;
}

/** One cell of a table row: text in a fixed number of cells, then one blank before the next. */
export interface Column {
	readonly text: string;
	readonly width: number;
	readonly tone?: Tone;
	readonly bold?: boolean;
	readonly right?: boolean;
}

/** @returns a table row; each text is cut or filled to its column */
export function columns(cells: readonly Column[], ellipsis: string, gap = 1): Line {
	return cells
		.filter((cell) => cell.width > 0)
		.map((cell, index, all) => {
			const text = cutEnd(sanitizeLine(cell.text), cell.width, ellipsis);
			const filled = cell.right ? padStart(text, cell.width) : padEnd(text, cell.width);
			return {
				text: index === all.length - 1 ? filled : filled + ' '.repeat(gap),
				...(cell.tone === undefined ? {} : { tone: cell.tone }),
				...(cell.bold ? { bold: true } : {}),
			};
		});
}

/** @returns left text, blanks, right text: exactly `width` cells where both fit */
export function spread(left: Line, right: Line, width: number, ellipsis: string): Line {
	const rightWidth = lineWidth(right);
	if (rightWidth >= width) return fitLine(right, width, ellipsis);
	return [...fitLine(left, width - rightWidth, ellipsis), ...right];
}
