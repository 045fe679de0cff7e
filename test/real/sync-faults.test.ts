import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RemoteConfig } from '../../source/config/types.ts';
import { syncRemotes } from '../../source/services/sync/sync.ts';
import { type Host, initRepository, run, testHost } from './rig/index.ts';
import { remoteConfig, syncDeps } from './sync-rig/deps.ts';
import { type Fault, type FaultyProxy, faultyProxy } from './sync-rig/faulty-proxy.ts';
import { backUp, expectUsable, writeData } from './sync-rig/repository.ts';
import { addRemote, freePort, s3Options, serveS3, serveWebdav } from './sync-rig/servers.ts';
import { fingerprint } from './sync-rig/trees.ts';

const all = { remotes: [] };

interface Scene {
	readonly host: Host;
	readonly proxy: FaultyProxy;
	readonly remote: RemoteConfig;
	readonly copy: string;
}

/** A WebDAV remote behind the proxy, with one good sync behind it and one snapshot still to go. */
async function scene(changes: Partial<RemoteConfig> = {}): Promise<Scene> {
	const host = await testHost();
	await initRepository(host);
	await backUp(host, await writeData(host, 'a', 2, 50_000));
	const server = await serveWebdav(host, 'direct');
	const proxy = await faultyProxy(server.port);
	await addRemote(host, 'dav', 'webdav', { ...server.options, url: `http://127.0.0.1:${proxy.port}` });
	const remote = remoteConfig({
		remote: 'dav',
		rcloneConfig: join(host.directory, 'rclone.conf'),
		extraOptions: ['--low-level-retries', '1', '--timeout', '2s', '--contimeout', '2s'],
		...changes,
	});
	const [result] = await syncRemotes(syncDeps(host), [remote], all);
	expect(result?.problem).toBeUndefined();
	await backUp(host, await writeData(host, 'b', 3, 120_000));
	return { host, proxy, remote, copy: join(server.directory, 'backup/restic') };
}

async function syncWith(at: Scene, fault: Fault, forConnections?: number) {
	at.proxy.set(fault, forConnections);
	const deps = syncDeps(at.host);
	const [result] = await syncRemotes(deps, [at.remote], all);
	return { result, deps };
}

const passing: readonly (readonly [string, Fault, number])[] = [
	['a reset in the middle of the upload', { kind: 'reset', afterBytes: 100_000 }, 12],
	['429 Too Many Requests', { kind: 'status', status: 429 }, 3],
	['503 Service Unavailable', { kind: 'status', status: 503 }, 3],
	['503 on uploads only', { kind: 'status', status: 503, method: 'PUT' }, 6],
	['silence', { kind: 'blackhole' }, 1],
	['a server that says 201 and keeps nothing', { kind: 'status', status: 201, method: 'PUT' }, 6],
];

test.each(passing)(
	'%s passes: retried with growing pauses, then done',
	async (_name, fault, forConnections) => {
		const at = await scene({ retries: 8 });
		const { result, deps } = await syncWith(at, fault, forConnections);
		expect(result?.problem).toBeUndefined();
		const attempts = deps.failedAttempts();
		expect(attempts.length).toBeGreaterThan(0);
		expect(attempts.every(({ retryInMs }) => (retryInMs ?? 0) > 0)).toBe(true);
		expect(deps.pauses).toHaveLength(attempts.length);
		await expectUsable(at.host, at.copy);
	},
);

const lasting: readonly (readonly [string, Fault, string])[] = [
	['401 Unauthorized', { kind: 'status', status: 401 }, 'remote-unauthorized'],
	['403 Forbidden', { kind: 'status', status: 403 }, 'remote-unauthorized'],
	['507 Insufficient Storage on uploads', { kind: 'status', status: 507, method: 'PUT' }, 'no-space'],
];

test.each(lasting)(
	'%s does not pass: one attempt, exit 3, the remote as it was',
	async (_name, fault, code) => {
		const at = await scene();
		const before = fingerprint(at.copy);
		const { result, deps } = await syncWith(at, fault);
		expect(result).toMatchObject({ ok: false, exitCode: 3, problem: { code } });
		expect(result?.problem?.hint).toBeTruthy();
		expect(deps.failedAttempts()).toHaveLength(1);
		expect(deps.pauses).toEqual([]);
		expect(fingerprint(at.copy)).toMatchObject(before);
		await expectUsable(at.host, at.copy, false);
	},
);

