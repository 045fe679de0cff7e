import {
	chmodSync,
	cpSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RemoteConfig } from '../../source/config/types.ts';
import { syncRemotes } from '../../source/services/sync/sync.ts';
import type { SyncDeps, SyncResult } from '../../source/services/sync/types.ts';
import {
	createHost,
	type Host,
	initRepository,
	restic,
	run,
	snapshots,
	testHost,
	toolAge,
	tools,
} from './rig/index.ts';
import { remoteConfig, syncDeps, type TestDeps } from './sync-rig/deps.ts';
import { backUp, expectUsable, resticAt, writeData } from './sync-rig/repository.ts';
import { startRestic } from './sync-rig/start-restic.ts';
import { filesOf, fingerprint } from './sync-rig/trees.ts';

const all = { remotes: [] };
let template: Host;

beforeAll(async () => {
	template = await createHost();
	await initRepository(template);
	for (const [index, name] of ['a', 'b', 'c', 'd'].entries())
		await backUp(template, await writeData(template, name, 2, 60_000 + index));
});
afterAll(() => template.dispose());

interface Scene {
	readonly host: Host;
	readonly remote: RemoteConfig;
	/** The remote's repository. */
	readonly copy: string;
	sync(
		changes?: Partial<SyncDeps>,
		options?: { maxDelete?: string; acceptForeign?: boolean },
	): Promise<{ result: SyncResult | undefined; deps: TestDeps }>;
}

/** A host with a repository of four snapshots and its up-to-date copy on a second disk. */
async function scene(changes: Partial<RemoteConfig> = {}): Promise<Scene> {
	const host = await testHost();
	cpSync(template.repository, host.repository, { recursive: true, preserveTimestamps: true });
	cpSync(template.passwordFile, host.passwordFile);
	const remote = remoteConfig({ remote: host.remoteDir, ...changes });
	const sync: Scene['sync'] = async (depsChanges = {}, options = {}) => {
		const deps = syncDeps(host, depsChanges);
		const [result] = await syncRemotes(deps, [remote], { ...all, ...options });
		return { result, deps };
	};
	const { result } = await sync();
	expect(result?.problem).toBeUndefined();
	return { host, remote, copy: join(host.remoteDir, 'backup/restic'), sync };
}

/** Asserts that the sync was held back by this guard, with exit code 3 and a way on, and that the remote is as before. */
async function expectHeldBack(
	at: Scene,
	guard: string,
	options: { maxDelete?: string } = {},
	changes: Partial<SyncDeps> = {},
) {
	const before = fingerprint(at.copy);
	const { result, deps } = await at.sync(changes, options);
	expect(result).toMatchObject({ ok: false, exitCode: 3, problem: { code: 'sync-guard' } });
	expect(result?.problem?.hint).toBeTruthy();
	expect(
		deps
			.of('guard')
			.filter(({ ok }) => !ok)
			.map((event) => event.guard),
	).toEqual([guard]);
	expect(fingerprint(at.copy)).toEqual(before);
	await expectUsable(at.host, at.copy, false);
	return { result, deps };
}

function flipByte(file: string): void {
	const content = readFileSync(file);
	content[Math.floor(content.length / 2)] = (content[Math.floor(content.length / 2)] ?? 0) ^ 0xff;
	chmodSync(file, 0o600);
	writeFileSync(file, content);
}

test('a repository whose disk is not mounted is not mirrored', async () => {
	const at = await scene();
	renameSync(at.host.repository, `${at.host.repository}-away`);
	mkdirSync(at.host.repository);
	await expectHeldBack(at, 'repository');
	await expectHeldBack(at, 'repository', { maxDelete: '100%' });
});

test('a repository emptied by forget and prune does not empty the remote, unless that is said', async () => {
	const at = await scene();
	const ids = (await snapshots(at.host)).map(({ id }) => id);
	await restic(at.host, ['forget', '--prune', '-q', ...ids]);
	const { result } = await expectHeldBack(at, 'emptied', { maxDelete: '99%' });
	expect(result?.problem?.hint).toContain('--max-delete 100%');
	expect(result?.problem?.hint).toContain('--max-delete 100% --accept-foreign');
	await expectHeldBack(at, 'foreign', { maxDelete: '100%' });
	expect((await at.sync({}, { maxDelete: '100%', acceptForeign: true })).result).toMatchObject({ ok: true });
	expect(filesOf(at.copy, 'snapshots')).toEqual([]);
});

