import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellWidth, cutEnd, cutStart, wrapCells } from '../../../source/tui/text/cells.ts';
import { columns, fitLine, type Line, lineWidth, spread } from '../../../source/tui/text/line.ts';

const lineText = (content: Line) => content.map((part) => part.text).join('');

const wide = fc.string({ unit: fc.constantFrom('a', ' ', '日', 'é', '👩‍👩‍👧', '\u0301', '\u001b', '✔') });

test('cutting never needs more cells than allowed', () => {
	fc.assert(
		fc.property(wide, fc.integer({ min: 0, max: 30 }), (text, width) => {
			expect(cellWidth(cutEnd(text, width, '…'))).toBeLessThanOrEqual(width);
			expect(cellWidth(cutStart(text, width, '…'))).toBeLessThanOrEqual(width);
		}),
	);
});

test('a line fills its width exactly, whatever is in it, and sends no control characters', () => {
	fc.assert(
		fc.property(fc.array(wide), fc.integer({ min: 1, max: 40 }), (texts, width) => {
			const fitted = fitLine(
				texts.map((text) => ({ text })),
				width,
				'…',
			);
			expect(lineWidth(fitted)).toBe(width);
			expect(lineText(fitted)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
		}),
	);
});

test('what does not fit shows as cut', () => {
	expect(cutEnd('paperless', 6, '…')).toBe('paper…');
	expect(cutStart('/opt/stacks/paperless', 10, '…')).toBe('…paperless');
	expect(lineText(fitLine([{ text: 'abc' }, { text: 'def' }], 3, '…'))).toBe('ab…');
});

test('columns stay aligned with wide characters', () => {
	const row = (name: string) =>
		lineWidth(
			columns(
				[
					{ text: name, width: 8 },
					{ text: 'x', width: 1 },
				],
				'…',
			).slice(0, 1),
		);
	expect(row('日本語スタック')).toBe(row('web'));
});

test('the right side keeps its place', () => {
	expect(lineText(spread([{ text: 'left' }], [{ text: 'right' }], 12, '…'))).toBe('left   right');
	expect(lineText(spread([{ text: 'a long left' }], [{ text: 'right' }], 10, '…'))).toBe('a lo…right');
});

test('wrapped rows fit and lose nothing but blanks', () => {
	fc.assert(
		fc.property(
			fc.string({ unit: fc.constantFrom('a', 'b', ' ', '日') }),
			fc.integer({ min: 2, max: 20 }),
			(text, width) => {
				const rows = wrapCells(text, width);
				for (const row of rows) expect(cellWidth(row)).toBeLessThanOrEqual(width);
				expect(rows.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
			},
		),
	);
});
