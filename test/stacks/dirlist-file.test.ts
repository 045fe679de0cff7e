import { execFileSync } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	existsSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	statSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DirlistDocument, dirlistEntries, emptyDirlist } from '../../source/stacks/dirlist.ts';
import { applyEdits } from '../../source/stacks/dirlist-edit.ts';
import { readDirlist, updateDirlist } from '../../source/stacks/dirlist-file.ts';
import { lockDirlist } from '../../source/stacks/dirlist-lock.ts';
import { asNobody, temporaryDirectory } from './stacks-directory.ts';

const enable =
	(key: string) =>
	(document: DirlistDocument): DirlistDocument =>
		applyEdits(document, [{ type: 'set', key, enabled: true }]);

const newPath = () => join(temporaryDirectory(), 'dirlist');
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('reading', () => {
	test('no file is not an empty file', async () => {
		const path = newPath();
		expect(await readDirlist(path)).toBeUndefined();
		writeFileSync(path, '');
		expect(await readDirlist(path)).toEqual(emptyDirlist);
	});

	test('a FIFO or a directory in its place is refused, and does not hang', async () => {
		const path = newPath();
		execFileSync('mkfifo', [path]);
		await expect(readDirlist(path)).rejects.toMatchObject({ code: 'dirlist-invalid' });
		await expect(readDirlist(join(path, '..'))).rejects.toMatchObject({ code: 'dirlist-invalid' });
	});
});

describe('writing', () => {
	test('makes the file, mode 0600, whatever the umask', async () => {
		const path = newPath();
		const umask = process.umask(0);
		await updateDirlist(path, enable('web')).finally(() => process.umask(umask));
		expect(readFileSync(path, 'utf8')).toMatch(/^# Which stacks .*\n# .*\nweb=true\n$/);
		expect(modeOf(path)).toBe(0o600);
		expect(readdirSync(join(path, '..'))).toEqual(['dirlist']);
	});

	test('no change, no write', async () => {
		const path = newPath();
		await updateDirlist(path, (document) => document);
		expect(existsSync(path)).toBe(false);
		writeFileSync(path, 'web=true\n');
		utimesSync(path, 1, 1);
		await updateDirlist(path, enable('web'));
		expect(statSync(path).mtimeMs).toBe(1000);
	});

	test('keeps the owner, and a mode that is stricter', async () => {
		const path = newPath();
		writeFileSync(path, '');
		chmodSync(path, 0o664);
		await updateDirlist(path, enable('a'));
		expect(modeOf(path)).toBe(0o600);
		chmodSync(path, 0o400);
		if (process.getuid?.() === 0) chownSync(path, 1234, 2345);
		const { uid, gid } = statSync(path);
		await updateDirlist(path, enable('b'));
		expect(statSync(path)).toMatchObject({ uid, gid });
		expect(modeOf(path)).toBe(0o400);
	});

	test('follows a symbolic link and leaves it a link, also one that leads to nothing yet', async () => {
		const directory = temporaryDirectory();
		mkdirSync(join(directory, 'real'));
		symlinkSync('real/list', join(directory, 'first'));
		symlinkSync('first', join(directory, 'dirlist'));
		await updateDirlist(join(directory, 'dirlist'), enable('a'));
		await updateDirlist(join(directory, 'dirlist'), enable('b'));
		expect(readFileSync(join(directory, 'real/list'), 'utf8')).toMatch(/\na=true\nb=true\n$/);
		expect(lstatSync(join(directory, 'dirlist')).isSymbolicLink()).toBe(true);
		expect(lstatSync(join(directory, 'first')).isSymbolicLink()).toBe(true);
		symlinkSync('loop', join(directory, 'loop'));
		await expect(updateDirlist(join(directory, 'loop'), enable('a'))).rejects.toMatchObject({
			code: 'dirlist-invalid',
		});
	});

	test('the older name is used where only that file is there', async () => {
		const path = newPath();
		const older = join(path, '../.dirlist');
		writeFileSync(older, '+web\n');
		expect(dirlistEntries((await readDirlist(path)) ?? emptyDirlist)).toMatchObject([
			{ key: 'web', enabled: true },
		]);
		await updateDirlist(path, enable('db'));
		expect(readFileSync(older, 'utf8')).toBe('+web\ndb=true\n');
		writeFileSync(path, '');
		expect(await readDirlist(path)).toEqual(emptyDirlist);
	});

	test('never writes over a binary file', async () => {
		const path = newPath();
		const bytes = Buffer.from('web=true\n\0\x01\x02');
		writeFileSync(path, bytes);
		await expect(updateDirlist(path, enable('a'))).rejects.toMatchObject({
			code: 'dirlist-invalid',
			hint: expect.stringContaining('left as it is'),
		});
		expect(readFileSync(path)).toEqual(bytes);
	});

	test('merges with what an editor without our lock saved meanwhile', async () => {
		const path = newPath();
		writeFileSync(path, 'a=true\n');
		let calls = 0;
		await updateDirlist(path, (document) => {
			if (calls++ === 0) writeFileSync(path, 'a=true\n# by hand\nb=true\n');
			return enable('c')(document);
		});
		expect(readFileSync(path, 'utf8')).toBe('a=true\n# by hand\nb=true\nc=true\n');
		expect(calls).toBe(2);
	});

	test('a held lock: an error after the wait, the file untouched; then it works', async () => {
		const path = newPath();
		writeFileSync(path, 'a=true\n');
		const lock = await lockDirlist(path);
		await expect(updateDirlist(path, enable('b'), { waitMs: 120 })).rejects.toMatchObject({
			code: 'lock-held',
			exitCode: 75,
		});
		expect(readFileSync(path, 'utf8')).toBe('a=true\n');
		await lock.release();
		await updateDirlist(path, enable('b'), { waitMs: 0 });
		expect(dirlistEntries((await readDirlist(path)) ?? emptyDirlist)).toHaveLength(2);
	});

	test('the lock of a dead writer is taken over', async () => {
		const path = newPath();
		mkdirSync(`${path}.lock`);
		utimesSync(`${path}.lock`, 1, 1);
		await updateDirlist(path, enable('a'), { waitMs: 0 });
		expect(readdirSync(join(path, '..'))).toEqual(['dirlist']);
	});

	test('what a killed writer left is cleared away, what a living one has is not', async () => {
		const path = newPath();
		const directory = join(path, '..');
		writeFileSync(path, '');
		writeFileSync(join(directory, '.dirlist.new.999999999.abc'), 'half');
		writeFileSync(join(directory, `.dirlist.new.${process.ppid}.abc`), 'alive');
		writeFileSync(join(directory, '.dirlist.newer'), 'not ours');
		await updateDirlist(path, enable('a'));
		expect(readdirSync(directory).toSorted()).toEqual([
			`.dirlist.new.${process.ppid}.abc`,
			'.dirlist.newer',
			'dirlist',
		]);
	});

	test('no permission: said, with the file as it was', async () => {
		const path = newPath();
		writeFileSync(path, 'a=true\n');
		chmodSync(path, 0o644);
		chmodSync(join(path, '..'), 0o555);
		await asNobody(() =>
			expect(updateDirlist(path, enable('b'))).rejects.toMatchObject({ code: 'no-permission', exitCode: 77 }),
		);
		expect(readFileSync(path, 'utf8')).toBe('a=true\n');
	});

	test('no directory: said', async () => {
		const path = join(temporaryDirectory(), 'nowhere/dirlist');
		await expect(updateDirlist(path, enable('a'))).rejects.toMatchObject({ code: 'dirlist-invalid' });
	});
});