test('another repository in the place of this one is not mirrored over it', async () => {
	const at = await scene();
	rmSync(at.host.repository, { recursive: true });
	await restic(at.host, ['init', '-q']);
	await backUp(at.host, await writeData(at.host, 'new', 2, 1000));
	const { result } = await expectHeldBack(at, 'identity');
	expect(result?.problem?.message).toContain('another repository');
});

test('a repository that lost most of its snapshots does not shrink the remote; with --max-delete it does, into quarantine', async () => {
	const at = await scene();
	const ids = (await snapshots(at.host)).map(({ id }) => id);
	await restic(at.host, ['forget', '--prune', '-q', ...ids.slice(0, 3)]);
	const { result } = await expectHeldBack(at, 'shrunk');
	await expectHeldBack(at, 'shrunk', { maxDelete: '2' });
	const limit = /--max-delete (\S+)/.exec(result?.problem?.hint ?? '')?.[1] ?? '';

	const before = fingerprint(at.copy);
	const { result: allowed } = await at.sync({}, { maxDelete: limit });
	expect(allowed).toMatchObject({ ok: true });
	await expectUsable(at.host, at.copy);
	const after = fingerprint(at.copy);
	const today = new Date().toISOString().slice(0, 10);
	for (const [path, hash] of Object.entries(before))
		expect(after[path] ?? after[`quarantine/${today}/${path}`]).toBe(hash);
});

test('files renamed by ransomware are not mirrored', async () => {
	const at = await scene();
	for (const file of filesOf(at.host.repository, 'data')) renameSync(file, `${file}.locked`);
	await expectHeldBack(at, 'repository', { maxDelete: '100%' });
});

test.each(['flipped', 'cut'])('a new pack that is %s is found before it is sent', async (how) => {
	const at = await scene();
	const old = new Set(filesOf(at.host.repository, 'data'));
	await backUp(at.host, await writeData(at.host, 'fresh', 2, 30_000));
	const [fresh = ''] = filesOf(at.host.repository, 'data').filter((file) => !old.has(file));
	if (how === 'flipped') flipByte(fresh);
	else truncateSync(fresh, 100);
	const { result } = await expectHeldBack(at, 'damage');
	expect(result?.problem?.message).toContain(fresh.slice(-64));
});

test.each(['flipped', 'cut'])(
	'a pack that is %s after it was sent leaves the good copy alone, and the hint brings it back',
	async (how) => {
		const at = await scene();
		const [pack = ''] = filesOf(at.host.repository, 'data');
		if (how === 'flipped') flipByte(pack);
		else truncateSync(pack, 100);
		const { result } = await expectHeldBack(at, 'damage');
		const [file = '', ...args] = (/rclone copyto .*$/.exec(result?.problem?.hint ?? '')?.[0] ?? '').split(
			' ',
		);
		expect(file).toBe('rclone');
		await run(tools.rclone, args);
		await restic(at.host, ['check', '--read-data']);
		expect((await at.sync()).result).toMatchObject({ ok: true });
	},
);

test('a lost index file is found by the structure check, however recent the last one', async () => {
	const at = await scene();
	const [index = ''] = filesOf(at.host.repository, 'index');
	rmSync(index);
	await expectHeldBack(at, 'checked', { maxDelete: '100%' });
});

test('all index files lost: not mirrored', async () => {
	const at = await scene();
	for (const index of filesOf(at.host.repository, 'index')) rmSync(index);
	await expectHeldBack(at, 'repository', { maxDelete: '100%' });
});

