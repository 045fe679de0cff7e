import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sanitizeLine, sanitizeText } from '../../source/process/sanitize.ts';

test.each([
	['\u001b]52;c;cGFzdGU=\u0007', '\\x1b]52;c;cGFzdGU=\\x07'],
	['\u009b2J', '\\x9b2J'],
	['a\r\nb\tc', 'a\\r\\nb\\tc'],
	['safe\u202etxt.exe', 'safe\\u202etxt.exe'],
	['ünï 日本 👍', 'ünï 日本 👍'],
	['half \ud800', 'half \\ud800'],
])('%j on one line is %j', (text, expected) => {
	expect(sanitizeLine(text)).toBe(expected);
});

test('lines and tabs stay in a text of several lines, a lone carriage return does not', () => {
	expect(sanitizeText('a\n\tb\rc\u001b')).toBe('a\n\tb\\rc\\x1b');
});

test('nothing that steers a terminal is left, and doing it twice changes nothing', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (text) => {
			const line = sanitizeLine(text);
			expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
			expect(line.isWellFormed()).toBe(true);
			expect(sanitizeLine(line)).toBe(line);
			expect(sanitizeText(text).replaceAll(/[\n\t]/g, '')).not.toMatch(/[\u0000-\u001f]/);
		}),
		{ numRuns: 500 },
	);
}, 60_000);
