import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	dirlistDamage,
	dirlistEntries,
	dirlistProblems,
	parseDirlist,
	serializeDirlist,
} from '../../source/stacks/dirlist.ts';
import { applyEdits, type DirlistEdit } from '../../source/stacks/dirlist-edit.ts';

const read = (text: string) => parseDirlist(Buffer.from(text));
const written = (text: string, ...edits: readonly DirlistEdit[]) =>
	serializeDirlist(applyEdits(read(text), edits)).toString();

const anyBytes = fc.oneof(
	fc.uint8Array(),
	fc
		.array(
			fc.constantFrom(
				'\n',
				'\r\n',
				'\r',
				'=',
				'true',
				'#',
				' ',
				'"',
				'\\',
				'a',
				'+',
				'/',
				'é',
				'\ufeff',
				'\x00',
				'\t',
			),
		)
		.map((parts) => Buffer.from(parts.join(''))),
);

describe('the dirlist', () => {
	test('keeps any bytes as they are', () => {
		fc.assert(
			fc.property(anyBytes, (bytes) => {
				expect(serializeDirlist(parseDirlist(bytes))).toEqual(Buffer.from(bytes));
			}),
		);
	});

	test('an edit keeps every other line, byte for byte', () => {
		const edit = fc.record({
			type: fc.constantFrom('set' as const, 'add' as const),
			key: fc.constantFrom('a', 'b', '#x', '/srv/x', 'new one'),
			enabled: fc.boolean(),
		});
		fc.assert(
			fc.property(anyBytes, edit, (bytes, one) => {
				const before = parseDirlist(bytes);
				const after = applyEdits(before, [one]);
				for (const [index, line] of before.lines.entries()) {
					const now = after.lines[index];
					if (line.parsed.kind === 'entry' && line.parsed.key === one.key) continue;
					expect(now?.bytes).toBe(line.bytes);
					if (line.end !== '') expect(now?.end).toBe(line.end);
				}
				const reread = dirlistEntries(parseDirlist(serializeDirlist(after)));
				const found = reread.find((entry) => entry.key === one.key);
				expect(found).toBeDefined();
				if (one.type === 'set') expect(found?.enabled).toBe(one.enabled);
			}),
		);
	});

	test('the mark, CRLF, comments, blank and unknown lines survive', () => {
		const text = '\ufeff# mine\r\n\r\nweb = yes # shop\r\n???\r\nold=false';
		expect(dirlistEntries(read(text)).map(({ key, enabled }) => [key, enabled])).toEqual([
			['web', true],
			['old', false],
		]);
		expect(
			written(text, { type: 'set', key: 'web', enabled: false }, { type: 'add', key: 'new', enabled: false }),
		).toBe('\ufeff# mine\r\n\r\nweb = false # shop\r\n???\r\nold=false\r\nnew=false\r\n');
	});

	test('a line that is not UTF-8 is kept and reported', () => {
		const bytes = Buffer.concat([
			Buffer.from('# f\xfcr\n', 'latin1'),
			Buffer.from('\xff=true\nweb=true\n', 'latin1'),
		]);
		const document = parseDirlist(bytes);
		expect(dirlistProblems(document)).toEqual([
			{ line: 2, kind: 'unknown-line', message: 'line 2: not UTF-8' },
		]);
		const edited = serializeDirlist(applyEdits(document, [{ type: 'set', key: 'web', enabled: false }]));
		expect(edited.toString('latin1')).toBe('# f\xfcr\n\xff=true\nweb=false\n');
	});

	test('of two lines for one stack the last counts, and this is said', () => {
		const text = 'web=true\n+web\nweb=false\n';
		expect(dirlistEntries(read(text))).toEqual([{ key: 'web', enabled: false, line: 3 }]);
		expect(dirlistProblems(read(text)).map((problem) => problem.message)).toEqual([
			'line 2: web is listed on line 1 too; this one counts',
			'line 3: web is listed on line 2 too; this one counts',
		]);
		expect(written(text, { type: 'set', key: 'web', enabled: true })).toBe('web=true\n+web\nweb=true\n');
		expect(written(text, { type: 'remove', key: 'web' })).toBe('');
	});

	test('edits made elsewhere are merged with', () => {
		const mine: DirlistEdit[] = [
			{ type: 'set', key: 'a', enabled: true },
			{ type: 'remove', key: 'gone' },
			{ type: 'add', key: 'b', enabled: false },
		];
		expect(written('b=true\n# by hand\nc=true\n', ...mine)).toBe('b=true\n# by hand\nc=true\na=true\n');
	});

	test('nothing to change gives the same document', () => {
		const document = read('a=true\n');
		expect(applyEdits(document, [{ type: 'set', key: 'a', enabled: true }])).toBe(document);
		expect(applyEdits(document, [{ type: 'remove', key: 'b' }])).toBe(document);
	});

	test('a binary file is told from a text file with odd lines', () => {
		expect(dirlistDamage(Buffer.from('web=true\r\n\x1b[0m ???\tü\xff\n', 'latin1'))).toBeUndefined();
		expect(dirlistDamage(Buffer.from('web=true\n\0\0\0\0'))).toContain('at byte 9');
		expect(dirlistDamage(Buffer.from('w\0e\0b\0', 'latin1'))).toBeDefined();
		expect(dirlistDamage(Buffer.alloc(5 * 1024 * 1024, 'a'))).toContain('4 MiB');
	});
});
