import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
	type Host,
	processesOf,
	run,
	runCli,
	type Sections,
	startCli,
	testHost,
	tools,
	writeConfig,
} from './rig/index.ts';
import { backUp, expectUsable, makeRepository, writeData } from './sync-rig/repository.ts';
import { serveS3, serveSftp, serveWebdav } from './sync-rig/servers.ts';
import { filesOf, fingerprint } from './sync-rig/trees.ts';

async function withoutLocks(directory: string) {
	const files = Object.entries(fingerprint(directory));
	return Object.fromEntries(files.filter(([path]) => !path.startsWith('locks/')));
}

interface Scene {
	readonly host: Host;
	readonly config: Sections;
	readonly copy: string;
}

/** A host whose repository is synced to a second disk, and then gone. */
async function scene(): Promise<Scene & { readonly before: Readonly<Record<string, string>> }> {
	const host = await testHost();
	await makeRepository(host);
	const config: Sections = {
		cloud_sync: { RCLONE_REMOTE: host.remoteDir },
		restore: { RESTORE_DIR: join(host.directory, 'restored') },
	};
	await writeConfig(host, config);
	const { code, stdout } = await runCli(host, ['sync']);
	expect(code, stdout).toBe(0);
	const before = await withoutLocks(host.repository);
	renameSync(host.repository, `${host.repository}-lost`);
	return { host, config, copy: join(host.remoteDir, 'backup/restic'), before };
}

/** Commands printed as next steps. */
function commandsIn(stdout: string): string[] {
	return stdout
		.split('\n')
		.filter((line) => /^ {2}(RESTIC_|backup-tui|mkdir)/.test(line))
		.map((line) => line.trim());
}

test('restore: into a dated directory, identical, proven; the next steps work when pasted', async () => {
	const { host, before } = await scene();
	const { code, stdout, stderr } = await runCli(host, ['restore', '--yes']);
	expect(code, stdout + stderr).toBe(0);
	const [name = ''] = readdirSync(join(host.directory, 'restored'));
	expect(name).toMatch(/^restored_backup_\d{8}_\d{6}$/);
	const target = join(host.directory, 'restored', name);
	expect(await withoutLocks(target)).toEqual(before);
	expect(stdout).toContain('verified: contents by their names, structure');
	await expectUsable(host, target);

	const bin = join(host.directory, 'bin');
	mkdirSync(bin);
	const program = new URL('../../bin/backup-tui.js', import.meta.url).pathname;
	writeFileSync(join(bin, 'backup-tui'), `#!/bin/sh\nexec ${tools.node} ${program} "$@"\n`, { mode: 0o755 });
	const commands = commandsIn(stdout);
	expect(commands.length).toBeGreaterThanOrEqual(2);
	for (const command of commands) {
		const env = { ...host.env, PATH: `${bin}:${host.env.PATH}` };
		const pasted = await run('sh', ['-c', command], { env, anyCode: true });
		expect(pasted.code, `${command}\n${pasted.stdout}${pasted.stderr}`).toBe(0);
	}
	// The last of them put it back in its place.
	await expectUsable(host, host.repository);
	expect((await runCli(host, ['snapshots', 'list'])).code).toBe(0);
});

test.each([
	['WebDAV', serveWebdav],
	['SFTP', serveSftp],
	['S3', serveS3],
] as const)('restore from %s, into the place of the lost repository', async (_kind, serve) => {
	const host = await testHost();
	await makeRepository(host);
	const { name } = await serve(host);
	await writeConfig(host, {
		cloud_sync: {
			RCLONE_REMOTE: name,
			RCLONE_CONFIG: join(host.directory, 'rclone.conf'),
			RCLONE_PATH: 'backup/restic',
		},
	});
	expect((await runCli(host, ['sync'])).code).toBe(0);
	const before = await withoutLocks(host.repository);
	rmSync(host.repository, { recursive: true });
	const { code, stdout, stderr } = await runCli(host, ['restore', host.repository, '--read-data']);
	expect(code, stdout + stderr).toBe(0);
	expect(await withoutLocks(host.repository)).toEqual(before);
	await expectUsable(host, host.repository);
});

test('a restore that is cut goes on where it stopped; a half-filled directory is no repository', async () => {
	const { host, before } = await scene();
	cpSync(`${host.repository}-lost`, host.repository, { recursive: true });
	await backUp(host, await writeData(host, 'more', 6, 400_000));
	expect((await runCli(host, ['sync'])).code).toBe(0);
	const whole = await withoutLocks(host.repository);
	rmSync(host.repository, { recursive: true });
	await writeConfig(host, {
		cloud_sync: { RCLONE_REMOTE: host.remoteDir, BANDWIDTH: '400K' },
		restore: { RESTORE_DIR: join(host.directory, 'restored') },
	});
	const slow = startCli(host, ['restore', '--yes']);
	const restored = join(host.directory, 'restored');
	const started = () => {
		try {
			return Object.keys(fingerprint(restored)).filter((path) => path.includes('/data/')).length > 0;
		} catch {
			return false;
		}
	};
	while (!started()) await new Promise((done) => setTimeout(done, 20));
	slow.kill('SIGKILL');
	await slow.done;
	for (const { pid } of await processesOf(host)) process.kill(pid, 'SIGKILL');
	const [name = ''] = readdirSync(restored);
	expect(readdirSync(join(restored, name))).not.toContain('config');

	await writeConfig(host, {
		cloud_sync: { RCLONE_REMOTE: host.remoteDir },
		restore: { RESTORE_DIR: restored },
	});
	const { code, stdout, stderr } = await runCli(host, ['restore', '--yes']);
	expect(code, stdout + stderr).toBe(0);
	expect(stderr).toContain('going on with the unfinished restore');
	expect(readdirSync(restored)).toEqual([name]);
	expect(await withoutLocks(join(restored, name))).toEqual(whole);
	expect(Object.keys(whole).length).toBeGreaterThan(Object.keys(before).length);
});

