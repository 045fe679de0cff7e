import stringWidth from 'string-width';

const plain = /^[\x20-\x7e]*$/;
let segmenter: Intl.Segmenter | undefined;

/** @returns how many terminal cells a text takes; wide characters take two, combining ones none */
export function cellWidth(text: string): number {
	return plain.test(text) ? text.length : stringWidth(text);
}

function graphemes(text: string): string[] {
	if (plain.test(text)) return text.split('');
	segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
	return Array.from(segmenter.segment(text), (part) => part.segment);
}

function takeCells(parts: readonly string[], width: number): string {
	let result = '';
	let used = 0;
	for (const part of parts) {
		const cells = cellWidth(part);
		if (used + cells > width) break;
		result += part;
		used += cells;
	}
	return result;
}

/** @returns the text in at most `width` cells; what was cut at the end shows as `ellipsis` */
export function cutEnd(text: string, width: number, ellipsis: string): string {
	if (width <= 0) return '';
	if (cellWidth(text) <= width) return text;
	const room = width - cellWidth(ellipsis);
	if (room <= 0) return takeCells(graphemes(text), width);
	return takeCells(graphemes(text), room) + ellipsis;
}

/** Like `cutEnd`, but keeps the end: for paths, whose last part tells most. */
export function cutStart(text: string, width: number, ellipsis: string): string {
	if (width <= 0) return '';
	if (cellWidth(text) <= width) return text;
	const room = width - cellWidth(ellipsis);
	if (room <= 0) return takeCells(graphemes(text), width);
	const tail = takeCells(graphemes(text).reverse(), room);
	return ellipsis + graphemes(tail).reverse().join('');
}

/** @returns the text with blanks after it, `width` cells together; a longer text stays as it is */
export function padEnd(text: string, width: number): string {
	return text + ' '.repeat(Math.max(0, width - cellWidth(text)));
}

/** @returns the text with blanks before it, for numbers */
export function padStart(text: string, width: number): string {
	return ' '.repeat(Math.max(0, width - cellWidth(text))) + text;
}

/** Breaks a text into rows of at most `width` cells, at blanks where there are any; never an empty list. */
export function wrapCells(text: string, width: number): string[] {
	if (width <= 0 || cellWidth(text) <= width) return [text];
	const rows: string[] = [];
	let rest = text;
	while (cellWidth(rest) > width) {
		const head = takeCells(graphemes(rest), width) || (graphemes(rest)[0] as string);
		const blank = rest[head.length] === ' ' ? head.length : head.lastIndexOf(' ');
		const end = blank > width / 3 ? blank : head.length;
		rows.push(rest.slice(0, end));
		rest = rest.slice(end).replace(/^ /, '');
	}
	return rest === '' ? rows : [...rows, rest];
}
