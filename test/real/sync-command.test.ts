import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
	composeYaml,
	type Host,
	initRepository,
	leftovers,
	restic,
	runCli,
	sleeper,
	snapshots,
	stack,
	startCli,
	testHost,
	writeConfig,
} from './rig/index.ts';
import { backUp, expectUsable, makeRepository, resticAt, writeData } from './sync-rig/repository.ts';
import { addRemote, serveWebdav } from './sync-rig/servers.ts';
import { filesOf, fingerprint } from './sync-rig/trees.ts';

async function hostWithDisk(sections: Parameters<typeof writeConfig>[1] = {}): Promise<Host> {
	const host = await testHost();
	await makeRepository(host);
	await writeConfig(host, {
		...sections,
		cloud_sync: { RCLONE_REMOTE: host.remoteDir, ...sections.cloud_sync },
	});
	return host;
}

const copyOf = (host: Host) => join(host.remoteDir, 'backup/restic');

test('sync: the structure check that is due, the copy, and then nothing more to do', async () => {
	const host = await hostWithDisk();
	const first = await runCli(host, ['sync', '--verbose']);
	expect(first.code, first.stderr).toBe(0);
	expect(first.stderr).toContain('structure check passed just now');
	expect(first.stdout).toMatch(/✔ default {2}\d+ files, .* sent; compared by names, sizes and hashes/);
	await expectUsable(host, copyOf(host));
	const second = await runCli(host, ['sync', 'default']);
	expect(second.code, second.stderr).toBe(0);
	expect(second.stdout).toContain('nothing to send; compared by names and sizes');
	expect(await leftovers(host)).toEqual([]);
});

test('sync --json: every event, the last one the end of the run', async () => {
	const host = await hostWithDisk();
	const { code, stdout } = await runCli(host, ['sync', '--json']);
	expect(code).toBe(0);
	const events = stdout
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Record<string, unknown>);
	expect(events.map(({ type }) => type)).toEqual(
		expect.arrayContaining(['run-start', 'guard', 'command', 'sync-end', 'run-end']),
	);
	expect(events.at(-1)).toMatchObject({ type: 'run-end', exitCode: 0, ok: 1, failed: 0 });
});

test('sync --dry-run: the commands, and nothing written anywhere', async () => {
	const host = await hostWithDisk();
	mkdirSync(host.stateDir, { recursive: true });
	const before = fingerprint(host.directory);
	const { code, stderr } = await runCli(host, ['sync', '--dry-run']);
	expect(code, stderr).toBe(0);
	expect(stderr).toMatch(/would run: \S*rclone copy /);
	expect(fingerprint(host.directory)).toEqual(before);
});

test('sync: no remote, an unknown one, a tripped guard: exit 3 and what to do', async () => {
	const host = await testHost();
	await makeRepository(host);
	const none = await runCli(host, ['sync']);
	expect(none.code).toBe(3);
	expect(none.stderr).toContain('RCLONE_REMOTE');
	await writeConfig(host, { cloud_sync: { RCLONE_REMOTE: host.remoteDir } });
	const unknown = await runCli(host, ['sync', 'elsewhere']);
	expect(unknown.code).toBe(3);
	expect(unknown.stderr).toContain('there are: default');
	expect((await runCli(host, ['sync'])).code).toBe(0);
	for (const file of filesOf(host.repository, 'snapshots')) rmSync(file);
	const before = fingerprint(copyOf(host));
	const held = await runCli(host, ['sync']);
	expect(held.code).toBe(3);
	expect(held.stdout).toContain(`backup-tui --config ${host.configFile} sync default --max-delete 100%`);
	expect(fingerprint(copyOf(host))).toEqual(before);
	expect((await runCli(host, ['sync', '--max-delete', 'half'])).code).toBe(64);
});

test("several remotes: one that fails does not stop the others, its exit code is the run's", async () => {
	const host = await hostWithDisk({
		'cloud_sync:away': { RCLONE_REMOTE: '/nonexistent/disk' },
		'cloud_sync:own': { SYNC_COMMAND: '/bin/cp -r -t /tmp' },
	});
	const target = join(host.directory, 'own');
	mkdirSync(target);
	await writeConfig(host, {
		'cloud_sync:away': { RCLONE_REMOTE: '/nonexistent/disk' },
		cloud_sync: { RCLONE_REMOTE: host.remoteDir },
		'cloud_sync:own': { SYNC_COMMAND: `/bin/cp -r -t ${target}` },
	});
	const { code, stdout } = await runCli(host, ['sync']);
	expect(code).toBe(3);
	expect(stdout).toContain('/nonexistent/disk is not there');
	await expectUsable(host, copyOf(host));
	await expectUsable(host, join(target, 'repository'));
});

