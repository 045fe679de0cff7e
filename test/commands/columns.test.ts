import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { alignColumns, wrapLine, wrapWords } from '../../source/commands/columns.ts';

test('columns line up as a terminal shows them, without spaces at the end', () => {
	expect(alignColumns([['on', '日本', 'x'], ['off', 'web', ''], ['', 'u\u0308', 'y'], ['']])).toEqual([
		'on   日本  x',
		'off  web',
		'     u\u0308     y',
		'',
	]);
});

test('F23: a table is cut to the width of the terminal, the widest columns first; nothing is cut without one', () => {
	const rows = [
		['ID', 'STACK', 'TAGS'],
		['8f3a21bc', 'immich', 'docker-backup,selective-backup,immich,2026-01-02,set-20260102-0300'],
		['8f3a21bd', '日本語のスタック', 'x'],
	];
	const lines = alignColumns(rows, 40);
	expect(lines.every((line) => stringWidth(line) <= 40)).toBe(true);
	expect(lines[1]).toMatch(/^8f3a21bc {2}immich .*docker-b.*…$/);
	expect(lines[2]).toMatch(/^8f3a21bd {2}日本語/);
	expect(alignColumns(rows)[1]).toContain('set-20260102-0300');
});

test('F23: lines of help are broken at blanks', () => {
	expect(wrapWords('one two three four', 9)).toEqual(['one two', 'three', 'four']);
	expect(wrapWords('averylongwordindeed x', 5)).toEqual(['averylongwordindeed', 'x']);
});

test('F23: what is typed again is never cut, a long line is broken at words', () => {
	const rows = [['20260412-030000-123004-4f2a', 'backup', 'x'.repeat(80)]];
	const [line = ''] = alignColumns(rows, 50, '…', [0]);
	expect(line).toMatch(/^20260412-030000-123004-4f2a {2}backup {2}x+…$/);
	expect(stringWidth(line)).toBeLessThanOrEqual(50);
	expect(wrapLine('one two three', 9)).toEqual(['one two', '  three']);
	expect(wrapLine('one two three', undefined)).toEqual(['one two three']);
});
