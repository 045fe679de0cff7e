import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { dataFiles, flipByte } from './repository-damage.ts';
import { openRestic, request, resticHost, someFiles } from './restic-host.ts';
import { snapshots, testHost } from './rig/index.ts';

test('no repository, a wrong password, no password', async () => {
	const { host, restic } = await resticHost();
	const files = await someFiles(host);
	const missing = openRestic(host, { repository: join(host.directory, 'nowhere') });
	expect(await missing.presence()).toBe('absent');
	await expect(missing.config()).rejects.toMatchObject({ code: 'repository-missing' });
	await expect(missing.backup(request(host, [files]))).rejects.toMatchObject({ code: 'repository-missing' });

	const wrong = openRestic(host, { password: { kind: 'value', value: 'not it' } });
	await expect(wrong.snapshots()).rejects.toMatchObject({ code: 'repository-password', exitCode: 1 });
	for (const value of ['', '  \n']) {
		const none = openRestic(host, { password: { kind: 'value', value } });
		await expect(none.snapshots()).rejects.toMatchObject({
			code: expect.stringMatching(/password-missing|config-invalid/),
		});
	}
	const unset = openRestic(host, { password: { kind: 'none' } });
	await expect(unset.snapshots()).rejects.toMatchObject({ code: 'password-missing' });
	expect(await restic.snapshots()).toEqual([]);
});

test('a repository is made only where nothing is', async () => {
	const host = await testHost();
	const restic = openRestic(host);
	await mkdir(join(host.repository, 'lost+found'), { recursive: true });
	expect(await restic.presence()).toBe('empty');
	const made = await restic.init();
	expect(made.id).toMatch(/^[0-9a-f]{64}$/);
	expect(await restic.presence()).toBe('repository');
	expect(await restic.config()).toEqual(made);
	await expect(restic.init()).rejects.toMatchObject({ code: 'usage' });

	const photos = join(host.directory, 'photos');
	await mkdir(photos);
	await writeFile(join(photos, 'a.jpg'), 'x');
	const foreign = openRestic(host, { repository: photos });
	expect(await foreign.presence()).toBe('foreign');
	await expect(foreign.init()).rejects.toMatchObject({ code: 'repository-foreign' });
	await expect(foreign.config()).rejects.toMatchObject({ code: 'repository-foreign' });
	expect(await readdir(photos)).toEqual(['a.jpg']);
});

test('unknown ids are errors, where restic may exit with 0', async () => {
	const { host, restic } = await resticHost();
	const { snapshotId } = await restic.backup(request(host, [await someFiles(host)]));
	const unknown = { code: 'snapshot-unknown' };
	await expect(restic.ls('deadbeef', { onEntry: () => {} })).rejects.toMatchObject(unknown);
	await expect(restic.stats('deadbeef')).rejects.toMatchObject(unknown);
	await expect(restic.snapshot('deadbeef')).rejects.toMatchObject(unknown);
	await expect(restic.snapshot('latest')).rejects.toMatchObject(unknown);
	await expect(restic.forgetIds([snapshotId, 'deadbeef'])).rejects.toMatchObject(unknown);
	await expect(restic.backup({ ...request(host, ['/etc']), parent: 'deadbeef' })).rejects.toMatchObject(
		unknown,
	);
	expect(await snapshots(host)).toHaveLength(1);
});

