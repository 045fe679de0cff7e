import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Restic } from '../../source/restic/client.ts';
import { openRestic, request, resticHost, someFiles } from './restic-host.ts';
import { takePid } from './reused-pid.ts';
import {
	compareTrees,
	type Host,
	initRepository,
	run,
	runCli,
	snapshots,
	testHost,
	tools,
	writeConfig,
} from './rig/index.ts';

/** The host's repository as if it were remote: through rclone. */
async function throughRclone(host: Host) {
	const config = join(host.directory, 'rclone.conf');
	await writeFile(config, '[disk]\ntype = local\n', { mode: 0o600 });
	return {
		repository: `rclone:disk:${host.repository}`,
		rcloneBinary: tools.rclone,
		environment: { ...host.env, RCLONE_CONFIG: config, RCLONE_RETRIES: 'nonsense' },
	};
}

test('a repository behind rclone: backup, list, read back, a missing one', async () => {
	const host = await testHost();
	await initRepository(host);
	const options = await throughRclone(host);
	const restic = openRestic(host, options);
	expect(await restic.presence()).toBe('unknown');
	const { snapshotId } = await restic.backup(request(host, [await someFiles(host)]));
	expect((await restic.snapshots()).map(({ id }) => id)).toEqual([snapshotId]);
	expect((await restic.readDataOfSnapshot(snapshotId)).ok).toBe(true);
	const nowhere = openRestic(host, { ...options, repository: `rclone:disk:${host.directory}/nowhere` });
	await expect(nowhere.config()).rejects.toMatchObject({ code: 'repository-missing' });
	const noRclone = openRestic(host, { ...options, rcloneBinary: '/nonexistent/rclone' });
	await expect(noRclone.config()).rejects.toThrow();
});

test("F14: restic's rclone gets RCLONE_CONFIG of [cloud_sync]; what rclone says is told", async () => {
	const host = await testHost();
	await initRepository(host);
	const { repository, environment } = await throughRclone(host);
	const settings = (REPOSITORY: string) => ({
		local_backup: { REPOSITORY },
		cloud_sync: { RCLONE_CONFIG: environment.RCLONE_CONFIG },
	});
	await writeConfig(host, settings(repository));
	const good = await runCli(host, ['check']);
	expect(good.code, good.stderr).toBe(0);
	await writeConfig(host, settings(`rclone:nosuch:${host.repository}`));
	for (const command of ['check', 'backup', 'doctor']) {
		const wrong = await runCli(host, [command]);
		const told = wrong.stdout + wrong.stderr;
		if (command !== 'doctor') expect(wrong.code, told).toBe(1);
		expect(told).toMatch(/rclone: Failed to create file system .*didn't find section in config file/);
		expect(told).toMatch(/rclone listremotes/);
		expect(told).not.toMatch(/check the network|exit status 1/);
	}
});

/** A lock of a restic that was killed, in a remote repository. */
async function staleLock(host: Host, restic: Restic): Promise<number> {
	const gate = join(host.directory, 'gate');
	await run('mkfifo', [gate]);
	const backup = await restic.startBackup({ ...request(host, [await someFiles(host)]), excludeFile: gate });
	await expect.poll(async () => (await restic.locks()).length, { timeout: 20_000 }).toBe(1);
	process.kill(backup.pid, 'SIGKILL');
	await backup.result.catch(() => {});
	return backup.pid;
}

test('a stale lock of a remote repository is removed by restic itself', async () => {
	const host = await testHost();
	await initRepository(host);
	const restic = openRestic(host, await throughRclone(host));
	await staleLock(host, restic);
	expect((await restic.removeStaleLocks()).removed).toHaveLength(1);
	expect(await restic.locks()).toEqual([]);
});

test('but not where that would send a signal to a process that has got its pid', async () => {
	const host = await testHost();
	await initRepository(host);
	const options = await throughRclone(host);
	const restic = openRestic(host, options);
	const pid = await staleLock(host, restic);
	const victim = await takePid(pid);
	expect(await restic.removeStaleLocks()).toMatchObject({ removed: [], kept: [{ pid, stale: true }] });
	expect(await victim.lives()).toBe(true);
	expect(await restic.locks()).toHaveLength(1);
});

test('snapshots are copied to a second repository with another password, sharing their blocks', async () => {
	const { host, restic } = await resticHost();
	const files = await someFiles(host);
	const { snapshotId } = await restic.backup(request(host, [files]));
	const { chunkerPolynomial } = await restic.config();
	const from = { repository: host.repository, password: { kind: 'file', path: host.passwordFile } } as const;
	const repository = join(host.directory, 'second');
	const second = openRestic(host, { repository, password: { kind: 'value', value: 'another' } });
	expect((await second.init({ copyChunkerFrom: from })).chunkerPolynomial).toBe(chunkerPolynomial);
	await second.copy({ from, ids: [snapshotId] });
	const [copied] = await second.snapshots();
	expect(copied?.original ?? copied?.id).toBeTruthy();
	const target = join(host.directory, 'out');
	await mkdir(target);
	await second.restore({ snapshot: copied?.id ?? '', target });
	expect(await compareTrees(files, join(target, files))).toEqual([]);

	const wrong = { ...from, password: { kind: 'value', value: 'not it' } } as const;
	await expect(second.copy({ from: wrong })).rejects.toMatchObject({ code: 'repository-password' });
	expect(await snapshots(host)).toHaveLength(1);
});
