import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Restic } from '../../source/restic/client.ts';
import { openRestic, request, resticHost, someFiles } from './restic-host.ts';
import { takePid } from './reused-pid.ts';
import { type Host, run, snapshots } from './rig/index.ts';

/** A backup that waits at a FIFO with its lock taken. */
async function waitingBackup(host: Host, restic: Restic) {
	const gate = join(host.directory, 'gate');
	await run('mkfifo', [gate]);
	const backup = await restic.startBackup({ ...request(host, [await someFiles(host)]), excludeFile: gate });
	await expect.poll(async () => (await restic.locks()).length).toBe(1);
	return { backup, gate };
}

test('the lock of a living restic is left alone, and who waits for it gets it', async () => {
	const { host, restic } = await resticHost();
	const { backup, gate } = await waitingBackup(host, restic);
	expect(await restic.locks()).toMatchObject([{ holder: { kind: 'alive' }, stale: false }]);
	expect(await restic.removeStaleLocks()).toMatchObject({ removed: [], kept: [{ pid: backup.pid }] });
	await expect(restic.prune()).rejects.toMatchObject({ code: 'repository-locked', exitCode: 75 });

	const patient = openRestic(host, { retryLockSeconds: 60 });
	const pruned = patient.prune();
	setTimeout(() => void writeFile(gate, ''), 2_000);
	await pruned;
	expect((await backup.result).partial).toBe(false);
});

test('the lock of a killed restic is removed, and nothing else is needed', async () => {
	const { host, restic } = await resticHost();
	const { backup } = await waitingBackup(host, restic);
	process.kill(backup.pid, 'SIGKILL');
	await expect(backup.result).rejects.toMatchObject({ code: 'copy-failed' });
	await expect(restic.prune()).rejects.toMatchObject({ code: 'repository-locked' });
	expect(await restic.removeStaleLocks({ dryRun: true })).toMatchObject({
		removed: [{ holder: { kind: 'dead' } }],
	});
	expect(await restic.locks()).toHaveLength(1);
	expect(await restic.removeStaleLocks()).toMatchObject({ removed: [{ pid: backup.pid }], kept: [] });
	await restic.prune();
	expect(await snapshots(host)).toEqual([]);
});

test('a process that got the pid of a dead restic lives on when its lock is removed', async () => {
	const { host, restic } = await resticHost();
	const { backup } = await waitingBackup(host, restic);
	process.kill(backup.pid, 'SIGKILL');
	await backup.result.catch(() => {});
	const victim = await takePid(backup.pid);

	const [lock] = await restic.locks();
	expect(lock).toMatchObject({ pid: backup.pid, holder: { kind: 'reused' }, stale: true });
	expect((await restic.removeStaleLocks()).removed).toHaveLength(1);
	expect(await restic.locks()).toEqual([]);
	await restic.prune();
	expect(await victim.lives()).toBe(true);
});

test('locks of other hosts are shown and kept', async () => {
	const { host } = await resticHost();
	const elsewhere = openRestic(host, { hostname: 'elsewhere' });
	const { backup } = await waitingBackup(host, elsewhere);
	process.kill(backup.pid, 'SIGKILL');
	await backup.result.catch(() => {});
	expect(await elsewhere.locks()).toMatchObject([{ holder: { kind: 'other-host' }, stale: false }]);
	expect((await elsewhere.removeStaleLocks({ otherHosts: true })).removed).toEqual([]);
	const later = openRestic(host, { hostname: 'elsewhere', clock: () => Date.now() + 31 * 60_000 });
	expect((await later.removeStaleLocks()).removed).toEqual([]);
	expect((await later.removeStaleLocks({ otherHosts: true })).removed).toHaveLength(1);
	expect(await elsewhere.locks()).toEqual([]);
});