test('a directory that holds something is refused; with --force it is filled and nothing foreign is touched', async () => {
	const { host, before } = await scene();
	const target = join(host.directory, 'full');
	mkdirSync(join(target, 'data'), { recursive: true });
	writeFileSync(join(target, 'letter.txt'), 'mine');
	writeFileSync(join(target, 'data', 'notes'), 'mine too');
	const refused = await runCli(host, ['restore', target]);
	expect(refused.code).toBe(4);
	expect(refused.stdout).toContain('is not empty');
	expect(Object.keys(fingerprint(target)).sort()).toEqual(['data/notes', 'letter.txt']);
	const forced = await runCli(host, ['restore', target, '--force']);
	expect(forced.code, forced.stdout + forced.stderr).toBe(0);
	expect(fingerprint(target)).toMatchObject({ ...before, ...{} });
	expect(Object.keys(fingerprint(target))).toEqual(expect.arrayContaining(['letter.txt', 'data/notes']));
});

test('another repository at the target is never mixed with this one', async () => {
	const { host } = await scene();
	const other = await testHost();
	await makeRepository(other);
	const before = fingerprint(other.repository);
	const { code, stdout } = await runCli(host, ['restore', other.repository, '--force']);
	expect(code).toBe(4);
	expect(stdout).toContain('another repository');
	expect(fingerprint(other.repository)).toEqual(before);
});

test('not into memory, not onto a disk that is too small, nothing in a dry run', async () => {
	const { host } = await scene();
	const memory = join(host.directory, 'memory');
	mkdirSync(memory);
	await run('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', memory]);
	const inMemory = await runCli(host, ['restore', join(memory, 'deep', 'er')]);
	expect(inMemory.code).toBe(4);
	expect(inMemory.stdout).toContain('tmpfs');
	expect(readdirSync(memory)).toEqual([]);

	const image = join(host.directory, 'disk.img');
	const small = join(host.directory, 'small');
	mkdirSync(small);
	await run('truncate', ['-s', '8M', image]);
	await run('mkfs.ext4', ['-q', '-F', image]);
	await run('mount', ['-o', 'loop', image, small]);
	const full = await runCli(host, ['restore', join(small, 'r')]);
	expect(full.code, full.stdout).toBe(4);
	expect(full.stdout).toContain('are free at');
	expect(readdirSync(small)).toEqual(['lost+found']);

	const dry = await runCli(host, ['restore', join(host.directory, 'dry'), '--dry-run']);
	expect(dry.code, dry.stdout + dry.stderr).toBe(0);
	expect(dry.stderr).toMatch(/would run: \S*rclone copy /);
	expect(readdirSync(host.directory)).not.toContain('dry');
});

test('damage on the remote is named; files damaged on the way are fetched again', async () => {
	const { host, copy, before } = await scene();
	const target = join(host.directory, 'r');
	const [pack = '', other = ''] = filesOf(copy, 'data');
	const good = join(host.directory, 'good');
	cpSync(pack, good);
	truncateSync(pack, 50);
	const damaged = await runCli(host, ['restore', target]);
	expect(damaged.code).toBe(4);
	expect(damaged.stdout).toContain(pack.slice(-64));
	expect(damaged.stdout).toContain('hint:');

	cpSync(good, pack);
	writeFileSync(join(target, other.slice(copy.length + 1)), Buffer.alloc(100));
	const again = await runCli(host, ['restore', target]);
	expect(again.code, again.stdout + again.stderr).toBe(0);
	expect(await withoutLocks(target)).toEqual(before);
});

test('several remotes: one must be named; no remote, no repository there: said, exit 4', async () => {
	const { host } = await scene();
	await writeConfig(host, {
		cloud_sync: { RCLONE_REMOTE: host.remoteDir },
		'cloud_sync:nas': { RCLONE_REMOTE: host.remoteDir, RCLONE_PATH: 'empty' },
	});
	const which = await runCli(host, ['restore', '--yes']);
	expect(which.code).toBe(4);
	expect(which.stderr).toContain('default, nas');
	const empty = await runCli(host, ['restore', join(host.directory, 'x'), '--remote', 'nas']);
	expect(empty.code).toBe(4);
	expect(empty.stdout).toContain('there is no repository');
	expect(readdirSync(host.directory)).not.toContain('x');
	await writeConfig(host, {});
	expect((await runCli(host, ['restore', '--yes'])).code).toBe(4);
});