test('a remote that is gone: every attempt is told, then exit 3', async () => {
	const at = await scene();
	await addRemote(at.host, 'gone', 'webdav', {
		url: `http://127.0.0.1:${await freePort()}`,
		vendor: 'other',
	});
	const deps = syncDeps(at.host);
	const [result] = await syncRemotes(deps, [{ ...at.remote, remote: 'gone' }], all);
	expect(result).toMatchObject({ ok: false, exitCode: 3, problem: { code: 'remote-unreachable' } });
	expect(deps.failedAttempts().map(({ attempt, of }) => `${attempt}/${of}`)).toEqual(['1/3', '2/3', '3/3']);
	expect(deps.pauses[1]).toBeGreaterThan((deps.pauses[0] ?? 0) * 0.99);
});

test('a remote that hangs for ever is given up when the total time is over', async () => {
	const at = await scene({ syncTimeoutSeconds: 4, retries: 50 });
	const startedAt = Date.now();
	const { result } = await syncWith(at, { kind: 'blackhole' });
	expect(result).toMatchObject({ ok: false, exitCode: 3 });
	expect(Date.now() - startedAt).toBeLessThan(25_000);
});

test('a slow remote is only slow', async () => {
	const at = await scene();
	const { result, deps } = await syncWith(at, { kind: 'slow', ms: 100 });
	expect(result?.problem).toBeUndefined();
	expect(deps.failedAttempts()).toEqual([]);
	await expectUsable(at.host, at.copy);
});

test('wrong credentials and unknown remotes are named', async () => {
	const at = await scene();
	await addRemote(at.host, 'wrong', 'webdav', {
		url: `http://127.0.0.1:${at.proxy.port}`,
		vendor: 'other',
		user: 'u',
	});
	const deps = syncDeps(at.host);
	const remotes = [
		{ ...at.remote, name: 'one', remote: 'wrong' },
		{ ...at.remote, name: 'two', remote: 'nowhere' },
		{ ...at.remote, name: 'three' },
	];
	const results = await syncRemotes(deps, remotes, all);
	expect(results.map(({ problem }) => problem?.code)).toEqual([
		'remote-unauthorized',
		'remote-unknown',
		undefined,
	]);
});

test('S3: 403 and 503 in its own words', async () => {
	const at = await scene();
	const server = await serveS3(at.host, 's3direct');
	const proxy = await faultyProxy(server.port);
	await addRemote(at.host, 's3', 's3', s3Options(proxy.port));
	const remote = { ...at.remote, name: 's3', remote: 's3', retries: 6 };
	const error = (code: string) =>
		`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
	proxy.set({ kind: 'status', status: 403, body: error('InvalidAccessKeyId') });
	const [refused] = await syncRemotes(syncDeps(at.host), [remote], all);
	expect(refused).toMatchObject({ ok: false, problem: { code: 'remote-unauthorized' } });
	proxy.set({ kind: 'status', status: 503, body: error('SlowDown') }, 4);
	const deps = syncDeps(at.host);
	const [result] = await syncRemotes(deps, [remote], all);
	expect(result?.problem).toBeUndefined();
	await expectUsable(at.host, `rclone:s3:backup/restic`);
});

test('a disk that is full stops the sync at once and keeps what was there', async () => {
	const host = await testHost();
	await initRepository(host);
	await backUp(host, await writeData(host, 'a', 2, 50_000));
	await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', host.remoteDir]);
	const remote = remoteConfig({ remote: host.remoteDir });
	const [first] = await syncRemotes(syncDeps(host), [remote], all);
	expect(first?.problem).toBeUndefined();
	await backUp(host, await writeData(host, 'b', 3, 1_000_000));
	const deps = syncDeps(host);
	const [full] = await syncRemotes(deps, [remote], all);
	expect(full).toMatchObject({ ok: false, exitCode: 3, problem: { code: 'no-space' } });
	expect(deps.pauses).toEqual([]);
	await expectUsable(host, join(host.remoteDir, 'backup/restic'));
});
