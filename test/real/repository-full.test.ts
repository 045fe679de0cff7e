import { randomBytes } from 'node:crypto';
import { mkdir, readdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ballastName } from '../../source/restic/presence.ts';
import type { EventBody } from '../../source/runs/events.ts';
import { ensureBallast } from '../../source/services/ballast.ts';
import { forgetAndPrune, pruneRepository } from '../../source/services/prune.ts';
import { openRestic, request, someFiles } from './restic-host.ts';
import {
	compareTrees,
	type Host,
	initRepository,
	restic as plain,
	restoreSnapshot,
	run,
	runCli,
	snapshots,
	testHost,
	writeConfig,
} from './rig/index.ts';

const mebibyte = 1024 * 1024;

/** A repository on a disk of its own, of 24 MiB. */
async function smallDisk(): Promise<Host> {
	const host = await testHost();
	await mkdir(host.repository);
	await run('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=700', 'tmpfs', host.repository]);
	await initRepository(host);
	return host;
}

async function randomFile(host: Host, name: string, megabytes: number): Promise<string> {
	const directory = await someFiles(host, name, 1);
	await writeFile(join(directory, 'random'), randomBytes(megabytes * mebibyte));
	return directory;
}

/** Takes every block that is left. */
async function fill(host: Host): Promise<void> {
	for (const size of [mebibyte, 64 * 1024, 4096, 1]) {
		const { bavail, bsize } = await statfs(host.repository);
		const bytes = size === 1 ? bavail * bsize : Math.floor((bavail * bsize) / size) * size;
		if (bytes > 0)
			await writeFile(join(host.repository, `filler-${size}`), Buffer.alloc(bytes)).catch(() => {});
	}
	expect((await statfs(host.repository)).bavail).toBe(0);
}

test('a disk that fills up during a backup: no snapshot, the earlier ones whole', async () => {
	const host = await smallDisk();
	const restic = openRestic(host);
	const first = await randomFile(host, 'first', 6);
	const { snapshotId } = await restic.backup(request(host, [first]));
	const second = await randomFile(host, 'second', 30);
	await expect(restic.backup(request(host, [second]), { timeoutMs: 20_000 })).rejects.toMatchObject({
		code: 'no-space',
	});
	expect((await snapshots(host)).map(({ id }) => id)).toEqual([snapshotId]);
	const restored = await restoreSnapshot(host, snapshotId);
	expect(await compareTrees(first, join(restored, first))).toEqual([]);
});

test('a disk that is full to the last block: the ballast makes room for a prune, and is laid down again', async () => {
	const host = await smallDisk();
	const restic = openRestic(host);
	const kept = await restic.backup(request(host, [await randomFile(host, 'kept', 1)]));
	const old = await restic.backup(request(host, [await randomFile(host, 'old', 6)], 'old'));
	expect(await ensureBallast(host.repository, 1)).toBe(true);
	// restic of either age does not mind the file, and neither does the look before `init`.
	expect(await restic.presence()).toBe('repository');
	expect(await restic.check({ readData: true })).toMatchObject({ ok: true });
	await restic.forgetIds([old.snapshotId]);
	await fill(host);
	await expect(restic.prune({ timeoutMs: 20_000 })).rejects.toMatchObject({ code: 'no-space' });

	const events: EventBody[] = [];
	const result = await pruneRepository({ restic, emit: (event) => events.push(event), ballastMb: 1 });
	expect(result.freedBytes).toBeGreaterThan(5 * mebibyte);
	expect(events).toMatchObject([{ type: 'message', level: 'warn' }]);
	expect((await snapshots(host)).map(({ id }) => id)).toEqual([kept.snapshotId]);
	expect(await readdir(host.repository)).toContain(ballastName);
	await plain(host, ['check', '--read-data']);
});

test('what a backup no longer needs is forgotten and pruned on a disk that is full to the last block', async () => {
	const host = await smallDisk();
	const restic = openRestic(host);
	const kept = await restic.backup(request(host, [await randomFile(host, 'kept', 1)]));
	const old = await restic.backup(request(host, [await randomFile(host, 'old', 6)], 'old'));
	await ensureBallast(host.repository, 1);
	await fill(host);
	const events: EventBody[] = [];
	await forgetAndPrune({ restic, emit: (event) => events.push(event), ballastMb: 1 }, [old.snapshotId]);
	expect(events).toMatchObject([{ type: 'message', level: 'warn' }]);
	expect((await snapshots(host)).map(({ id }) => id)).toEqual([kept.snapshotId]);
	const { bavail, bsize } = await statfs(host.repository);
	expect(bavail * bsize).toBeGreaterThan(4 * mebibyte);
	expect(await readdir(host.repository)).toContain(ballastName);
	await plain(host, ['check', '--read-data']);
});

test('backup-tui prune on a disk that is full to the last block', async () => {
	const host = await smallDisk();
	await writeConfig(host, {
		local_backup: { KEEP_DAILY: 1, KEEP_WEEKLY: 0, KEEP_MONTHLY: 0, KEEP_YEARLY: 0, BALLAST_MB: 1 },
	});
	const restic = openRestic(host);
	const yesterday = new Date(Date.now() - 24 * 3600 * 1000);
	await restic.backup({ ...request(host, [await randomFile(host, 'old', 6)]), time: yesterday });
	await restic.backup(request(host, [await randomFile(host, 'new', 1)]));
	await restic.close();
	await ensureBallast(host.repository, 1);
	await fill(host);
	const { code, stderr } = await runCli(host, ['prune', '--yes']);
	expect(stderr).toContain('ballast');
	expect(code).toBe(0);
	expect(await snapshots(host)).toHaveLength(1);
	expect((await statfs(host.repository)).bavail).toBeGreaterThan(0);
	await plain(host, ['check', '--read-data']);
	expect(await readdir(host.repository)).toContain(ballastName);
});

test('no ballast is laid down where there is hardly any room', async () => {
	const host = await smallDisk();
	expect(await ensureBallast(host.repository, 10)).toBe(false);
	expect(await readdir(host.repository)).not.toContain(ballastName);
});
