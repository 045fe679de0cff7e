import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitList, splitWords } from '../../source/config/words.ts';

/** Simple words bare, all others in quotes. */
function joinWords(words: readonly string[]): string {
	return words
		.map((word) =>
			/^[\w./:@%+,=-]+$/.test(word)
				? word
				: `"${word.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`,
		)
		.join(' ');
}

test('any argument vector survives being written and split again', () => {
	fc.assert(
		fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 6 }), (words) => {
			expect(splitWords(joinWords(words))).toEqual({ parts: words });
		}),
		{ numRuns: 500 },
	);
}, 60_000);

test.each([
	['/usr/bin/pass show backup', ['/usr/bin/pass', 'show', 'backup']],
	["'/opt/my tool' --name='a b' \"c d\"", ['/opt/my tool', '--name=a b', 'c d']],
	['a\\ b c', ['a b', 'c']],
	['"a\\"b" "c\\nd"', ['a"b', 'c\\nd']],
	["''", ['']],
	['  ', []],
	// Nothing of a shell: these are plain characters.
	['$(touch pwned) `id` $HOME *.txt a|b ;id', ['$(touch', 'pwned)', '`id`', '$HOME', '*.txt', 'a|b', ';id']],
])('%s', (text, parts) => {
	expect(splitWords(text)).toEqual({ parts });
});

test('a quote that is not closed is a problem, not a guess', () => {
	expect(splitWords("a 'b")).toHaveProperty('problem');
	expect(splitList('a, "b')).toHaveProperty('problem');
});

test.each([
	['*.tmp, **/cache/** ,node_modules', ['*.tmp', '**/cache/**', 'node_modules']],
	['"a, b", c', ['a, b', 'c']],
	['my cache, " lead"', ['my cache', ' lead']],
	[', ,', []],
	// A backslash is part of a pattern except before a comma, a quote or a backslash.
	['foo\\[1\\], a\\,b', ['foo\\[1\\]', 'a,b']],
])('list %s', (text, parts) => {
	expect(splitList(text)).toEqual({ parts });
});