test('a structure check that is overdue is run, and its failure holds the sync back', async () => {
	const at = await scene();
	await backUp(at.host, await writeData(at.host, 'fresh', 1, 1000));
	const { source } = syncDeps(at.host);
	const overdue = { ...source, lastCheckAt: async () => Date.now() - 8 * 24 * 3600 * 1000 };
	let checks = 0;
	const counting = async () => {
		checks += 1;
		return await source.check();
	};
	const [pack = ''] = filesOf(at.host.repository, 'data');
	renameSync(pack, `${at.host.directory}/pack`);
	await expectHeldBack(at, 'checked', { maxDelete: '100%' }, { source: { ...overdue, check: counting } });
	expect(checks).toBe(1);
	renameSync(`${at.host.directory}/pack`, pack);
	const { result } = await at.sync({ source: { ...overdue, check: counting } });
	expect(result).toMatchObject({ ok: true });
	expect(checks).toBe(2);
});

test('while a prune holds the repository nothing is sent', async () => {
	const at = await scene();
	await backUp(at.host, await writeData(at.host, 'fresh', 1, 1000));
	await using prune = await startRestic(at.host, ['check', '--read-data']);
	await prune.stopWhenLocked();
	await expectHeldBack(at, 'locks');
	await prune.kill();
	await restic(at.host, ['unlock', '-q']);
	expect((await at.sync()).result).toMatchObject({ ok: true });
});

test('a raised shrink alarm keeps everything on the remote, new snapshots still go up', async () => {
	const at = await scene();
	const [oldest] = await snapshots(at.host);
	await restic(at.host, ['forget', '--prune', '-q', oldest?.id ?? '']);
	await backUp(at.host, await writeData(at.host, 'fresh', 1, 1000));
	const before = fingerprint(at.copy);
	const { result, deps } = await at.sync({ shrinkAlarms: async () => ['immich'] });
	expect(result).toMatchObject({ ok: true, quarantinedFiles: 0 });
	expect(deps.of('guard')).toContainEqual(
		expect.objectContaining({ guard: 'alarm', ok: false, detail: expect.stringContaining('immich') }),
	);
	expect(fingerprint(at.copy)).toMatchObject(before);
	expect(filesOf(at.copy, 'snapshots')).toHaveLength(5);
});

test('a second disk that is not mounted is not written to', async () => {
	const at = await scene();
	rmSync(at.copy, { recursive: true });
	const { result } = await at.sync();
	expect(result).toMatchObject({ ok: false, exitCode: 3, problem: { code: 'sync-guard' } });
	expect(() => statSync(at.copy)).toThrow();

	rmSync(at.host.remoteDir, { recursive: true });
	const gone = await at.sync();
	expect(gone.result).toMatchObject({ ok: false, exitCode: 3, problem: { code: 'remote-unreachable' } });
	expect(() => statSync(at.host.remoteDir)).toThrow();
});

test("a path that holds somebody else's files is not written to", async () => {
	const at = await scene({ path: 'photos' });
	const place = join(at.host.remoteDir, 'other');
	mkdirSync(place);
	writeFileSync(join(place, 'holiday.jpg'), 'jpg');
	const deps = syncDeps(at.host);
	const [result] = await syncRemotes(deps, [{ ...at.remote, name: 'second', path: 'other' }], all);
	expect(result).toMatchObject({ ok: false, problem: { code: 'sync-guard' } });
	expect(Object.keys(fingerprint(place))).toEqual(['holiday.jpg']);
});

test('quarantine lasts for the grace days, then a later sync removes it', async () => {
	const at = await scene({ maxDelete: '100%', deleteGraceDays: 3 });
	const [oldest] = await snapshots(at.host);
	await restic(at.host, ['forget', '--prune', '-q', oldest?.id ?? '']);
	const { result } = await at.sync();
	expect(result?.quarantinedFiles).toBeGreaterThan(1);
	const later = (days: number) => ({
		now: () => Date.now() + days * 24 * 3600 * 1000,
		sleep: async () => {},
	});
	const inQuarantine = () =>
		Object.keys(fingerprint(at.copy)).filter((path) => path.startsWith('quarantine/')).length;
	for (const day of [1, 2, 3]) await at.sync({ clock: later(day) });
	expect(inQuarantine()).toBe(result?.quarantinedFiles);
	for (const day of [4, 5]) await at.sync({ clock: later(day) });
	expect(inQuarantine()).toBe(0);
	await expectUsable(at.host, at.copy);
});

