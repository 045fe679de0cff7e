import { describe, expect, test } from 'vitest';
import { FoundSizes } from '../../source/restic/tree-sizes.ts';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];

const entry = (path: string, type: string, size?: number) =>
	JSON.stringify({ path, permissions: '-rw-r--r--', type, ...(size === undefined ? {} : { size }) });

const told = (id: string, ...entries: string[]) =>
	`{"matches":[${entries.join(',')}],"hits":${entries.length},"snapshot":"${id}"}`;

function sizesOf(text: string, step = text.length): Record<string, unknown> {
	const found = new FoundSizes();
	for (let from = 0; from < text.length; from += step) found.write(text.slice(from, from + step));
	return Object.fromEntries(found.sizes());
}

describe('what several snapshots list', () => {
	const names = [
		'/x/new\nline',
		'/x/},{"path":"',
		`/x/],"hits":1,"snapshot":"${b}`,
		'/x/{"path":',
		'/x/\\',
		'/x/ü',
	];
	const answer = `[${told(
		a,
		entry('/x', 'dir'),
		...names.map((name) => entry(name, 'file', 10)),
		entry('/x/link', 'symlink', 4),
	)},${told(b, entry('/y', 'file', 5))}]\n`;

	test('is added up by snapshot, whatever names are in it, and wherever the pieces are cut', () => {
		const expected = { [a]: { files: names.length, bytes: names.length * 10 }, [b]: { files: 1, bytes: 5 } };
		for (const step of [1, 7, 64, answer.length]) expect(sizesOf(answer, step)).toEqual(expected);
	});

	test('is not known when restic says something between the entries, or tells fewer than it has found', () => {
		expect(sizesOf(answer.replace(',{"path":"/x/ü', 'Unable to load tree 12\n,{"path":"/x/ü'))).toEqual({});
		expect(sizesOf(answer.replace('"hits":8', '"hits":9'))).toEqual({});
		expect(sizesOf(answer.replace('],"hits":1,"snapshot":"bb', ',"snapshot":"bb'))).toEqual({});
		expect(sizesOf(answer.slice(0, -30))).toEqual({});
		expect(sizesOf(answer.slice(0, 50))).toEqual({});
	});

	test('is nothing for an answer without a snapshot', () => {
		for (const text of ['', '\n', '[]\n', 'Fatal: no\n']) expect(sizesOf(text)).toEqual({});
	});

	test('leaves out a snapshot that is not told', () => {
		expect(Object.keys(sizesOf(`[${told(b, entry('/y', 'file', 5))}]`))).toEqual([b]);
	});
});
