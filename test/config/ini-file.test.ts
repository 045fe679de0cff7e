import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readIni } from '../../source/config/ini-file.ts';

test('sections with dots, inline comments and any line ending keep their lines', () => {
	const file = readIni('\ufeff# top\r\n[stack:my.app] # one\r\nMETHOD = stop\r\n\r\n; x\r\n[a.b]\rKEY=1\n');
	expect(file.sections).toEqual([
		{ name: 'stack:my.app', line: 2 },
		{ name: 'a.b', line: 6 },
	]);
	expect(file.entries.map(({ section, key, text, line }) => ({ section, key, text, line }))).toEqual([
		{ section: 'stack:my.app', key: 'METHOD', text: 'stop', line: 3 },
		{ section: 'a.b', key: 'KEY', text: '1', line: 7 },
	]);
	expect(file.problems).toEqual([]);
});

test('what is neither a section nor KEY=value is reported with its line', () => {
	const { problems, entries } = readIni('[docker\n[docker]\njust words\nKEY\nA B=1\n');
	expect(entries).toEqual([]);
	expect(problems.map(({ line, message }) => [line, message])).toEqual([
		[1, 'this is neither a [section] nor KEY=value'],
		[3, 'this is neither a [section] nor KEY=value'],
		[4, 'KEY has no value'],
		[5, 'this is neither a [section] nor KEY=value'],
	]);
});

test('a control character in a value is refused, not passed on to a tool', () => {
	const { problems } = readIni('[docker]\nKEY="a\\nb"\nOTHER=a\u001b[2Jb\n');
	expect(problems.map((problem) => problem.line)).toEqual([2, 3]);
});

test('keys of Object.prototype are keys like any other', () => {
	const { entries } = readIni('[__proto__]\n__proto__=1\nconstructor=2\n');
	expect(entries.map((entry) => entry.key)).toEqual(['__proto__', 'constructor']);
	expect({}).not.toHaveProperty('polluted');
});

test('every line of any text ends as an entry, a section, a problem or a comment', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
			const { entries, sections, problems } = readIni(text);
			const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
			const meaningful = lines.filter((line) => line.trim() !== '' && !/^[#;]/.test(line.trim()));
			expect(entries.length + sections.length + problems.length).toBe(meaningful.length);
		}),
		{ numRuns: 500 },
	);
}, 60_000);
