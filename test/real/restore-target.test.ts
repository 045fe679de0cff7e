import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, copyTree, mountpoint, restoreConfig } from './restore-rig.ts';
import {
	compareTrees,
	compose,
	composeYaml,
	fillWithOddFiles,
	initRepository,
	inventory,
	leftovers,
	restic,
	run,
	sleeper,
	snapshots,
	stack,
	testHost,
	writeDirlist,
} from './rig/index.ts';

/** A stack backed up twice: in June of last year (by its snapshot's time) with `first`, and now with `second`. */
async function backedUpTwice() {
	const host = await testHost({ config: restoreConfig() });
	const yaml = composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']);
	const app = await stack(host, 'app', yaml, { files: { 'html/index.html': 'first\n' } });
	await compose(app, ['up', '-d']);
	const volume = await mountpoint(host, `${app.project}_data`);
	await fillWithOddFiles(volume);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	const [made] = await snapshots(host);
	await restic(host, ['rewrite', '--new-time', '2025-06-01 12:00:00', '--forget', made?.id ?? '']);
	const [old] = await snapshots(host);
	writeFileSync(join(app.directory, 'html/index.html'), 'second\n');
	await cli(host, ['backup', '--no-retention']);
	const copy = join(host.directory, 'copy');
	await copyTree(volume, copy);
	const restore = (...args: readonly string[]) => ['restore', '--stack', app.name, ...args];
	return { host, app, volume, copy, old: old?.id ?? '', restore };
}

test('files beside the live ones: of the latest snapshot, of one by its id, by its date; the stack runs on', async () => {
	const { host, app, volume, old, restore } = await backedUpTwice();
	const before = await inventory(host);
	const at = (name: string) => join(host.directory, name);
	const page = (name: string) => readFileSync(join(at(name), app.directory, 'html/index.html'), 'utf8');
	await cli(host, restore('--target', at('latest')));
	expect(page('latest')).toBe('second\n');
	expect(await compareTrees(volume, join(at('latest'), volume))).toEqual([]);
	expect(await compareTrees(app.directory, join(at('latest'), app.directory))).toEqual([]);
	for (const [name, wish] of [
		['id', old.slice(0, 8)],
		['day', '2025-06-01'],
		['between', '2025-12-31'],
		['minute', '2025-06-01 12:00'],
	] as const) {
		await cli(host, restore('--target', at(name), '--snapshot', wish, '--include', 'html'));
		expect(page(name)).toBe('first\n');
	}
	const tooOld = await cli(host, restore('--target', at('none'), '--snapshot', '2025-05-31'), 64);
	expect(tooOld.stdout).toMatch(/no snapshot that old[\s\S]*2025-06-01/);
	await cli(host, restore('--target', at('none'), '--snapshot', 'deadbeef'), 64);
	expect(existsSync(at('none'))).toBe(false);

	// Nothing that lies there is overwritten unasked.
	writeFileSync(join(at('latest'), app.directory, 'html/index.html'), 'mine');
	await cli(host, restore('--target', at('latest')), 64);
	expect(page('latest')).toBe('mine');
	await cli(host, [...restore('--target', at('latest')), '--yes', '--confirm', app.name]);
	expect(page('latest')).toBe('second\n');
	expect(await inventory(host)).toEqual(before);
	expect(await leftovers(host)).toEqual([]);
});

test('one file alone, whatever its name: into a directory and to standard output; a folder as an archive', async () => {
	const { host, volume, copy, restore } = await backedUpTwice();
	const ofVolume = (path: string) => restore('--volume', 'data', '--include', path);
	const names = ['$(touch pwned)', '*', 'a,b', 'new\nline', 'sub dir/-dash', 'sub dir/ümläut ☃'];
	for (const [index, name] of names.entries()) {
		const target = join(host.directory, `target${index}`);
		await cli(host, [...ofVolume(name), '--target', target]);
		const found = readdirSync(join(target, volume), { recursive: true }).sort();
		expect(found).toEqual(name.includes('/') ? ['sub dir', name] : [name]);
		expect(readFileSync(join(target, volume, name))).toEqual(readFileSync(join(copy, name)));
		const { stdout } = await cli(host, [...ofVolume(name), '--stdout']);
		expect(stdout).toBe(readFileSync(join(copy, name), 'utf8'));
	}
	expect(existsSync(join(host.directory, 'pwned'))).toBe(false);

	const tar = join(host.directory, 'folder.tar');
	const unpacked = join(host.directory, 'unpacked');
	mkdirSync(unpacked);
	const program = join(import.meta.dirname, '../../bin/backup-tui.js');
	const words = [process.execPath, program, '--config', host.configFile, ...ofVolume('sub dir'), '--stdout'];
	await run('sh', ['-c', '"$@" > "$0"', tar, ...words], { env: host.env });
	await run('tar', ['-xf', tar, '-C', unpacked]);
	expect(readFileSync(join(unpacked, volume, 'sub dir/-dash'), 'utf8')).toBe('dash\n');

	for (const wrong of [restore('--stdout'), [...ofVolume('a,b'), '--include', '*', '--stdout']])
		await cli(host, wrong, 64);
	await cli(host, [...ofVolume('not there'), '--stdout'], 4);
});
