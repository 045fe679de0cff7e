import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { processesOf, restic, run, snapshots, writeConfig } from '../../real/rig/index.ts';
import { type FaultyProxy, faultyProxy } from '../../real/sync-rig/faulty-proxy.ts';
import { backUp, expectUsable, writeData } from '../../real/sync-rig/repository.ts';
import { addRemote, serveWebdav } from '../../real/sync-rig/servers.ts';
import { filesOf, fingerprint } from '../../real/sync-rig/trees.ts';
import { failEveryCommand, killAtEveryStep, type Work } from '../suite/every-step.ts';
import { fault } from '../suite/fault.ts';
import {
	copyToRemote,
	mergeSections,
	rememberFiles,
	restoredFiles,
	type Scene,
	untilResticEnds,
} from '../suite/scene.ts';
import type { Trial } from '../suite/trial.ts';

/** The repository changes as it does from day to day: a new snapshot, an old one forgotten, a prune. */
async function change(scene: Scene, round: number): Promise<void> {
	await backUp(scene.host, await writeData(scene.host, `round-${round}`, 3, 120_000));
	const newer = (await snapshots(scene.host)).filter(({ id }) => !scene.earlier.has(id));
	if (newer.length > 2)
		await restic(scene.host, ['forget', '--prune', '--max-unused', '0', '-q', newer[0]?.id ?? '']);
}

const locksOf = (scene: Scene) => readdir(join(scene.host.repository, 'locks'));

/** A sync that was killed in its check leaves restic's lock: the next sync comes through all the same. */
async function passesLock(trial: Trial, scene: Scene, where: string): Promise<void> {
	await untilResticEnds(scene.host);
	if ((await locksOf(scene)).length === 0) return;
	const next = await trial.run(scene, ['sync', '--accept-foreign']);
	await trial.holds('D', () => expect(next.code, `${where}: ${next.stdout}${next.stderr}`).toBe(0));
	// Where no check was due the lock is left to the next backup; plain restic, of the next round, would wait for it.
	for (const name of await locksOf(scene)) await rm(join(scene.host.repository, 'locks', name));
}

/** The copy is whole, and what was on it before is still on it. */
async function copyRestores(scene: Scene): Promise<void> {
	await expectUsable(scene.host, scene.copy, false);
	const there = filesOf(scene.copy, 'snapshots').map((path) => path.slice(-64));
	expect(there).toEqual(expect.arrayContaining([...scene.earlier.keys()]));
}

fault(
	34,
	'sync killed at every step and at random times; every external command fails once',
	async (trial) => {
		const remote = { BANDWIDTH: '2M', MAX_DELETE: '100%' };
		const scene = await trial.scene({ config: { cloud_sync: remote } });
		let round = 0;
		const prepare = async () => {
			await change(scene, round);
			round += 1;
		};
		const work: Work = {
			scene,
			command: 'sync',
			// Plain restic forgets here, the newest on the remote too where a killed sync has sent nothing newer.
			args: ['sync', '--accept-foreign'],
			few: 3,
			words: [/default/],
			prepare,
			afterKill: async (where) => {
				await trial.holds('C', () => copyRestores(scene));
				await passesLock(trial, scene, where);
			},
			afterFailure: async (where, { code, stdout, stderr }) => {
				await trial.holds('C', () => copyRestores(scene));
				if (code !== 0) return;
				const [here, there] = [scene.host.repository, scene.copy].map((at) =>
					filesOf(at, 'snapshots').map((path) => path.slice(-64)),
				);
				await trial.holds('D', () =>
					expect(there, `${where}: ${stdout}${stderr}`).toEqual(expect.arrayContaining(here ?? [])),
				);
			},
		};
		const whole = await killAtEveryStep(trial, work);
		if (trial.isProduct) await failEveryCommand(trial, work);
		await trial.randomly({ short: 2, usual: 5, full: 160 }, async () => {
			await prepare();
			const running = trial.start(scene, ['sync', '--accept-foreign', '--json']);
			await delay(trial.random() * whole);
			await trial.kill(running, scene, 'everything');
			await work.afterKill('a kill at a random time');
		});
		const last = await trial.run(scene, ['sync', '--accept-foreign']);
		await trial.holds('D', () => expect(last.code, last.stdout + last.stderr).toBe(0));
		await trial.everything(scene);
	},
	600_000,
);

interface Networked {
	readonly scene: Scene;
	readonly proxy: FaultyProxy;
	sync(): ReturnType<Trial['run']>;
}

