import { describe, expect, test } from 'vitest';
import { parseEnvFile } from '../../source/stacks/env-file.ts';
import { substitute } from '../../source/stacks/env-file-substitute.ts';

const parse = (text: string, outer: Record<string, string> = {}) =>
	Object.fromEntries(parseEnvFile(text, (name) => outer[name]));

describe('a .env file', () => {
	test.each([
		['A=1\nB = two words \n', { A: '1', B: 'two words' }],
		['# c\n\nexport A=1 # why\nB=x#y\n', { A: '1', B: 'x#y' }],
		['A: yaml\n', { A: 'yaml' }],
		['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
		['\ufeffA=1', { A: '1' }],
		['A="a b # c"\nB=\'$X "q"\'\n', { A: 'a b # c', B: '$X "q"' }],
		['A="two\nlines"\nB=1\n', { A: 'two\nlines', B: '1' }],
		['A="tab\\tq\\"e\\$X\\\\"\n', { A: 'tab\tq"e$X\\' }],
		['A=1\nB=${A}-$A-${C:-c}-$$x\n', { A: '1', B: '1-1-c-$x' }],
		['A=\nB=2', { A: '', B: '2' }],
	])('%j', (text, values) => {
		expect(parse(text)).toEqual(values);
	});

	test('the outer environment outranks the lines before, and gives a name alone its value', () => {
		expect(parse('A=file\nB=$A\nC\nD\n', { A: 'outer', C: 'c' })).toEqual({ A: 'file', B: 'outer', C: 'c' });
	});

	test.each(['A="open\n', 'not a pair\n', 'A b=1\n', 'A=${X\n', 'A=${X:?gone}\n'])(
		'is refused: %j',
		(text) => {
			expect(() => parse(text)).toThrow();
		},
	);
});

describe('substitution', () => {
	const lookup = (name: string) => ({ SET: 'v', EMPTY: '' })[name];
	test.each([
		['$SET-${SET}', 'v-v'],
		['${EMPTY:-d}${EMPTY-d}${NONE-d}', 'dd'],
		['${SET:+p}${EMPTY:+p}${EMPTY+p}${NONE+p}', 'pp'],
		['${NONE:-${EMPTY:-${SET}}}!', 'v!'],
		['$$SET $5 $', '$SET $5 $'],
		['${SET:?x}', 'v'],
	])('%s', (template, value) => {
		expect(substitute(template, lookup)).toBe(value);
	});
});
