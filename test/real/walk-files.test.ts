import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type WalkOptions, walkFiles } from '../../source/services/walk-files.ts';
import { request, resticHost, someFiles } from './restic-host.ts';
import { fillWithOddFiles, run } from './rig/index.ts';

const signature = 'Signature: 8a477f597d28d172789f06886806bc55\n';
const all: WalkOptions = { oneFileSystem: false, excludeCaches: true, excludeIfPresent: '.nobackup' };

test('a walk counts what restic copies: odd files, caches, marked directories, other file systems', async () => {
	const { host, restic } = await resticHost();
	const files = await someFiles(host);
	await fillWithOddFiles(files);
	await writeFile(Buffer.concat([Buffer.from(`${files}/`), Buffer.from([0xff])]), 'not UTF-8');
	await symlink('/usr', join(files, 'link-to-much'));
	for (const [name, marker, content] of [
		['cache', 'CACHEDIR.TAG', signature],
		['no-cache', 'CACHEDIR.TAG', 'Signature: of another kind, and long enough to compare'],
		['short', 'CACHEDIR.TAG', 'x'],
		['marked', '.nobackup', ''],
	] as const) {
		await mkdir(join(files, name, 'deep'), { recursive: true });
		await writeFile(join(files, name, marker), content);
		await writeFile(join(files, name, 'deep', 'inside'), name);
	}
	const mounted = join(files, 'mounted');
	await mkdir(mounted);
	await run('mount', ['-t', 'tmpfs', 'tmpfs', mounted]);
	await writeFile(join(mounted, 'elsewhere'), 'on another file system');

	const single = join(host.directory, 'single');
	await writeFile(single, 'a file as a source');
	for (const options of [
		all,
		{ ...all, oneFileSystem: true },
		{ ...all, excludeCaches: false, excludeIfPresent: '' },
	]) {
		const { summary } = await restic.backup({ ...request(host, [files, single]), ...options });
		const walked = await walkFiles([files, single], options);
		expect(walked).toEqual({ files: summary.totalFiles, bytes: summary.totalBytes });
	}
});

test('what cannot be walked gives nothing to compare with', async () => {
	expect(await walkFiles([join(tmpdir(), 'no', 'such', 'directory')], all)).toBeUndefined();
	expect(await walkFiles(['/usr/share'], { ...all, signal: AbortSignal.abort() })).toBeUndefined();
});
