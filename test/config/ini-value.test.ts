import fc from 'fast-check';
import { parse } from 'ini';
import { expect, test } from 'vitest';
import { decodeIniValue, encodeIniValue } from '../../source/config/ini-value.ts';

const printable = fc
	.string({ unit: 'binary', maxLength: 40 })
	.filter((text) => !/[\u0000-\u001f\u007f]/.test(text));

test('any printable value comes back as it was written, the only value of its line', () => {
	fc.assert(
		fc.property(printable, (text) => {
			const { text: decoded, cut, strayQuote } = decodeIniValue(encodeIniValue(text));
			expect({ decoded, cut, strayQuote }).toEqual({ decoded: text, cut: undefined, strayQuote: false });
		}),
		{ numRuns: 500 },
	);
}, 60_000);

test('decoding never fails, whatever stands after the equals sign', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (raw) => {
			expect(typeof decodeIniValue(raw).text).toBe('string');
		}),
		{ numRuns: 500 },
	);
}, 60_000);

test('an unquoted value is what the ini package makes of it', () => {
	const unquoted = fc
		.stringMatching(/^[a-zA-Z0-9 .,:/\\#;=_-]{0,30}$/)
		.filter((raw) => !['true', 'false', 'null'].includes(decodeIniValue(raw).text));
	fc.assert(
		fc.property(unquoted, (raw) => {
			expect(decodeIniValue(raw).text).toBe(parse(`KEY=${raw}`).KEY);
		}),
		{ numRuns: 500 },
	);
}, 60_000);

test.each([
	['true', 'true'],
	['null', 'null'],
	["'1e5'", '1e5'],
	["'0123'", '0123'],
	['"1e5"', '1e5'],
	["'a#b;c'", 'a#b;c'],
	['"a#b" # comment', 'a#b'],
	["'a' ; it's a comment", 'a'],
	["'C:\\new'", 'C:\\new'],
	['"tab\\there"', 'tab\there'],
	['"say \\"hi\\""', 'say "hi"'],
	// Not an escape of JSON: taken as it stands rather than refused.
	['"50\\% off"', '50\\% off'],
	['  spaced out  ', 'spaced out'],
	['', ''],
	["''", ''],
])('%s is %s', (raw, expected) => {
	expect(decodeIniValue(raw).text).toBe(expected);
});

test('a value cut at # or ; tells where and whether that looks like a comment', () => {
	expect(decodeIniValue('ab#cd').cut).toEqual({ mark: '#', comment: false, rest: '#cd' });
	expect(decodeIniValue('7 ; a week').cut).toEqual({ mark: ';', comment: true, rest: '; a week' });
	expect(decodeIniValue('nas #2').cut).toEqual({ mark: '#', comment: false, rest: '#2' });
	expect(decodeIniValue(`sh -c 'a; b' # how`)).toMatchObject({
		text: `sh -c 'a; b'`,
		cut: { comment: true },
	});
	expect(decodeIniValue(`it's #1`).cut).toMatchObject({ rest: '#1' });
	expect(decodeIniValue('ab\\#cd')).toMatchObject({ text: 'ab#cd', escapes: true });
	expect(decodeIniValue('ab\\#cd').cut).toBeUndefined();
});

test.each(['"a"b"', "'it's'", '"open', "'a'b", '"a", "b"'])('%s does not count as a quoted value', (raw) => {
	expect(decodeIniValue(raw)).toMatchObject({ quote: '', strayQuote: true });
});
