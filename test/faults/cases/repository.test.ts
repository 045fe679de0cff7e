import { readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { dataFiles, flipByte } from '../../real/repository-damage.ts';
import { takePid } from '../../real/reused-pid.ts';
import { fillDisk, loseMount, restic, run, smallDisk, snapshots } from '../../real/rig/index.ts';
import { startRestic } from '../../real/sync-rig/start-restic.ts';
import { filesOf, fingerprint } from '../../real/sync-rig/trees.ts';
import { fault } from '../suite/fault.ts';
import { refused } from '../suite/refused.ts';
import type { Scene } from '../suite/scene.ts';
import type { Trial } from '../suite/trial.ts';

/** A sync that must be refused with every file on the remote as it was. */
async function syncRefused(trial: Trial, scene: Scene, words: readonly (string | RegExp)[]): Promise<void> {
	const before = fingerprint(scene.copy);
	const outcome = await trial.run(scene, ['sync']);
	await trial.told(outcome, { code: 3, words });
	await trial.holds('C', () => expect(fingerprint(scene.copy)).toEqual(before));
}

async function goesOn(trial: Trial, scene: Scene): Promise<void> {
	const next = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
}

fault(23, 'a stale lock whose pid belongs to somebody else by now', async (trial) => {
	const scene = await trial.scene();
	const locker = await startRestic(scene.host, ['check', '--read-data']);
	await locker.stopWhenLocked();
	const [name = ''] = await lockNames(scene);
	const { stdout } = await restic(scene.host, ['--no-lock', 'cat', 'lock', name]);
	const { pid } = JSON.parse(stdout) as { pid: number };
	await locker.kill();
	trial.noteKill();
	const victim = await takePid(pid);
	await goesOn(trial, scene);
	await trial.holds('E', async () => expect(await victim.lives()).toBe(true));
	await trial.everything(scene);
});

async function lockNames(scene: Scene): Promise<string[]> {
	const { stdout } = await run('ls', [join(scene.host.repository, 'locks')]);
	return stdout.split('\n').filter((name) => /^[0-9a-f]{64}$/.test(name));
}

fault(24, 'a live exclusive lock of somebody else', async (trial) => {
	const scene = await trial.scene();
	await using locker = await startRestic(scene.host, ['check', '--read-data']);
	await locker.stopWhenLocked();
	const locks = await lockNames(scene);
	await refused(trial, scene, ['backup'], { code: 75, words: [/lock/] });
	await trial.holds('E', async () => expect(await lockNames(scene)).toEqual(locks));
	await locker.kill();
	await restic(scene.host, ['unlock', '-q']);
	await goesOn(trial, scene);
	await trial.everything(scene);
});

fault(25, 'wrong password; keys deleted', async (trial) => {
	const scene = await trial.scene();
	const { host } = scene;
	await writeFile(host.passwordFile, 'wrong\n', { mode: 0o600 });
	await refused(trial, scene, ['backup'], { code: 1, words: [/password/] });
	await writeFile(host.passwordFile, `${host.password}\n`, { mode: 0o600 });
	await rename(join(host.repository, 'keys'), join(host.directory, 'keys'));
	await refused(trial, scene, ['backup', '--init'], { code: 2, words: [/key/] });
	await syncRefused(trial, scene, []);
	await rename(join(host.directory, 'keys'), join(host.repository, 'keys'));
	await goesOn(trial, scene);
	await trial.everything(scene);
});

/** The damaged file is fetched back from the remote, where it must still be good. */
async function fetchBack(scene: Scene, path: string): Promise<void> {
	const inside = path.slice(scene.host.repository.length + 1);
	await rm(path, { force: true });
	await run('cp', ['-p', join(scene.copy, inside), path]);
}

fault(26, 'a pack cut short', async (trial) => {
	const scene = await trial.scene();
	const [pack = ''] = await dataFiles(scene.host);
	await truncate(pack, Math.floor((await stat(pack)).size / 2));
	const outcome = await trial.run(scene, ['backup']);
	// Whoever calls it done has made a snapshot that restores.
	await trial.holds('D', async () => {
		if (outcome.code === 0)
			await restic(scene.host, ['restore', 'latest', '--target', `${scene.host.directory}/cut`]);
	});
	await syncRefused(trial, scene, []);
	await fetchBack(scene, pack);
	await goesOn(trial, scene);
	await trial.everything(scene);
});

fault(27, 'a byte of a pack flipped: not mirrored', async (trial) => {
	const scene = await trial.scene();
	// Files are read again when they changed since a sync: with none before, and nothing to send, there is no reason to.
	const first = await trial.run(scene, ['sync']);
	await trial.holds('D', () => expect(first.code, first.stdout + first.stderr).toBe(0));
	const [pack = ''] = await dataFiles(scene.host);
	await flipByte(pack);
	await syncRefused(trial, scene, [pack.slice(-64)]);
	await fetchBack(scene, pack);
	await goesOn(trial, scene);
	await trial.everything(scene);
});

fault(28, 'the index deleted', async (trial) => {
	const scene = await trial.scene();
	for (const index of filesOf(scene.host.repository, 'index')) await rm(index);
	const outcome = await trial.run(scene, ['backup']);
	await trial.told(outcome, { words: [scene.app.name, /repository|index/] });
	await syncRefused(trial, scene, []);
	await restic(scene.host, ['repair', 'index']);
	await goesOn(trial, scene);
	await trial.everything(scene);
});

fault(29, 'no space in the repository, then not a single block', async (trial) => {
	const scene = await trial.scene({
		bulk: 30,
		prepare: (host) => smallDisk(host.repository, 20),
	});
	const outcome = await trial.run(scene, ['backup']);
	await trial.told(outcome, { words: [scene.app.name, /space/] });
	const filler = await fillDisk(scene.host.repository);
	await trial.told(await trial.run(scene, ['backup']), { words: [/space/] });
	await rm(filler);
	await rm(join(scene.app.directory, 'bulk.bin'));
	await goesOn(trial, scene);
	await trial.everything(scene);
});

fault(30, 'no space for the log; none for the dirlist', async (trial) => {
	const scene = await trial.scene();
	const { host } = scene;
	await smallDisk(host.logDir, 1);
	const filler = await fillDisk(host.logDir);
	const outcome = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0));
	await rm(filler);
	const small = join(host.directory, 'etc');
	await smallDisk(small, 1);
	for (const path of [host.configFile, host.dirlist]) await run('cp', ['-p', path, small]);
	const text = await readFile(host.dirlist, 'utf8');
	await fillDisk(small);
	if (trial.isProduct) {
		const args = ['--config', join(small, 'config.ini'), 'stacks', 'disable', scene.app.name];
		const edited = await trial.run(scene, args, { noConfig: true });
		await trial.told(edited, { words: [/space/] });
	}
	await trial.holds('F', async () => expect(await readFile(join(small, 'dirlist'), 'utf8')).toBe(text));
	await trial.everything(scene);
});

