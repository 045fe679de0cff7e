import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stackTags } from '../../source/restic/tags.ts';
import { dataFiles, flipByte } from './repository-damage.ts';
import { openRestic, request, someFiles } from './restic-host.ts';
import {
	type Host,
	initRepository,
	leftovers,
	restic,
	run,
	runCli,
	snapshots,
	startCli,
	testHost,
	toolAge,
	writeConfig,
} from './rig/index.ts';
import { faultyProxy } from './sync-rig/faulty-proxy.ts';

const day = 24 * 3600 * 1000;

/** A host with one snapshot a day for some days, of one stack. */
async function withSnapshots(days: number, stack = 'app'): Promise<Host> {
	const host = await testHost({
		config: { local_backup: { KEEP_DAILY: 2, KEEP_WEEKLY: 0, KEEP_MONTHLY: 0, KEEP_YEARLY: 0 } },
	});
	await initRepository(host);
	await addSnapshots(host, days, stack);
	return host;
}

async function addSnapshots(host: Host, days: number, stack: string): Promise<void> {
	const files = await someFiles(host, stack);
	const client = openRestic(host);
	for (let index = days - 1; index >= 0; index -= 1) {
		const time = new Date(Date.now() - index * day);
		await writeFile(join(files, 'changing'), String(index));
		await client.backup({ ...request(host, [files]), tags: stackTags(stack, time), time });
	}
	await client.close();
}

const json = (text: string) => JSON.parse(text) as Record<string, unknown>;
const events = (text: string) =>
	text
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('looking', () => {
	test("snapshots and list-backups show this program's and the older one's, by stack", async () => {
		const host = await withSnapshots(2, 'a,b');
		await restic(host, [
			'backup',
			'-q',
			'--host',
			host.name,
			'--tag',
			'docker-backup',
			'--tag',
			'selective-backup',
			'--tag',
			'old-stack',
			'--tag',
			'2019-01-01',
			host.home,
		]);
		await restic(host, ['backup', '-q', '--tag', 'laptop', host.home]);

		const list = await runCli(host, ['snapshots']);
		expect(list.code).toBe(0);
		expect(list.stdout).toMatch(/ID +TIME +STACK +HOST/);
		expect(list.stdout.split('\n').filter((line) => line.includes('a,b'))).toHaveLength(2);
		const backups = await runCli(host, ['list-backups']);
		expect(backups.stdout).toContain('a,b: 2 backups');
		// restic before 0.17 keeps no numbers with a snapshot.
		const numbers = toolAge === 'new' ? /\d+ [KMG]?i?B +\d+ files? / : /[0-9a-f]{8} {2}- {2}- /;
		expect(backups.stdout).toMatch(numbers);
		expect(backups.stdout).toContain('old-stack: 1 backup');
		const document = json((await runCli(host, ['list-backups', 'a,b', '--json'])).stdout);
		expect(document).toMatchObject({
			stacks: [{ stack: 'a,b', snapshots: [{ stack: 'a,b', quiesced: true }, {}] }],
			others: [],
		});
		expect(
			(await runCli(host, ['snapshots', 'list', '--last', '1', '--json'])).stdout.match(/shortId/g),
		).toHaveLength(3);

		const unknown = await runCli(host, ['list-backups', 'nope']);
		expect(unknown.code).toBe(64);
		expect(unknown.stderr).toContain('old-stack');
		expect(await leftovers(host)).toEqual([]);
	});

	test("files of a stack's latest snapshot, and what changed", async () => {
		const host = await withSnapshots(2);
		const top = await runCli(host, ['snapshots', 'ls', 'app']);
		expect(top.stdout).toContain(`${host.directory}/app/file-0`);
		const all = json((await runCli(host, ['snapshots', 'ls', 'app', '--recursive', '--json'])).stdout);
		expect((all.entries as { path: string }[]).map(({ path }) => path)).toContain(
			`${host.directory}/app/changing`,
		);
		const inside = await runCli(host, ['snapshots', 'ls', 'latest', `${host.directory}/app`]);
		expect(inside.stdout).toMatch(/-rw-r--r-- 0:0 .* 1 B .*changing/);
		expect((await runCli(host, ['snapshots', 'ls', 'app', '/nowhere'])).code).toBe(64);
		expect((await runCli(host, ['snapshots', 'ls', 'app', 'relative'])).code).toBe(64);
		expect((await runCli(host, ['snapshots', 'ls', 'deadbeef'])).code).toBe(64);

		const diff = await runCli(host, ['snapshots', 'diff', 'app']);
		expect(diff.stdout).toMatch(/^M .*\/app\/changing$/m);
		const document = json((await runCli(host, ['snapshots', 'diff', 'app', '--json'])).stdout);
		expect(document).toMatchObject({ changes: [{ modifier: 'M' }], summary: { changedFiles: 1 } });
	});

	test('no repository, a wrong password: said, and nothing is made', async () => {
		const host = await testHost();
		const missing = await runCli(host, ['snapshots']);
		expect(missing.code).toBe(2);
		expect(missing.stderr).toContain('there is no repository');
		await initRepository(host);
		await writeFile(host.passwordFile, 'wrong\n');
		const wrong = await runCli(host, ['snapshots', '--json']);
		expect(wrong).toMatchObject({ code: 1 });
		expect(wrong.stdout + wrong.stderr).toContain('repository-password');
		expect(await leftovers(host)).toEqual([]);
	});

	test('Ctrl-C while restic works ends both, and no password file stays', async () => {
		const host = await testHost();
		// A server that takes the connection and never answers: restic of any age waits for it.
		const server = await faultyProxy(0);
		server.set({ kind: 'blackhole' });
		await writeConfig(host, { local_backup: { REPOSITORY: `rest:http://127.0.0.1:${server.port}/` } });
		const cli = startCli(host, ['snapshots']);
		await expect.poll(server.connections).toBeGreaterThan(0);
		expect(await readdir(host.runDir)).toHaveLength(1);
		cli.kill('SIGINT');
		const { code } = await cli.done;
		expect(code).toBe(130);
		expect(await leftovers(host)).toEqual([]);
	});
});

