import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
	type Host,
	initRepository,
	loseMount,
	type Outcome,
	projectRoot,
	run,
	type Sections,
	snapshots,
	tools,
	writeConfig,
} from '../../real/rig/index.ts';
import { faultyProxy } from '../../real/sync-rig/faulty-proxy.ts';
import { serveRestic } from '../../real/sync-rig/servers.ts';
import { fault } from '../suite/fault.ts';
import { containerIds, refused } from '../suite/refused.ts';
import { mergeSections, rememberFiles, type Scene } from '../suite/scene.ts';

fault(77, 'F12: a repository that can be read but not written', async (trial) => {
	const scene = await trial.scene();
	const { host } = scene;
	const { repository } = host;
	await run('mount', ['--bind', repository, repository]);
	await run('mount', ['-o', 'remount,ro,bind', repository]);
	const words = [/cannot be written: .*read-only/];
	const started = performance.now();
	await refused(trial, scene, ['backup'], { code: 2, words });
	await trial.holds('D', () => expect(performance.now() - started).toBeLessThan(20_000));
	await refused(trial, scene, ['check'], { code: 2, words });
	await refused(trial, scene, ['prune', '--yes'], { code: 2, words });
	const doctor = await trial.run(scene, ['doctor']);
	await trial.holds('D', () => expect(doctor.stdout).toMatch(/opens, id \w{8}; but .* cannot be written/));
	await run('umount', [repository]);
	const next = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
	await trial.everything(scene);
});

/** The same repository, at another address. */
async function reconfigure(scene: Scene, changes: Sections = {}): Promise<void> {
	await writeConfig(scene.host, mergeSections(scene.config, changes));
	await rememberFiles(scene);
}

fault(
	78,
	'F12: a server that refuses to be written, has an error of its own, does not answer',
	async (trial) => {
		const scene = await trial.scene();
		const { host } = scene;
		const server = await serveRestic(host, host.repository);
		const proxy = await faultyProxy(server.port);
		const REPOSITORY = `rest:http://127.0.0.1:${proxy.port}/`;
		await reconfigure(scene, { local_backup: { REPOSITORY, OPEN_TIMEOUT: 6, RETRY_LOCK: 1 } });
		proxy.set({ kind: 'status', status: 403, method: 'POST' });
		const refuses = [/does not let anything be written: .*403/];
		for (const args of [['backup'], ['check'], ['prune', '--yes', '--no-retention']])
			await refused(trial, scene, args, { code: 2, words: refuses });
		const doctor = await trial.run(scene, ['doctor']);
		await trial.holds('D', () =>
			expect(doctor.stdout).toMatch(/opens, id \w{8}; but .* anything be written/),
		);
		// From here on the server fails only when restic wants its lock for the copy.
		for (const [fault, words] of [
			[{ kind: 'status', status: 503, method: 'POST' }, /not ready within 7 s: .*503/],
			[{ kind: 'blackhole' }, /not ready within 7 s/],
		] as const) {
			proxy.set({ kind: 'none' });
			const ids = await containerIds(scene);
			const running = trial.start(scene, ['backup', '--json']);
			await running.waitFor('"type":"plan"');
			proxy.set(fault);
			const outcome = await running.done;
			await trial.told(outcome, { code: 2, words: [words] });
			await trial.holds('A', async () => expect(await containerIds(scene)).toEqual(ids));
			await trial.holds('A', () => expect(outcome.stdout).not.toContain('downtime-start'));
		}
		server.stop();
		await reconfigure(scene);
		const next = await trial.run(scene, ['backup']);
		await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
		await trial.everything(scene);
	},
);

fault(79, 'F13: a server that only lets data be added', async (trial) => {
	const scene = await trial.scene();
	const { host } = scene;
	const server = await serveRestic(host, host.repository, ['--append-only']);
	const local_backup = {
		REPOSITORY: `rest:http://127.0.0.1:${server.port}/`,
		...{ KEEP_DAILY: 1, KEEP_WEEKLY: 0, KEEP_MONTHLY: 0, KEEP_YEARLY: 0 },
	};
	await reconfigure(scene, { local_backup });
	const told = [/append-only\): .*403/, /APPEND_ONLY=true in \[local_backup\]/];
	const surprised = await trial.run(scene, ['backup']);
	await trial.told(surprised, { code: 2, words: told });
	await trial.holds('D', () => expect(surprised.stdout + surprised.stderr).not.toMatch(/network/));
	await refused(trial, scene, ['prune', '--yes'], { code: 2, words: told });
	const before = (await snapshots(host)).length;
	await reconfigure(scene, { local_backup: { ...local_backup, APPEND_ONLY: true } });
	const good = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(good.code, good.stdout + good.stderr).toBe(0));
	await trial.holds('D', () => expect(good.stderr + good.stdout).toMatch(/retention is left to the server/));
	await trial.holds('B', async () => expect((await snapshots(host)).length).toBe(before + 1));
	await refused(trial, scene, ['prune', '--yes'], { code: 2, words: [/APPEND_ONLY=true: .*not from here/] });
	for (const args of [['check'], ['unlock']]) {
		const outcome = await trial.run(scene, args);
		await trial.holds('D', () => expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0));
	}
	server.stop();
	await reconfigure(scene);
	await trial.everything(scene);
});

