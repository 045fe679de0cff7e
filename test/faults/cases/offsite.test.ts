import { cp, rm } from 'node:fs/promises';
import { expect } from 'vitest';
import { type Host, type Outcome, restic, run, snapshots, testHost } from '../../real/rig/index.ts';
import { backUp, writeData } from '../../real/sync-rig/repository.ts';
import { filesOf, fingerprint } from '../../real/sync-rig/trees.ts';
import { fault } from '../suite/fault.ts';
import type { Scene } from '../suite/scene.ts';
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
		const two = await addSnapshot(host, 'two');
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