/** A scene whose remote is a WebDAV server behind a proxy that makes faults; a new snapshot is to go there. */
async function networked(trial: Trial): Promise<Networked> {
	const plain = await trial.scene();
	const { host } = plain;
	const server = await serveWebdav(host, 'direct');
	const proxy = await faultyProxy(server.port);
	await addRemote(host, 'dav', 'webdav', { ...server.options, url: `http://127.0.0.1:${proxy.port}` });
	const scene: Scene = { ...plain, copy: join(server.directory, 'backup/restic') };
	await copyToRemote(scene);
	const config = join(host.directory, 'rclone.conf');
	const options = '--low-level-retries 1 --timeout 2s --contimeout 2s';
	const remote = { RCLONE_REMOTE: 'dav', RCLONE_CONFIG: config, EXTRA_OPTIONS: options, SYNC_TIMEOUT: 60 };
	await writeConfig(host, mergeSections(plain.config, { cloud_sync: remote }));
	await rememberFiles(scene);
	await backUp(host, await writeData(host, 'new', 3, 120_000));
	const env = trial.isProduct ? {} : { REMOTE: 'dav:backup/restic', RCLONE_CONFIG: config };
	return { scene, proxy, sync: () => trial.run(scene, ['sync'], { env, timeoutMs: 120_000 }) };
}

/** Not an own server any more: it would be a stray process to `leftovers`. */
async function isolated(scene: Scene): Promise<Scene> {
	for (const { pid, commandLine } of await processesOf(scene.host))
		if (commandLine.includes('serve webdav')) process.kill(pid, 'SIGKILL');
	await delay(100);
	return scene;
}

fault(35, 'the remote swallows everything, resets, is slow', async (trial) => {
	const { scene, proxy, sync } = await networked(trial);
	proxy.set({ kind: 'reset', afterBytes: 100_000 }, 6);
	await sync();
	await trial.holds('C', () => copyRestores(scene));
	proxy.set({ kind: 'blackhole' });
	const swallowed = await sync();
	await trial.told(swallowed, { code: 3, words: [/default|dav/, /sync|remote|reach|time/] });
	await trial.holds('C', () => copyRestores(scene));
	proxy.set({ kind: 'slow', ms: 50 });
	const slow = await sync();
	await trial.holds('D', () => expect(slow.code, slow.stdout + slow.stderr).toBe(0));
	await trial.everything(await isolated(scene));
});

fault(36, '401, 429, 507, and a server that lies about a PUT', async (trial) => {
	const { scene, proxy, sync } = await networked(trial);
	proxy.set({ kind: 'status', status: 401 });
	await trial.told(await sync(), { code: 3, words: [/401|unauthori[sz]ed|credentials|refused/i] });
	proxy.set({ kind: 'status', status: 507, method: 'PUT' });
	await trial.told(await sync(), { code: 3, words: [/space|storage|507/i] });
	await trial.holds('C', () => copyRestores(scene));
	proxy.set({ kind: 'status', status: 201, method: 'PUT' });
	const lied = await sync();
	await trial.told(lied, { code: 3 });
	await trial.holds('C', () => copyRestores(scene));
	proxy.set({ kind: 'status', status: 429 }, 2);
	const busy = await sync();
	await trial.holds('D', () => expect(busy.code, busy.stdout + busy.stderr).toBe(0));
	await trial.holds('C', () => {
		const [here, there] = [scene.host.repository, scene.copy].map((at) => filesOf(at, 'snapshots').length);
		expect(there).toBe(here);
	});
	await trial.everything(await isolated(scene));
});

fault(37, 'a repository that was emptied, or encrypted by ransomware', async (trial) => {
	const scene = await trial.scene();
	const { host } = scene;
	const good = join(host.directory, 'good');
	await run('cp', ['-a', host.repository, good]);
	const asBefore = async () => {
		await rm(host.repository, { recursive: true });
		await run('cp', ['-a', good, host.repository]);
	};
	const before = fingerprint(scene.copy);
	const refused = async (what: string) => {
		const outcome = await trial.run(scene, ['sync', '--no-input']);
		await trial.told(outcome, { code: 3 });
		await trial.holds('C', () => expect(fingerprint(scene.copy), what).toEqual(before));
		if (!trial.isProduct) await copyToRemote({ ...scene, host: { ...host, repository: good } });
		await asBefore();
	};
	await restic(host, ['forget', '--prune', '-q', ...scene.earlier.keys()]);
	await refused('all snapshots forgotten');
	for (const file of filesOf(host.repository, 'data')) await rename(file, `${file}.locked`);
	await refused('packs renamed');
	for (const kind of ['data', 'index', 'snapshots', 'keys'] as const)
		for (const file of filesOf(host.repository, kind)) await rm(file);
	await rm(join(host.repository, 'config'));
	await refused('directory emptied');
	await rm(good, { recursive: true });
	const [id = ''] = scene.earlier.keys();
	expect(await restoredFiles(host, id)).toEqual(scene.earlier.get(id));
	await trial.everything(scene);
});
