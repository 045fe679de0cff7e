import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { stackTag } from '../../source/restic/tags.ts';
import type { TreeEntry } from '../../source/restic/types.ts';
import { openRestic, request, resticHost, someFiles } from './restic-host.ts';
import {
	compareTrees,
	fillWithOddFiles,
	leftovers,
	restic as plain,
	restoreSnapshot,
	run,
	snapshots,
} from './rig/index.ts';

test('odd names, modes, owners and times go in and come out the same', async () => {
	const { host, restic } = await resticHost();
	const odd = join(host.directory, '--help $(touch pwned) [a]*');
	await someFiles(host, '--help $(touch pwned) [a]*', 1);
	await fillWithOddFiles(odd);
	const bytes = Buffer.concat([
		Buffer.from(`${host.directory}/`),
		Buffer.from([0xff, 0xfe]),
		Buffer.from('\nx'),
	]);
	await writeFile(bytes, 'not UTF-8');

	const result = await restic.backup(request(host, [odd, bytes]));
	expect(result).toMatchObject({ partial: false, errorCount: 0 });
	expect(result.snapshotId).toMatch(/^[0-9a-f]{64}$/);
	const restored = await restoreSnapshot(host, result.snapshotId);
	expect(await compareTrees(odd, join(restored, odd))).toEqual([]);
	const { stdout } = await run('find', [join(restored, host.directory), '-name', '*x', '-type', 'f']);
	expect(stdout).toContain(host.directory);
	await restic.close();
	expect(await leftovers(host)).toEqual([]);
});

test('a stack whose name holds a comma has one tag, and is found by it', async () => {
	const { host, restic } = await resticHost();
	const files = await someFiles(host);
	await restic.backup(request(host, [files], 'a,b'));
	await restic.backup(request(host, [files], 'a'));
	expect((await snapshots(host))[0]?.tags).toContain('a%2Cb');
	const { snapshot } = await restic.latest({ tags: [stackTag('a,b')], host: host.name });
	expect(snapshot?.tags).toContain('a%2Cb');
	expect(await restic.snapshots({ tags: [stackTag('b')] })).toEqual([]);
});

test('what cannot be read makes a partial snapshot that names it', async () => {
	const { host, restic } = await resticHost();
	const files = await someFiles(host);
	// Not even root may read another process's memory map of nothing.
	const result = await restic.backup(request(host, [files, '/proc/1/mem']));
	expect(result.partial).toBe(true);
	expect(result.errors).toMatchObject([{ path: '/proc/1/mem' }]);
	expect(await snapshots(host)).toHaveLength(1);
});

test('one of several sources missing is partial; all missing is an error and no snapshot', async () => {
	const { host, restic } = await resticHost();
	const files = await someFiles(host);
	const gone = join(host.directory, 'gone');
	const result = await restic.backup(request(host, [files, gone]));
	expect(result).toMatchObject({ partial: true, errors: [{ path: gone }] });
	await expect(restic.backup(request(host, [gone]))).rejects.toMatchObject({ code: 'copy-failed' });
	expect(await snapshots(host)).toHaveLength(1);
});

test('a snapshot dated 2099 is neither latest nor parent, and is told', async () => {
	const { host, restic } = await resticHost();
	const files = await someFiles(host);
	const today = await restic.backup(request(host, [files]));
	await restic.backup({ ...request(host, [files]), time: new Date('2099-01-01T00:00:00') });
	const filter = { tags: [stackTag('app')], host: host.name };
	const { snapshot, future } = await restic.latest(filter);
	expect(snapshot?.id).toBe(today.snapshotId);
	expect(future.map(({ time }) => new Date(time).getFullYear())).toEqual([2099]);

	const next = await restic.backup({ ...request(host, [files]), parent: today.snapshotId });
	expect((await restic.snapshot(next.snapshotId)).parent).toBe(today.snapshotId);
	expect(next.summary).toMatchObject({ filesUnmodified: 3, filesNew: 0 });
	// Without a parent everything is read, rather than compared with the one from the future.
	const fresh = await restic.backup(request(host, [files]));
	expect((await restic.snapshot(fresh.snapshotId)).parent).toBeUndefined();
});

test('excluded files stay out, with patterns taken as they are', async () => {
	const { host, restic } = await resticHost();
	const files = await someFiles(host);
	await writeFile(join(files, '$HOME'), 'x');
	await writeFile(join(files, '#hash'), 'x');
	const exclude = [`${files}/$HOME`, `${files}/#hash`, 'file-[01]'];
	const { snapshotId, summary } = await restic.backup({ ...request(host, [files]), exclude });
	expect(summary.totalFiles).toBe(1);
	const seen: TreeEntry[] = [];
	await restic.ls(snapshotId, { onEntry: (entry) => seen.push(entry) });
	expect(seen.filter(({ type }) => type === 'file').map(({ name }) => name)).toEqual(['file-2']);
});

