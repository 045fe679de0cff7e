import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Restic } from '../../source/restic/client.ts';
import { openRestic, request, resticHost, someFiles } from './restic-host.ts';
import { takePid } from './reused-pid.ts';
import {
	compareTrees,
	compose,
	composeYaml,
	type Host,
	initRepository,
	inventory,
	run,
	runCli,
	sleeper,
	snapshots,
	stack,
	testHost,
	tools,
	writeConfig,
	writeDirlist,
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
	const wrong = await runCli(host, ['check']);
	const told = wrong.stdout + wrong.stderr;
	expect(wrong.code, told).toBe(1);
	expect(told).toMatch(/rclone: Failed to create file system .*didn't find section in config file/);
	expect(told).toMatch(/rclone listremotes/);
	expect(told).not.toMatch(/check the network|exit status 1/);
});

test('F3: a repository behind rclone that ends in no sure place is refused before anything is touched', async () => {
	const host = await testHost();
	const { environment } = await throughRclone(host);
	const file = environment.RCLONE_CONFIG;
	await writeFile(
		file,
		[
			'[disk]\ntype = local\n',
			'[nocolon]\ntype = crypt\nremote = nas/dir\npassword = x\n',
			'[round]\ntype = alias\nremote = about:\n',
			'[about]\ntype = alias\nremote = round:x\n',
			'[buckets]\ntype = s3\nprovider = Other\nendpoint = http://127.0.0.1:1\n',
		].join('\n'),
		{ mode: 0o600 },
	);
	const app = await stack(host, 'app', composeYaml([sleeper('web')]));
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	const before = await inventory(host);
	const cwd = join(host.directory, 'cwd');
	await mkdir(cwd);
	const refused: Readonly<Record<string, RegExp>> = {
		'rclone:nas/dir': /"nas\/dir", a path relative/,
		'rclone:disk:nas/dir': /"nas\/dir", a path relative/,
		'rclone::local:nas': /"nas", a path relative/,
		'rclone:nocolon:restic': /nocolon.*"nas\/dir", a path relative/,
		'rclone:round:restic': /the remote round is built on itself/,
		'rclone:buckets:': /list of buckets[\s\S]*rclone:buckets:my-bucket/,
		'rclone:nosuch:restic': /rclone does not know a remote nosuch[\s\S]*it knows: disk/,
		'relative/repo': /must be an absolute path[\s\S]*\/relative\/repo/,
		'local:repo': /must be an absolute path/,
	};
	for (const [REPOSITORY, words] of Object.entries(refused)) {
		await writeConfig(host, { local_backup: { REPOSITORY }, cloud_sync: { RCLONE_CONFIG: file } });
		const more = /nocolon|nosuch/.test(REPOSITORY) ? [['doctor'], ['backup', '--init', '--dry-run']] : [];
		for (const args of [['validate'], ['backup', '--init'], ...more]) {
			const result = await runCli(host, args, { cwd });
			const told = result.stdout + result.stderr;
			expect(told, `${REPOSITORY}: ${args[0]}`).toMatch(words);
			if (args[0] !== 'doctor') expect(result.code, told).toBe(1);
		}
		expect(await readdir(cwd)).toEqual([]);
	}
	await writeConfig(host);
	const fromEnvironment = await runCli(host, ['backup', '--init'], {
		cwd,
		env: { RESTIC_REPOSITORY: 'repo' },
	});
	expect(fromEnvironment.code).toBe(1);
	expect(fromEnvironment.stderr).toMatch(/RESTIC_REPOSITORY: must be an absolute path/);
	expect(await readdir(cwd)).toEqual([]);
	expect(await inventory(host)).toEqual(before);
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
