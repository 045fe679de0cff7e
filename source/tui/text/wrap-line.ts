import { sanitizeLine } from '../../process/sanitize.ts';
import { wrapCells } from './cells.ts';
import { type Line, lineWidth, type Span } from './line.ts';

/** Gives the characters of each row the looks they had; blanks at a break are left out. */
function dressed(rows: readonly string[], spans: readonly Span[]): Line[] {
	const looks = spans.flatMap(({ text, ...look }) => Array.from({ length: text.length }, () => look));
	const whole = spans.map((one) => one.text).join('');
	let at = 0;
	return rows.map((row) => {
		at = Math.max(at, whole.indexOf(row, at));
		const result: Span[] = [];
		for (let index = 0; index < row.length; index += 1) {
			const look = looks[at + index] ?? {};
			const last = result.at(-1);
			const same = index > 0 && looks[at + index - 1] === looks[at + index];
			if (same && last !== undefined) result[result.length - 1] = { ...last, text: last.text + row[index] };
			else result.push({ ...look, text: row[index] ?? '' });
		}
		at += row.length;
		return result;
	});
}

/** @returns a line in rows of at most `width` cells; its first span is a label, below which the others go on */
export function wrapLabelled(unsafe: Line, width: number): readonly Line[] {
	const [label, ...rest] = unsafe.map((part) => ({ ...part, text: sanitizeLine(part.text) }));
	if (label === undefined || lineWidth(unsafe) <= width) return [unsafe];
	const indent = lineWidth([label]);
	if (rest.length === 0 || width - indent < 10) return [unsafe];
	const rows = dressed(wrapCells(rest.map((one) => one.text).join(''), width - indent), rest);
	return rows.map((row, index) => [index === 0 ? label : { text: ' '.repeat(indent) }, ...row]);
}