test('a stream is a snapshot only when its source ended well', async () => {
	const { host, restic } = await resticHost();
	const stream = { filename: 'volume-db.tar', tags: ['part'], host: host.name };
	const good = await restic.backupStream({
		...stream,
		input: Readable.from([Buffer.alloc(300_000, 'x')]),
		complete: Promise.resolve(),
	});
	const target = new PassThrough();
	const [dumped] = await Promise.all([
		target.toArray().then((chunks: Buffer[]) => Buffer.concat(chunks)),
		restic.dump(good.snapshotId, '/volume-db.tar', target).then(() => target.end()),
	]);
	expect(dumped.equals(Buffer.alloc(300_000, 'x'))).toBe(true);

	// The source's output ends before it is known that it failed.
	const failed = new Error('pg_dump: exit code 1');
	const complete = new Promise((_resolve, reject) => setTimeout(() => reject(failed), 500));
	const cut = { ...stream, input: Readable.from([Buffer.alloc(1000)]), complete };
	await expect(restic.backupStream(cut)).rejects.toBe(failed);
	const broken = new PassThrough();
	broken.write('half');
	setTimeout(() => broken.destroy(new Error('pipe broke')), 300);
	await expect(
		restic.backupStream({ ...stream, input: broken, complete: new Promise(() => {}) }),
	).rejects.toThrow('pipe broke');
	expect((await snapshots(host)).map(({ id }) => id)).toEqual([good.snapshotId]);
	expect(await restic.locks()).toEqual([]);
});

test('restic waits at a FIFO of excludes with the repository open, and copies what is there when it is told to go on', async () => {
	const { host, restic } = await resticHost();
	const files = await someFiles(host);
	const gate = join(host.directory, 'gate');
	await run('mkfifo', [gate]);
	const started = await restic.startBackup({ ...request(host, [files]), excludeFile: gate });
	await expect.poll(async () => (await restic.locks()).length).toBe(1);
	await writeFile(join(files, 'late'), 'written while restic waited');
	await rm(join(files, 'file-0'));
	await writeFile(gate, 'file-1\n');
	const { summary } = await started.result;
	expect(summary.totalFiles).toBe(2);

	const second = await restic.startBackup({ ...request(host, [files]), excludeFile: gate });
	await expect.poll(async () => (await restic.locks()).length).toBe(1);
	await second.stop();
	await expect(second.result).rejects.toMatchObject({ code: 'interrupted-int' });
	expect(await snapshots(host)).toHaveLength(1);
});

test('an abort ends restic at once and leaves no lock', async () => {
	const { host } = await resticHost();
	const controller = new AbortController();
	const restic = openRestic(host, { signal: controller.signal });
	const looker = openRestic(host);
	const { result } = await restic.startBackup(request(host, ['/usr']), {
		onProgress: ({ bytesDone }) => {
			if (bytesDone > 0) controller.abort();
		},
	});
	await expect(result).rejects.toMatchObject({ code: 'interrupted-int' });
	expect(await looker.locks()).toEqual([]);
	expect(await snapshots(host)).toEqual([]);
});

test('progress is told, and a listing of 3,000 files is complete', async () => {
	const { host, restic } = await resticHost();
	const files = await someFiles(host, 'many', 3_000);
	const { snapshotId, summary } = await restic.backup(request(host, [files]));
	expect(summary.totalFiles).toBe(3_000);
	let listed = 0;
	await restic.ls(snapshotId, {
		onEntry: ({ type }) => {
			listed += type === 'file' ? 1 : 0;
		},
	});
	expect(listed).toBe(3_000);
	const top: string[] = [];
	await restic.ls(snapshotId, { path: '/', onEntry: ({ path }) => top.push(path) });
	expect(top).toContain(`/${files.split('/')[1]}`);
	expect(top.length).toBeLessThan(5);
});

test('two snapshots are compared, and a path is restored literally', async () => {
	const { host, restic } = await resticHost();
	const files = await someFiles(host);
	await writeFile(join(files, 'a[1]*'), 'odd');
	await writeFile(join(files, 'a1x'), 'not asked for');
	const first = await restic.backup(request(host, [files]));
	await writeFile(join(files, 'new'), 'new');
	await rm(join(files, 'file-0'));
	const second = await restic.backup({ ...request(host, [files]), parent: first.snapshotId });
	const changes: string[] = [];
	const summary = await restic.diff(first.snapshotId, second.snapshotId, {
		onChange: ({ modifier, path }) => changes.push(`${modifier} ${path.slice(files.length + 1)}`),
	});
	expect(changes.toSorted()).toEqual(['+ new', '- file-0']);
	expect(summary).toMatchObject({ added: { files: 1 }, removed: { files: 1 } });

	const target = join(host.directory, 'out');
	await restic.restore({
		snapshot: second.snapshotId,
		target,
		include: [join(files, 'a[1]*')],
		verify: true,
	});
	const { stdout } = await run('find', [target, '-type', 'f', '-printf', '%f\n']);
	expect(stdout).toBe('a[1]*\n');
	await expect(
		restic.restore({ snapshot: second.snapshotId, target, include: [join(files, 'gone')] }),
	).rejects.toMatchObject({ code: 'restore-failed' });
	await plain(host, ['check', '--read-data']);
});