fault(
	80,
	'F5: another repository, then an empty directory, in the place of the one of earlier runs',
	async (trial) => {
		const scene = await trial.scene();
		const { host } = scene;
		const { repository } = host;
		const away = join(host.directory, 'away');
		await rename(repository, away);
		await initRepository(host);
		const other = [/is not the one of earlier runs \(id \w{8}, at /, /repository accept/];
		for (const args of [['backup'], ['backup', '--init'], ['prune', '--yes'], ['check']])
			await refused(trial, scene, args, { code: 2, words: other });
		await refused(trial, scene, ['sync'], { code: 3, words: other });
		await refused(trial, scene, restoreOf(scene), { code: 4, words: other });
		const doctor = await trial.run(scene, ['doctor']);
		await trial.holds('D', () => expect(doctor.stdout).toMatch(/is not the one of earlier runs/));
		// The state directory is lost too: the cache remembers.
		await rm(join(host.stateDir, 'repositories.json'), { force: true });
		await refused(trial, scene, ['backup'], { code: 2, words: other });
		await trial.holds('B', async () => expect(await snapshots(host)).toEqual([]));
		// Nothing at all: no second repository is made, however often it is asked for.
		await rm(repository, { recursive: true });
		const gone = [/one lay there before \(id \w{8}/, /no second one is made/];
		await refused(trial, scene, ['backup', '--init'], { code: 2, words: gone });
		await rm(join(host.stateDir, 'repositories.json'), { force: true });
		await refused(trial, scene, ['backup', '--init'], { code: 2, words: gone });
		await rename(away, repository);
		const next = await trial.run(scene, ['backup', '--init']);
		await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
		await trial.everything(scene);
		// On purpose.
		await rename(repository, away);
		const accepted = await trial.run(scene, ['repository', 'accept', '--yes']);
		await trial.holds('D', () => expect(accepted.code, accepted.stderr).toBe(0));
		const fresh = await trial.run(scene, ['backup', '--init']);
		await trial.holds('D', () => expect(fresh.code, fresh.stdout + fresh.stderr).toBe(0));
		const sync = await trial.run(scene, ['sync']);
		await trial.holds('C', () => expect(sync.code).toBe(3));
	},
);

const restoreOf = ({ app }: Scene) => [
	'restore',
	'--stack',
	app.name,
	'--in-place',
	'--yes',
	'--confirm',
	app.name,
];

fault(81, 'F5: the disk of the repository is not mounted', async (trial) => {
	const mount = async (host: Host) => {
		const disk = join(host.directory, 'disk');
		await Promise.all([disk, host.repository].map((directory) => mkdir(directory, { recursive: true })));
		await run('mount', ['--bind', disk, host.repository]);
	};
	const scene = await trial.scene({ prepare: mount });
	const { host } = scene;
	await loseMount(host.repository);
	await refused(trial, scene, ['backup', '--init'], {
		code: 2,
		words: [`nothing is mounted at ${host.repository}`, /no second one is made/],
	});
	await trial.holds('B', async () => expect(await readdir(host.repository)).toEqual([]));
	// Nothing is remembered, but the machine says what should be mounted above it.
	await Promise.all([host.stateDir, host.cacheDir].map((path) => rm(join(path, 'repositories.json'))));
	const fstab = join(host.directory, 'fstab');
	await writeFile(fstab, `/dev/nowhere ${host.repository} ext4 nofail 0 2\n`);
	const inside = await withFstab(host, fstab, ['backup', '--init']);
	await trial.told(inside, {
		code: 2,
		words: [`nothing is mounted at ${host.repository}: none is made below`],
	});
	await trial.holds('B', async () => expect(await readdir(host.repository)).toEqual([]));
	await mount(host);
	const next = await trial.run(scene, ['backup', '--init']);
	await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
	await trial.everything(scene);
});

/** Runs the product where /etc/fstab is another file, for it alone. */
async function withFstab(host: Host, fstab: string, args: readonly string[]): Promise<Outcome> {
	const script = 'mount --bind "$1" /etc/fstab && shift && exec "$@"';
	const product = [tools.node, join(projectRoot, 'bin/backup-tui.js'), '--config', host.configFile, ...args];
	return await run('unshare', ['-m', 'sh', '-c', script, 'sh', fstab, ...product], {
		env: host.env,
		anyCode: true,
	});
}
