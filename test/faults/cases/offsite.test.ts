import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import {
	type Host,
	loseMount,
	type Outcome,
	restic,
	run,
	smallDisk,
	snapshots,
	testHost,
	writeConfig,
} from '../../real/rig/index.ts';
import { backUp, writeData } from '../../real/sync-rig/repository.ts';
import { addRemote } from '../../real/sync-rig/servers.ts';
import { filesOf, fingerprint } from '../../real/sync-rig/trees.ts';
import { fault } from '../suite/fault.ts';
import { mergeSections, rememberFiles, type Scene } from '../suite/scene.ts';
import type { Trial } from '../suite/trial.ts';

const said = ({ stdout, stderr }: Outcome) => `${stdout}${stderr}`;

/** A sync that must be held back with every file on the remote as it was. @returns what it said */
async function heldBack(
	trial: Trial,
	scene: Pick<Scene, 'host' | 'copy'>,
	words: readonly RegExp[],
	args: readonly string[] = [],
): Promise<string> {
	const before = fingerprint(scene.copy);
	const outcome = await trial.run(scene, ['sync', ...args]);
	await trial.told(outcome, { code: 3, words });
	await trial.holds('C', () => expect(fingerprint(scene.copy)).toEqual(before));
	return said(outcome);
}

async function syncs(
	trial: Trial,
	scene: Pick<Scene, 'host' | 'copy'>,
	args: readonly string[] = [],
): Promise<void> {
	const outcome = await trial.run(scene, ['sync', ...args]);
	await trial.holds('D', () => expect(outcome.code, said(outcome)).toBe(0));
}

const snapshotsOn = (copy: string) => filesOf(copy, 'snapshots').map((path) => path.slice(-64));

async function addSnapshot(host: Host, name: string): Promise<string> {
	const before = new Set((await snapshots(host)).map(({ id }) => id));
	await backUp(host, await writeData(host, name, 2, 20_000));
	const added = (await snapshots(host)).find(({ id }) => !before.has(id));
	return added?.id ?? '';
}

fault(
	83,
	'T11: two machines with clones of one repository, and one put back to an older image',
	async (trial) => {
		const scene = await trial.scene();
		const { host } = scene;
		await syncs(trial, scene);
		const clone = await testHost({ config: { cloud_sync: { RCLONE_REMOTE: host.remoteDir } } });
		await cp(host.repository, clone.repository, { recursive: true, preserveTimestamps: true });
		await cp(host.passwordFile, clone.passwordFile);
		const other = { host: clone, copy: scene.copy };

		const ours = await addSnapshot(host, 'ours');
		await syncs(trial, scene);
		const theirs = await addSnapshot(clone, 'theirs');
		await heldBack(trial, other, [
			/1 snapshot there was never in this repository/,
			new RegExp(ours.slice(0, 8)),
		]);
		await heldBack(trial, other, [/never in this repository/], ['--max-delete', '100%']);
		// Held back again, although it has newer ones by now; and what it knew is of no weight.
		await rm(clone.stateDir, { recursive: true, force: true });
		const told = await heldBack(trial, other, [/--accept-foreign/, /another RCLONE_PATH/]);

		// The first way on: fetch what is there. Then both have everything.
		const [fetch = ''] = /\S*rclone copy .*?(?=; or)/.exec(told) ?? [];
		await run('sh', ['-c', fetch], { env: clone.env });
		await syncs(trial, other);
		await trial.holds('C', () =>
			expect(snapshotsOn(scene.copy)).toEqual(expect.arrayContaining([ours, theirs])),
		);
		// The second: the first machine never had the other's snapshot, and says that it may go.
		await heldBack(trial, scene, [new RegExp(theirs.slice(0, 8))]);
		await syncs(trial, scene, ['--accept-foreign', '--max-delete', '100%']);
		await trial.holds('C', () => {
			expect(snapshotsOn(scene.copy)).not.toContain(theirs);
			expect(Object.keys(fingerprint(scene.copy)).join()).toContain(`snapshots/${theirs}`);
		});

		// The repository is put back to an older image and backed up anew: what it lost is newer than all it shares.
		const image = `${host.directory}/image`;
		await run('cp', ['-a', host.repository, image]);
		const lost = await addSnapshot(host, 'lost');
		await syncs(trial, scene);
		await rm(host.repository, { recursive: true });
		await run('cp', ['-a', image, host.repository]);
		await addSnapshot(host, 'after');
		await heldBack(trial, scene, [/put back to an older state/, new RegExp(lost.slice(0, 8))]);
		await heldBack(trial, scene, [/older state/]);
		await rm(host.repository, { recursive: true });
		await run('cp', ['-a', image, host.repository]);
		await run('sh', [
			'-c',
			`cp -an ${scene.copy}/. ${host.repository}/ && rm -rf ${host.repository}/quarantine`,
		]);

		// What this machine forgets by itself, or an older one by plain restic, goes without a question.
		await addSnapshot(host, 'kept');
		const kept = new Set((await snapshots(host)).map(({ id }) => id));
		const backup = await trial.run(scene, ['backup', '--no-retention']);
		await trial.holds('D', () => expect(backup.code, said(backup)).toBe(0));
		const two = (await snapshots(host)).find(({ id }) => !kept.has(id))?.id ?? '';
		await syncs(trial, scene);
		await restic(host, ['forget', '-q', lost]);
		const forgotten = await trial.run(scene, ['snapshots', 'forget', two, '--yes']);
		await trial.holds('D', () => expect(forgotten.code, said(forgotten)).toBe(0));
		await syncs(trial, scene, ['--max-delete', '100%']);
		await trial.holds('C', () => {
			expect(snapshotsOn(scene.copy)).not.toContain(two);
			expect(snapshotsOn(scene.copy)).not.toContain(lost);
		});
		await trial.everything(scene);
	},
);