test('T12: one sync with the clock far ahead, or far behind, purges nothing', async () => {
	const at = await scene({ maxDelete: '100%' });
	const [oldest] = await snapshots(at.host);
	await restic(at.host, ['forget', '--prune', '-q', oldest?.id ?? '']);
	const { result } = await at.sync();
	const kept = () =>
		Object.keys(fingerprint(at.copy)).filter((path) => path.startsWith('quarantine/')).length;
	expect(kept()).toBe(result?.quarantinedFiles);
	const on = (days: number) => ({ now: () => Date.now() + days * 24 * 3600 * 1000, sleep: async () => {} });
	const ahead = await at.sync({ clock: on(400) });
	expect(
		ahead.deps
			.of('message')
			.map(({ text }) => text)
			.join(),
	).toContain('the clock stands 400 days after the last sync');
	// It is put right, and jumps back; the folder's name would make it old then.
	for (const days of [0, -3000, 0, 400]) await at.sync({ clock: on(days) });
	expect(kept()).toBe(result?.quarantinedFiles);
	// What was remembered is lost: what is there counts from today.
	rmSync(at.host.stateDir, { recursive: true });
	await at.sync({ clock: on(400) });
	await at.sync({ clock: on(800) });
	expect(kept()).toBe(result?.quarantinedFiles);
});

test('a key taken away from the repository is taken away from the remote, a password change arrives', async () => {
	const at = await scene();
	const newPassword = join(at.host.directory, 'new-password');
	writeFileSync(newPassword, 'another\n', { mode: 0o600 });
	await restic(at.host, ['key', 'passwd', '--new-password-file', newPassword]);
	cpSync(newPassword, at.host.passwordFile);
	const { result } = await at.sync();
	expect(result).toMatchObject({ ok: true, quarantinedFiles: 1 });
	await resticAt(at.host, at.copy, ['snapshots']);
	cpSync(template.passwordFile, at.host.passwordFile);
	expect((await resticAt(at.host, at.copy, ['snapshots'], true)).code).not.toBe(0);
});

test('a format upgrade replaces the config on the remote', async () => {
	const host = await testHost();
	await restic(host, ['init', '-q', '--repository-version', '1']);
	await backUp(host, await writeData(host, 'a', 2, 60_000));
	const remote = remoteConfig({ remote: host.remoteDir });
	await syncRemotes(syncDeps(host), [remote], all);
	await restic(host, ['migrate', 'upgrade_repo_v2']);
	await backUp(host, await writeData(host, 'b', 2, 60_000));
	const [result] = await syncRemotes(syncDeps(host), [remote], all);
	expect(result?.problem).toBeUndefined();
	const { stdout } = await resticAt(host, join(host.remoteDir, 'backup/restic'), ['cat', 'config']);
	expect(JSON.parse(stdout)).toMatchObject({ version: 2 });
	await expectUsable(host, join(host.remoteDir, 'backup/restic'));
});

test('a damaged config file on the remote is replaced', async () => {
	const at = await scene();
	const config = join(at.copy, 'config');
	chmodSync(config, 0o600);
	flipByte(config);
	rmSync(at.host.stateDir, { recursive: true });
	const { result } = await at.sync();
	expect(result?.problem).toBeUndefined();
	await expectUsable(at.host, at.copy, false);
	expect(statSync(at.copy).mode & 0o777).toBe(0o700);
});

test('damage on the remote is found by the rolling comparison and repaired from the good source', async () => {
	const at = await scene({ checkMaxAgeDays: 1 });
	const [pack = ''] = filesOf(at.copy, 'data');
	flipByte(pack);
	const [cut = ''] = filesOf(at.copy, 'index');
	truncateSync(cut, 10);
	const { result, deps } = await at.sync({
		clock: { now: () => Date.now() + 24 * 3600 * 1000, sleep: async () => {} },
	});
	expect(result?.problem).toBeUndefined();
	expect(
		deps
			.of('message')
			.map(({ text }) => text)
			.join(),
	).toContain(pack.slice(-64));
	await expectUsable(at.host, at.copy);
});