describe('damage', () => {
	async function damaged() {
		const { host, restic } = await resticHost();
		const files = await someFiles(host, 'files', 5);
		await writeFile(join(files, 'large'), randomBytes(200_000));
		const { snapshotId } = await restic.backup(request(host, [files]));
		await rm(host.cacheDir, { recursive: true, force: true });
		return { host, restic, files, snapshotId };
	}

	test('lost keys are not a wrong password, a lost config is not a missing repository', async () => {
		const { host, restic } = await damaged();
		const copy = join(host.directory, 'copy');
		await cp(host.repository, copy, { recursive: true });
		for (const key of await readdir(join(host.repository, 'keys')))
			await rm(join(host.repository, 'keys', key));
		expect(await restic.presence()).toBe('keys-missing');
		await expect(restic.snapshots()).rejects.toMatchObject({ code: 'repository-damaged', message: /keys/ });
		await expect(restic.init()).rejects.toMatchObject({ code: 'repository-damaged' });

		await rm(join(copy, 'config'));
		const second = openRestic(host, { repository: copy });
		expect(await second.presence()).toBe('config-missing');
		await expect(second.snapshots()).rejects.toMatchObject({ code: 'repository-damaged', message: /config/ });
		// restic 0.14 would make a new config over the old data here, with which nothing old can be read.
		await expect(second.init()).rejects.toMatchObject({ code: 'repository-damaged' });
		expect(await readdir(copy)).not.toContain('config');
	});

	test('a snapshot that cannot be read is damage, not a shorter list', async () => {
		const { host, restic, snapshotId } = await damaged();
		await flipByte(join(host.repository, 'snapshots', snapshotId));
		await expect(restic.snapshots()).rejects.toMatchObject({ code: 'repository-damaged' });
		let unreadable: readonly string[] = [];
		const list = await restic.snapshots(
			{},
			{
				onUnreadable: (ids) => {
					unreadable = ids;
				},
			},
		);
		expect(list).toEqual([]);
		expect(unreadable.map((id) => id.slice(0, 8))).toEqual([snapshotId.slice(0, 8)]);
		await expect(restic.forgetIds([snapshotId])).rejects.toMatchObject({ code: 'snapshot-unknown' });
	});

	test('a flipped byte passes a plain check, and is found by reading the data and by reading that snapshot', async () => {
		const { host, restic, snapshotId } = await damaged();
		const before = new Set(await dataFiles(host));
		const other = await restic.backup(request(host, [await someFiles(host, 'others', 4)], 'other'));
		const [largest = ''] = [...before];
		await flipByte(largest, 100);
		expect(await restic.check()).toMatchObject({ ok: true });
		expect(await restic.check({ readData: true })).toMatchObject({ ok: false });
		expect((await restic.readDataOfSnapshot(snapshotId)).ok).toBe(false);
		expect((await restic.readDataOfSnapshot(other.snapshotId)).ok).toBe(true);
	});

	test('a damaged tree is found by reading the snapshot, and never dumped as if it were whole', async () => {
		const { host, restic, snapshotId, files } = await damaged();
		const smallest = (await dataFiles(host)).at(-1) ?? '';
		await flipByte(smallest, 50);
		expect((await restic.readDataOfSnapshot(snapshotId)).ok).toBe(false);
		const nowhere = new PassThrough().resume();
		await expect(restic.dump(snapshotId, files, nowhere)).rejects.toMatchObject({
			code: expect.stringMatching(/repository-damaged|restore-failed/),
		});
	});

	test('data cut or gone is found by a plain check', async () => {
		const { host, restic } = await damaged();
		const [largest = ''] = await dataFiles(host);
		await chmod(largest, 0o600);
		await truncate(largest, 50);
		const cut = await restic.check();
		expect(cut.ok).toBe(false);
		expect(cut.errors.join('\n')).toMatch(/[0-9a-f]{8}/);
		await rm(largest);
		expect((await restic.check()).ok).toBe(false);
	});

	test('a lost index is mended from the data', async () => {
		const { host, restic, snapshotId, files } = await damaged();
		for (const name of await readdir(join(host.repository, 'index')))
			await rm(join(host.repository, 'index', name));
		const check = await restic.check();
		expect(check.ok).toBe(false);
		await restic.repairIndex();
		expect(await restic.check({ readData: true })).toMatchObject({ ok: true });
		const next = await restic.backup({ ...request(host, [files]), parent: snapshotId });
		expect(next.partial).toBe(false);
	});

	test('a damaged parent fails the backup, also where restic calls it partial', async () => {
		const { host, restic, files, snapshotId } = await damaged();
		for (const file of await dataFiles(host)) await flipByte(file, 20);
		await expect(
			restic.backup({ ...request(host, [files]), parent: snapshotId }, { timeoutMs: 8_000 }),
		).rejects.toMatchObject({ code: 'repository-damaged' });
	});
});

test('a repository that does not answer is given up in time, with the reason', async () => {
	const host = await testHost();
	const restic = openRestic(host, { repository: 'rest:http://someone:canary-rest@127.0.0.1:1/' });
	const error = await restic.snapshots({}, { timeoutMs: 3_000 }).catch((caught: unknown) => caught);
	expect(error).toMatchObject({ code: 'repository-unreachable' });
	expect(JSON.stringify([String(error), error])).not.toContain('canary-rest');
	expect(restic.location.display).toBe('rest:http://someone:***@127.0.0.1:1/');
});

test('restic that is not restic, or not there', async () => {
	const host = await testHost();
	const fake = join(host.directory, 'restic');
	await writeFile(fake, '#!/bin/sh\necho hello\n', { mode: 0o755 });
	await expect(openRestic(host, { binary: fake }).snapshots()).rejects.toMatchObject({
		code: 'tool-missing',
	});
	await writeFile(fake, '#!/bin/sh\necho "restic 0.9.6 compiled with go1.12"\n', { mode: 0o755 });
	await expect(openRestic(host, { binary: fake }).snapshots()).rejects.toMatchObject({
		code: 'tool-too-old',
	});
	await expect(openRestic(host, { binary: '/nonexistent/restic' }).snapshots()).rejects.toMatchObject({
		code: 'tool-missing',
	});
});
