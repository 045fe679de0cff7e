import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { TreeEntry } from '../../../source/restic/types.ts';
import { goText, type LeftOver, matchTree, textOf } from '../../../source/services/restore/live-tree.ts';

function entry(path: string, type: TreeEntry['type'] = 'file'): TreeEntry {
	return { path, name: path, type, size: 0, mode: 0, uid: 0, gid: 0, mtime: '2020-01-01T00:00:00Z' };
}

function directory(): string {
	const path = mkdtempSync(join(tmpdir(), 'bt-tree-'));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

test('T24: a name that is not UTF-8 is one U+FFFD a byte, as restic tells it', () => {
	const text = (...bytes: number[]) => goText(Buffer.from(bytes));
	expect(text(0x6e, 0xe2, 0x82, 0x2d, 0xff, 0xfe)).toBe('n\ufffd\ufffd-\ufffd\ufffd');
	expect(text(0xed, 0xa0, 0x80)).toBe('\ufffd\ufffd\ufffd');
	expect(text(0xc0, 0xaf, 0xe2, 0x82, 0xac)).toBe('\ufffd\ufffd€');
	expect(text(0xf0, 0x9f, 0x98)).toBe('\ufffd\ufffd\ufffd');
	expect(goText(Buffer.from('größe'))).toBe('größe');
});

test('T24: a tree is matched by bytes: nothing that is there is taken for new, and what only this host has is told', () => {
	const root = directory();
	const odd = Buffer.concat([Buffer.from(`${root}/odd`), Buffer.of(0xff)]);
	mkdirSync(odd);
	writeFileSync(Buffer.concat([odd, Buffer.from('/in')]), '');
	writeFileSync(Buffer.concat([odd, Buffer.from('/extra'), Buffer.of(0xe9)]), '');
	mkdirSync(join(root, 'sub'));
	writeFileSync(join(root, 'sub/same'), '');
	writeFileSync(join(root, 'sub/only here'), '');
	mkdirSync(join(root, 'file by now'));
	writeFileSync(join(root, 'file by now/in'), '');
	const folders: LeftOver[] = [];
	const match = matchTree('/snap/data', root, {
		onFolder: (folder) => folders.push(folder),
		marks: ['mark'],
	});
	const listed = [
		entry('/snap/data', 'dir'),
		entry('/snap/data/file by now'),
		entry('/snap/data/gone', 'dir'),
		entry('/snap/data/gone/in'),
		entry('/snap/data/odd\ufffd', 'dir'),
		entry('/snap/data/odd\ufffd/in'),
		entry('/snap/data/sub', 'dir'),
		entry('/snap/data/sub/mark'),
		entry('/snap/data/sub/same'),
	];
	const there = listed.filter((one) => match.add(one) !== undefined).map(({ path }) => path);
	match.end();
	expect(there).toEqual([
		'/snap/data',
		'/snap/data/file by now',
		'/snap/data/odd\ufffd',
		'/snap/data/odd\ufffd/in',
		'/snap/data/sub',
		'/snap/data/sub/same',
	]);
	expect(folders.map(({ at, names, marked }) => [at, names.map(textOf), marked])).toEqual([
		['/snap/data/odd\ufffd', ['extra\ufffd'], []],
		['/snap/data/sub', ['only here'], ['mark']],
		['/snap/data', [], []],
	]);
});