test('a second sync of the same remote is told who is at work; Ctrl-C ends the first, the next goes on', async () => {
	const host = await hostWithDisk();
	await backUp(host, await writeData(host, 'more', 6, 400_000));
	const slow = startCli(host, ['sync', '--bwlimit', '300K']);
	while (!Object.keys(fingerprint(host.remoteDir)).some((path) => path.includes('data/')))
		await new Promise((done) => setTimeout(done, 50));
	const second = await runCli(host, ['sync']);
	expect(second.code).toBe(75);
	expect(second.stdout + second.stderr).toContain('the remote default is in use: sync');
	slow.kill('SIGINT');
	expect((await slow.done).code).toBe(130);
	expect(await leftovers(host)).toEqual([]);
	const third = await runCli(host, ['sync']);
	expect(third.code, third.stderr).toBe(0);
	await expectUsable(host, copyOf(host));
});

test('a backup may add while a long sync goes on; what it adds goes up with the next one', async () => {
	const host = await hostWithDisk();
	await backUp(host, await writeData(host, 'more', 6, 300_000));
	const slow = startCli(host, ['sync', '--bwlimit', '500K']);
	while (!Object.keys(fingerprint(host.remoteDir)).some((path) => path.includes('data/')))
		await new Promise((done) => setTimeout(done, 50));
	await backUp(host, await writeData(host, 'meanwhile', 2, 10_000));
	const { code, stderr } = await slow.done;
	expect(code, stderr).toBe(0);
	await expectUsable(host, copyOf(host));
	expect(filesOf(copyOf(host), 'snapshots')).toHaveLength(3);
	expect((await runCli(host, ['sync'])).code).toBe(0);
	expect(filesOf(copyOf(host), 'snapshots')).toHaveLength(4);
});

test('sync --test: known, reachable, written and read, how full; nothing stays behind', async () => {
	const host = await hostWithDisk();
	const { name, directory } = await serveWebdav(host);
	await addRemote(host, 'wrong', 'webdav', { url: 'http://127.0.0.1:1', vendor: 'other' });
	const conf = join(host.directory, 'rclone.conf');
	await writeConfig(host, {
		cloud_sync: { RCLONE_REMOTE: host.remoteDir },
		'cloud_sync:dav': { RCLONE_REMOTE: name, RCLONE_CONFIG: conf },
	});
	const good = await runCli(host, ['sync', '--test']);
	expect(good.code, good.stdout + good.stderr).toBe(0);
	for (const step of ['exists', 'reachable', 'writable', 'readable', 'space'])
		expect(good.stdout).toContain(`✔ ${step}`);
	expect(Object.keys(fingerprint(directory))).toEqual([]);
	expect(Object.keys(fingerprint(host.remoteDir))).toEqual([]);

	await writeConfig(host, { cloud_sync: { RCLONE_REMOTE: 'wrong', RCLONE_CONFIG: conf } });
	const bad = await runCli(host, ['sync', '--test', '--json']);
	expect(bad.code).toBe(3);
	expect(JSON.parse(bad.stdout)).toMatchObject({
		remotes: [{ ok: false, problem: { code: 'remote-unreachable' } }],
	});
	await writeConfig(host, { cloud_sync: { RCLONE_REMOTE: 'nosuch', RCLONE_CONFIG: conf } });
	const missing = await runCli(host, ['sync', '--test']);
	expect(missing.code).toBe(3);
	expect(missing.stdout).toContain('wrong');
});

test('a repository that is not a local directory is copied with restic into a second one on the remote', async () => {
	const host = await testHost();
	await initRepository(host);
	await backUp(host, await writeData(host, 'a', 2, 50_000));
	await addRemote(host, 'disk', 'local', {});
	const { name } = await serveWebdav(host);
	const conf = join(host.directory, 'rclone.conf');
	const copyPassword = join(host.directory, 'copy-password');
	writeFileSync(copyPassword, 'another canary\n', { mode: 0o600 });
	await writeConfig(host, {
		local_backup: { REPOSITORY: `rclone:disk:${host.repository}` },
		cloud_sync: { RCLONE_REMOTE: name, RCLONE_CONFIG: conf, COPY_PASSWORD_FILE: copyPassword },
	});
	const env = { RCLONE_CONFIG: conf };
	const first = await runCli(host, ['sync'], { env });
	expect(first.code, first.stdout + first.stderr).toBe(0);
	expect(first.stderr).toContain('restic copy');
	await backUp(host, await writeData(host, 'b', 2, 50_000));
	const second = await runCli(host, ['sync'], { env });
	expect(second.code, second.stdout + second.stderr).toBe(0);
	const location = `rclone:${name}:/backup/restic`;
	const copied = { ...host, passwordFile: copyPassword };
	await expectUsable(copied, location);
	const own = await resticAt(host, host.repository, ['cat', 'config']);
	const other = await resticAt(copied, location, ['cat', 'config']);
	const polynomial = (text: string) =>
		(JSON.parse(text) as { chunker_polynomial: string }).chunker_polynomial;
	expect(polynomial(other.stdout)).toBe(polynomial(own.stdout));
	expect(await snapshots(host)).toHaveLength(2);
});

