import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { TreeEntry } from '../../../source/restic/types.ts';
import {
	createChangeCounter,
	nanosecondsOf,
	permissionsOf,
} from '../../../source/services/restore/changes.ts';
import { lstatLive } from '../../../source/services/restore/live-tree.ts';

const goDirectory = 2 ** 31;
const at = '2026-05-06T07:08:09.123456789+02:00';

function entry(path: string, part: Partial<TreeEntry> = {}): TreeEntry {
	const own = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
	return {
		path,
		name: path,
		type: 'file',
		size: 4,
		mode: 0o644,
		...own,
		mtime: '2020-01-01T00:00:00Z',
		...part,
	};
}

function directory(): string {
	const path = mkdtempSync(join(tmpdir(), 'bt-changes-'));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

test('what is new, changed, newer and the same is told apart', () => {
	const root = directory();
	const write = (name: string, seconds: number, text = 'text') => {
		writeFileSync(join(root, name), text);
		chmodSync(join(root, name), 0o644);
		utimesSync(join(root, name), seconds, seconds);
	};
	const then = Date.UTC(2020, 0, 1) / 1000;
	write('same', then);
	write('newer', then + 10);
	write('older', then - 10);
	write('longer', then, 'more text');
	write('mode', then);
	chmodSync(join(root, 'mode'), 0o600);
	symlinkSync('/etc/passwd', join(root, 'link'));
	mkdirSync(join(root, 'folder'), { mode: 0o755 });
	chmodSync(join(root, 'folder'), 0o755);
	const counter = createChangeCounter();
	for (const name of ['same', 'newer', 'older', 'longer', 'mode', 'link', 'absent'])
		counter.add(entry(name), join(root, name), lstatLive(join(root, name)));
	const folder = join(root, 'folder');
	counter.add(entry('folder', { type: 'dir', mode: goDirectory + 0o755 }), folder, lstatLive(folder));
	const changes = counter.result();
	const names = (paths: readonly string[]) => paths.map((path) => path.slice(root.length + 1));
	expect(names(changes.created.paths)).toEqual(['absent']);
	expect(names(changes.changed.paths)).toEqual(['newer', 'older', 'longer', 'mode', 'link']);
	expect(names(changes.newer.paths)).toEqual(['newer']);
	expect([changes.entries, changes.bytes]).toEqual([8, 28]);
});

test('programs with the rights of others and device nodes are named', () => {
	const counter = createChangeCounter();
	counter.add(entry('su', { mode: 0o755 + (1 << 23) }), '/x/su', undefined);
	counter.add(entry('sda', { type: 'dev' }), '/x/sda', undefined);
	counter.add(
		entry('folder', { type: 'dir', mode: goDirectory + 0o755 + (1 << 22) }),
		'/x/folder',
		undefined,
	);
	expect(counter.result().setuid.paths).toEqual(['/x/su']);
	expect(counter.result().devices.paths).toEqual(['/x/sda']);
});

test('many entries are counted, ten are named', () => {
	const counter = createChangeCounter();
	for (let index = 0; index < 20_000; index += 1) counter.add(entry('f'), `/x/${index}`, undefined);
	const { created } = counter.result();
	expect([created.count, created.paths.length]).toEqual([20_000, 10]);
});

test("restic's times and modes are read to the last digit", () => {
	expect(nanosecondsOf(at)).toBe(BigInt(Date.UTC(2026, 4, 6, 5, 8, 9)) * 1_000_000n + 123_456_789n);
	expect(nanosecondsOf('2001-01-01T01:02:03Z')).toBe(978_310_923_000_000_000n);
	expect(permissionsOf(goDirectory + (1 << 20) + 0o777).toString(8)).toBe('1777');
});