fault(31, 'the mount below a stack has vanished', async (trial) => {
	const keep = { KEEP_DAILY: 1, KEEP_WEEKLY: 0, KEEP_MONTHLY: 0, KEEP_YEARLY: 0 };
	const scene = await trial.scene({
		config: { local_backup: keep },
		prepare: async (host) => {
			const photos = join(host.stacksDir, `${host.name}-app`, 'photos');
			await smallDisk(photos, 2);
			for (const name of ['one', 'two', 'three', 'four'])
				await writeFile(join(photos, `${name}.jpg`), name.repeat(50_000));
		},
	});
	await loseMount(join(scene.app.directory, 'photos'));
	const outcome = await trial.run(scene, ['backup']);
	await trial.told(outcome, { code: 8, words: [scene.app.name, /shr[iu]nk|smaller|less/] });
	const before = filesOf(scene.copy, 'snapshots');
	await trial.run(scene, ['sync']);
	await trial.holds('C', () =>
		expect(filesOf(scene.copy, 'snapshots')).toEqual(expect.arrayContaining(before)),
	);
	await trial.everything(scene);
});

fault(32, 'a snapshot dated in the future', async (trial) => {
	const keep = { KEEP_DAILY: 1, KEEP_WEEKLY: 0, KEEP_MONTHLY: 0, KEEP_YEARLY: 0 };
	const scene = await trial.scene({ config: { local_backup: keep } });
	const [old] = await snapshots(scene.host);
	await restic(scene.host, ['rewrite', '-q', '--new-time', '2099-01-01 00:00:00', old?.id ?? '']);
	const outcome = await trial.run(scene, ['backup']);
	await trial.told(outcome, { words: [scene.app.name, /future|2099/] });
	await trial.holds('B', async () => {
		const today = new Date().toISOString().slice(0, 10);
		const times = (await snapshots(scene.host)).map(({ time }) => time.slice(0, 10));
		expect(times).toContain(today);
	});
	await trial.everything(scene);
});