test('a dry run says every command and writes nothing', async () => {
	const at = await scene();
	const [oldest] = await snapshots(at.host);
	await restic(at.host, ['forget', '--prune', '-q', oldest?.id ?? '']);
	await backUp(at.host, await writeData(at.host, 'fresh', 1, 1000));
	const before = [fingerprint(at.copy), fingerprint(at.host.stateDir)];
	const { result, deps } = await at.sync({ dryRun: true }, { maxDelete: '100%' });
	expect(result).toMatchObject({ ok: true });
	expect([fingerprint(at.copy), fingerprint(at.host.stateDir)]).toEqual(before);
	const verbs = deps.of('command').map(({ argv, dryRun }) => `${dryRun ? 'would ' : ''}${argv[1]}`);
	// The old rclone cannot write to a temporary name: what becomes visible is moved into place.
	const uploads = [
		'would copy',
		...(toolAge === 'old'
			? ['would copy', 'would move', 'would copy', 'would move']
			: ['would copy', 'would copy']),
	];
	expect(verbs).toEqual([...uploads, 'would move', 'would move', 'would move']);
});

test('a prune that begins while packs are being sent: what it removed is not referred to', async () => {
	const at = await scene({ maxDelete: '100%' });
	await backUp(at.host, await writeData(at.host, 'fresh', 3, 60_000));
	const ids = (await snapshots(at.host)).map(({ id }) => id);
	const { rclone } = syncDeps(at.host);
	let pruned = false;
	const pruneAfterCopy: SyncDeps['rclone'] = (remote) => {
		const client = rclone(remote);
		return {
			...client,
			copy: async (...call) => {
				await client.copy(...call);
				if (!pruned) await restic(at.host, ['forget', '--prune', '--max-unused', '0', '-q', ...ids.slice(2)]);
				pruned = true;
			},
		};
	};
	const { result, deps } = await at.sync({ rclone: pruneAfterCopy });
	expect(result).toMatchObject({ ok: false, exitCode: 3, problem: { code: 'sync-guard' } });
	expect(deps.of('guard').filter(({ ok }) => !ok)).toMatchObject([{ guard: 'vanished' }]);
	await expectUsable(at.host, at.copy);
	// The newest went, by other hands than the program's: that is asked for.
	expect((await at.sync()).result).toMatchObject({ exitCode: 3, problem: { code: 'sync-guard' } });
	expect((await at.sync({}, { acceptForeign: true })).result).toMatchObject({ ok: true });
	await expectUsable(at.host, at.copy);
	expect(filesOf(at.copy, 'snapshots')).toHaveLength(2);
});

test('a remote that is the repository itself, or lies in it, is refused', async () => {
	const at = await scene();
	const before = fingerprint(at.host.repository);
	const inside = [
		{ remote: at.host.repository, path: '' },
		{ remote: at.host.repository, path: 'copy' },
		{ remote: at.host.directory, path: '' },
	];
	for (const place of inside) {
		const [result] = await syncRemotes(syncDeps(at.host), [{ ...at.remote, ...place, name: 'bad' }], all);
		expect(result).toMatchObject({ ok: false, exitCode: 3, problem: { code: 'config-invalid' } });
	}
	expect(fingerprint(at.host.repository)).toEqual(before);
});

test("rclone's config that others can read is warned of", async () => {
	const at = await scene();
	const conf = join(at.host.directory, 'rclone.conf');
	writeFileSync(conf, `[disk]\ntype = local\n`, { mode: 0o644 });
	const deps = syncDeps(at.host);
	await syncRemotes(
		deps,
		[
			{
				...at.remote,
				name: 'open',
				remote: 'disk',
				path: join(at.host.directory, 'other'),
				rcloneConfig: conf,
			},
		],
		all,
	);
	const warnings = deps.of('message').filter(({ level }) => level === 'warn');
	expect(warnings.map(({ hint }) => hint)).toContain(`chmod 600 ${conf}`);
});