describe('forget and prune', () => {
	test('a dry run prints the commands and changes nothing', async () => {
		const host = await withSnapshots(4);
		const files = await dataFiles(host);
		const prune = await runCli(host, ['prune', '--dry-run']);
		expect(prune.code).toBe(0);
		expect(prune.stderr).toMatch(
			/forget --json --tag=docker-backup,app --host=\S+ --group-by=host --keep-daily=2/,
		);
		expect(prune.stderr).toContain('2 snapshots would be forgotten, 2 kept');
		const [first] = await snapshots(host);
		const forget = await runCli(host, ['snapshots', 'forget', first?.id ?? '', '-n']);
		expect(forget.stderr).toContain(`forget -- ${first?.id}`);
		expect(await snapshots(host)).toHaveLength(4);
		expect(await dataFiles(host)).toEqual(files);
		expect(await readdir(host.directory)).not.toContain('state');
	});

	test('retention of all stacks, then the space is freed; other hosts and programs are left alone', async () => {
		const host = await withSnapshots(4);
		await addSnapshots(host, 3, 'other,stack');
		await restic(host, ['backup', '-q', '--tag', 'laptop', '--time', '2001-01-01 00:00:00', host.home]);
		await restic(host, [
			'backup',
			'-q',
			'--host',
			'elsewhere',
			'--tag',
			'docker-backup,app',
			'--time',
			'2001-01-01 00:00:00',
			host.home,
		]);
		const refused = await runCli(host, ['prune']);
		expect(refused.code).toBe(64);
		expect(await snapshots(host)).toHaveLength(9);

		const done = await runCli(host, ['prune', '--yes', '--json']);
		expect(done.code).toBe(0);
		expect(events(done.stdout).at(-1)).toMatchObject({ type: 'run-end', exitCode: 0, ok: 2 });
		const left = await snapshots(host);
		expect(left.map(({ tags }) => tags?.join() ?? '').filter((tags) => tags.includes('app'))).toHaveLength(3);
		expect(left.filter(({ tags }) => tags?.includes('other%2Cstack'))).toHaveLength(2);
		expect(left.filter(({ tags }) => tags?.includes('laptop'))).toHaveLength(1);
		await restic(host, ['check', '--read-data']);
		expect(await leftovers(host)).toEqual([]);
	});

	test('a snapshot from the future holds retention back, and says how to go on', async () => {
		const host = await withSnapshots(4);
		const client = openRestic(host);
		const files = await someFiles(host);
		const { snapshotId } = await client.backup({
			...request(host, [files]),
			time: new Date(Date.now() + 400 * day),
		});
		await client.close();
		const held = await runCli(host, ['prune', '--yes']);
		expect(held.code).toBe(2);
		expect(held.stderr).toContain(`snapshots forget ${snapshotId.slice(0, 8)}`);
		expect(await snapshots(host)).toHaveLength(5);
		expect((await runCli(host, ['snapshots', 'forget', snapshotId.slice(0, 8), '--yes'])).code).toBe(0);
		expect((await runCli(host, ['prune', '--yes'])).code).toBe(0);
		expect(await snapshots(host)).toHaveLength(2);
	});

	test('forgetting is all or nothing, and the last ones of a stack want its name', async () => {
		const host = await withSnapshots(2);
		const ids = (await snapshots(host)).map(({ short_id }) => short_id);
		expect((await runCli(host, ['snapshots', 'forget', ids[0] ?? '', 'deadbeef', '--yes'])).code).toBe(64);
		expect((await runCli(host, ['snapshots', 'forget', ...ids, '--yes'])).code).toBe(64);
		expect(await snapshots(host)).toHaveLength(2);
		const named = await runCli(host, ['snapshots', 'forget', ...ids, '--confirm', 'app', '--prune']);
		expect(named.code).toBe(0);
		expect(await snapshots(host)).toEqual([]);
		expect(await dataFiles(host)).toEqual([]);
	});
});