fault(
	84,
	'F3, F4: remotes that rclone does not know, that end in a relative path, in nothing, or in a list of buckets',
	async (trial) => {
		const scene = await trial.scene();
		const { host } = scene;
		const config = join(host.directory, 'rclone.conf');
		await addRemote(host, 'nocolon', 'crypt', {
			remote: 'my nas/dir',
			password: 'x',
			filename_encryption: 'off',
		});
		await addRemote(host, 'here', 'alias', { remote: 'backup' });
		await addRemote(host, 'two', 'union', { upstreams: `${host.remoteDir} rel/dir` });
		await addRemote(host, 'deep', 'chunker', { remote: 'nocolon:x' });
		await addRemote(host, 'disk', 'local', {});
		await addRemote(host, 'buckets', 's3', { provider: 'Other', endpoint: 'http://127.0.0.1:1' });
		const remotes: Readonly<Record<string, readonly [path: string, said: RegExp]>> = {
			nocolon: ['backup', /nocolon.*"my nas\/dir", a path relative/],
			here: ['x', /"backup\/x", a path relative/],
			two: ['x', /"rel\/dir", a path relative/],
			deep: ['x', /deep: → nocolon: → my nas\/dir/],
			disk: ['backup/restic', /"backup\/restic", a path relative/],
			buckets: ['/', /list of buckets/],
			nosuch: ['x', /rclone does not know a remote nosuch/],
		};
		const cwd = join(host.directory, 'cwd');
		await mkdir(cwd);
		const sections = Object.fromEntries(
			Object.entries(remotes).map(([name, [path]]) => [
				`cloud_sync:${name}`,
				{ RCLONE_REMOTE: name, RCLONE_PATH: path, RCLONE_CONFIG: config },
			]),
		);
		await writeConfig(host, mergeSections(scene.config, sections));
		const nothing = async () => expect(await readdir(cwd)).toEqual([]);
		const validated = await trial.run(scene, ['validate'], { cwd });
		await trial.told(validated, { code: 1 });
		const doctor = await trial.run(scene, ['doctor'], { cwd });
		for (const [name, [, words]] of Object.entries(remotes)) {
			await trial.holds('D', () => {
				expect(said(validated)).toMatch(words);
				expect(said(doctor)).toMatch(words);
			});
			await trial.told(await trial.run(scene, ['sync', name], { cwd }), { code: 3, words: [words] });
		}
		await trial.told(await trial.run(scene, ['sync', '--test', 'here'], { cwd }), {
			code: 3,
			words: [/a path relative/],
		});
		const target = join(host.directory, 'brought-back');
		const restored = await trial.run(scene, ['restore', target, '--remote', 'deep'], { cwd });
		await trial.told(restored, { words: [/a path relative/] });
		const single = await trial.run(
			scene,
			['restore', '--stack', scene.app.name, '--from-remote', '--remote', 'here', '--target', target],
			{ cwd },
		);
		await trial.told(single, { code: 4, words: [/a path relative/] });
		await trial.holds('D', nothing);
		// Where a wrapper ends is shown.
		await writeConfig(
			host,
			mergeSections(scene.config, { cloud_sync: { RCLONE_REMOTE: 'usb', RCLONE_CONFIG: config } }),
		);
		await addRemote(host, 'usb', 'alias', { remote: host.remoteDir });
		const tested = await trial.run(scene, ['sync', '--test']);
		await trial.holds('D', () => expect(said(tested)).toContain(`usb: → ${host.remoteDir}/backup/restic`));
		await rm(config);
		await writeConfig(host, scene.config);
		await rememberFiles(scene);
		await trial.everything(scene);
	},
);