test('status tells how far behind a remote is', async () => {
	const host = await hostWithDisk();
	await stack(host, 'app', composeYaml([sleeper('web')]));
	const never = await runCli(host, ['status']);
	expect(never.stdout).toContain('never synced, 2 snapshots behind');
	expect((await runCli(host, ['sync'])).code).toBe(0);
	await backUp(host, await writeData(host, 'more', 1, 1000));
	const { stdout } = await runCli(host, ['status', '--json']);
	expect(JSON.parse(stdout)).toMatchObject({
		remotes: [
			{ name: 'default', behindSnapshots: 1, overdue: false, display: `${host.remoteDir}/backup/restic` },
		],
	});
});

test('what is wrong is told once, and nothing is called up to date in a dry run', async () => {
	const host = await hostWithDisk();
	const planned = await runCli(host, ['sync', '--dry-run']);
	expect(planned.stderr).toMatch(/default: \d+ files \([\d.]+ [KM]iB\) to send, 0 to take away/);
	expect(planned.stderr).toContain('default: a dry run, nothing was changed');
	expect(planned.stderr).not.toMatch(/up to date/);

	const rate = await runCli(host, ['sync', '--bwlimit', 'banana']);
	expect(rate.code).toBe(64);
	expect(rate.stderr).toMatch(/--bwlimit is not a bandwidth for rclone: banana[\s\S]*for example 4M/);

	rmSync(join(host.repository, 'config'));
	const held = await runCli(host, ['sync']);
	expect(held.code).toBe(3);
	const told = `${held.stderr}${held.stdout}`.match(/held back, nothing was deleted or replaced there/g);
	expect(told).toHaveLength(1);
	expect(held.stdout).toContain(told?.[0]);
});

test('T11: SYNC_COMMAND is not given a repository that was put back to an older state', async () => {
	const host = await testHost();
	await makeRepository(host);
	const image = join(host.directory, 'image');
	const copy = join(host.directory, 'own copy');
	const command = join(host.directory, 'mirror.sh');
	// As people write it: what is gone here goes there.
	writeFileSync(command, `#!/bin/sh\nrm -rf "$1" && cp -a "$2" "$1"\n`, { mode: 0o755 });
	await writeConfig(host, { cloud_sync: { SYNC_COMMAND: `${command} "${copy}"` } });
	const sync = (...args: readonly string[]) => runCli(host, ['sync', ...args]);
	const fine = async (...args: readonly string[]) => {
		const done = await sync(...args);
		expect(done.code, done.stdout + done.stderr).toBe(0);
	};
	await fine();
	cpSync(host.repository, image, { recursive: true, preserveTimestamps: true });
	await backUp(host, await writeData(host, 'newest', 1, 1000));
	await fine();
	const whole = fingerprint(copy);
	const newest = (await snapshots(host)).at(-1)?.short_id ?? '';

	rmSync(host.repository, { recursive: true });
	cpSync(image, host.repository, { recursive: true, preserveTimestamps: true });
	await backUp(host, await writeData(host, 'later', 1, 1000));
	for (const again of [1, 2]) {
		const held = await sync();
		expect(held.code, `${again}: ${held.stdout}`).toBe(3);
		expect(held.stdout + held.stderr).toMatch(/put back to an older state/);
		expect(held.stdout + held.stderr).toContain(newest);
		expect(fingerprint(copy)).toEqual(whole);
	}
	await fine('--accept-foreign');
	await fine();
	// One that restic has written anew under another id is no loss.
	await restic(host, ['rewrite', '--forget', '--new-host', 'renamed', 'latest']);
	await fine();
	// Emptied: nothing is handed over.
	const kept = fingerprint(copy);
	rmSync(join(host.repository, 'snapshots'), { recursive: true });
	mkdirSync(join(host.repository, 'snapshots'));
	const emptied = await sync();
	expect(emptied.code, emptied.stdout).toBe(3);
	expect(fingerprint(copy)).toEqual(kept);
	expect(await leftovers(host)).toEqual([]);
});