describe('check', () => {
	test('a sound repository, a flipped byte, and what is written down', async () => {
		const host = await withSnapshots(1);
		const sound = await runCli(host, ['check']);
		expect(sound.code).toBe(0);
		const record = join(host.stateDir, 'last-check.json');
		expect(json(await readFile(record, 'utf8'))).toMatchObject({ v: 1, ok: true });

		for (const file of await dataFiles(host)) await flipByte(file, 60);
		await rm(host.cacheDir, { recursive: true, force: true });
		const damaged = await runCli(host, ['check', '--read-data']);
		expect(damaged.code).toBe(8);
		expect(damaged.stderr).toContain('damaged');
		expect(json(await readFile(record, 'utf8'))).toMatchObject({ ok: false, lastOkAt: expect.any(String) });
		expect(await leftovers(host)).toEqual([]);
	});

	test('a share of the data goes round', async () => {
		const host = await withSnapshots(1);
		const dry = await runCli(host, ['check', '--read-data=50', '-n']);
		expect(dry.stderr).toContain('--read-data-subset=1/2');
		const first = await runCli(host, ['check', '--read-data=50']);
		expect(first.stderr).toContain('part 1/2');
		const second = await runCli(host, ['check', '--read-data=50']);
		expect(second.stderr).toContain('part 2/2');
		expect((await runCli(host, ['check', '--read-data=50', '-n'])).stderr).toContain('1/2');
	});
});

describe('unlock', () => {
	test('a stale lock goes, a living one stays', async () => {
		const host = await withSnapshots(1);
		await writeConfig(host, { local_backup: { RETRY_LOCK: 1 } });
		expect((await runCli(host, ['unlock'])).stdout).toContain('not locked');
		const client = openRestic(host);
		const gate = join(host.directory, 'gate');
		await run('mkfifo', [gate]);
		const backup = await client.startBackup({ ...request(host, [host.home]), excludeFile: gate });
		await expect.poll(async () => (await client.locks()).length).toBe(1);

		const living = await runCli(host, ['unlock', '--yes']);
		expect(living).toMatchObject({ code: 0, stdout: expect.stringContaining('No lock is stale') });
		const busy = await runCli(host, ['prune', '--yes', '--no-retention']);
		expect(busy.code).toBe(75);

		process.kill(backup.pid, 'SIGKILL');
		await backup.result.catch(() => {});
		const dry = await runCli(host, ['unlock', '-n']);
		expect(dry.stderr).toContain('nobody holds it any more');
		expect(await client.locks()).toHaveLength(1);
		const done = await runCli(host, ['unlock', '--yes']);
		expect(done.code).toBe(0);
		expect(await client.locks()).toEqual([]);
	});
});