fault(85, 'F8: the disk of a remote is not mounted, by whichever form it is named', async (trial) => {
	const scene = await trial.scene();
	const { host } = scene;
	const disk = join(host.directory, 'x/disk2');
	const forms: readonly Readonly<Record<string, string>>[] = [
		{ RCLONE_REMOTE: disk },
		{ RCLONE_REMOTE: join(host.directory, 'x'), RCLONE_PATH: 'disk2' },
		{ RCLONE_REMOTE: 'usb', RCLONE_PATH: '', RCLONE_CONFIG: join(host.directory, 'rclone.conf') },
	];
	await addRemote(host, 'usb', 'alias', { remote: disk });
	for (const form of forms) {
		await rm(host.stateDir, { recursive: true, force: true });
		await writeConfig(host, mergeSections(scene.config, { cloud_sync: form }));
		await smallDisk(disk, 64);
		// A look while it is mounted is enough: the first sync finds out.
		const tested = await trial.run(scene, ['sync', '--test']);
		await trial.holds('D', () => expect(tested.code, said(tested)).toBe(0));
		await loseMount(disk);
		const here = { host, copy: disk };
		await heldBack(trial, here, [/was on the disk mounted at .*disk2/]);
		await smallDisk(disk, 64);
		await syncs(trial, here);
		await trial.holds('C', () => expect(Object.keys(fingerprint(disk)).join()).toContain('snapshots/'));
		await loseMount(disk);
		await heldBack(trial, here, [/disk2/, /mount/]);
		await trial.told(await trial.run(scene, ['sync', '--test']), {
			code: 3,
			words: [/disk mounted at .*disk2/],
		});
		const doctor = await trial.run(scene, ['doctor']);
		await trial.holds('D', () => expect(said(doctor)).toMatch(/disk mounted at .*disk2/));
		await trial.holds('E', async () => expect(await readdir(disk)).toEqual([]));
	}
	// The repository's own disk is no place for a copy: told, not refused.
	await rm(host.stateDir, { recursive: true, force: true });
	await rm(host.remoteDir, { recursive: true });
	await mkdir(host.remoteDir);
	await writeConfig(host, scene.config);
	const same = await trial.run(scene, ['sync']);
	await trial.holds('D', () => {
		expect(same.code, said(same)).toBe(0);
		expect(said(same)).toContain('on the same disk as the repository');
	});
	await rm(join(host.directory, 'rclone.conf'));
	await rememberFiles(scene);
	await trial.everything(scene);
});

fault(86, 'F9: the destination of a remote is edited, and edited back', async (trial) => {
	const scene = await trial.scene();
	const { host } = scene;
	await syncs(trial, scene);
	const other = join(host.directory, 'other');
	await mkdir(other);
	await writeConfig(host, mergeSections(scene.config, { cloud_sync: { RCLONE_REMOTE: other } }));
	const status = await trial.run(scene, ['status', '--json']);
	await trial.holds('D', () => {
		const { remotes } = JSON.parse(status.stdout) as {
			remotes: { lastSuccess?: string; history: unknown[] }[];
		};
		expect(remotes).toMatchObject([{ history: [] }]);
		expect(remotes[0]?.lastSuccess).toBeUndefined();
	});
	await syncs(trial, { host, copy: join(other, 'backup/restic') });
	// Back again: what it held is remembered, and missed.
	await writeConfig(host, scene.config);
	await rename(scene.copy, `${scene.copy}-away`);
	await mkdir(scene.copy);
	const told = await heldBack(trial, scene, [/is empty, but held \d+ files/, /--new-place/]);
	await trial.holds('D', () => expect(told).toContain(scene.copy));
	await syncs(trial, scene, ['--new-place']);
	await rm(`${scene.copy}-away`, { recursive: true });
	await rememberFiles(scene);
	await trial.everything(scene);
});
