import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Host, restic, snapshots } from '../../real/rig/index.ts';
import { fault } from '../suite/fault.ts';
import { restoredFiles, type Scene } from '../suite/scene.ts';

/** A policy that keeps so many days and nothing else. */
const daily = (days: number) => ({
	local_backup: { KEEP_DAILY: days, KEEP_WEEKLY: 0, KEEP_MONTHLY: 0, KEEP_YEARLY: 0 },
});

/** restic takes a date in local time. */
function resticTime(at: number): string {
	const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString();
	return `${local.slice(0, 10)} ${local.slice(11, 19)}`;
}

const ids = async (host: Host) => (await snapshots(host)).map(({ id }) => id);

/** A snapshot that is made by somebody with plain restic. @returns its id */
async function madeByHand(scene: Scene, tags: readonly string[], at: number): Promise<string> {
	const { host } = scene;
	const directory = join(host.directory, 'by-hand');
	await mkdir(directory, { recursive: true });
	await writeFile(join(directory, 'thesis'), `${at}\n`.repeat(50_000));
	const before = await ids(host);
	const options = tags.map((tag) => `--tag=${tag}`);
	await restic(host, [
		'backup',
		'-q',
		`--host=${host.name}`,
		`--time=${resticTime(at)}`,
		...options,
		directory,
	]);
	const id = (await ids(host)).find((one) => !before.includes(one)) ?? '';
	scene.earlier.set(id, await restoredFiles(host, id));
	return id;
}

const dayMs = 24 * 3600 * 1000;

fault(72, 'F11: another program tags its snapshots with the name of a stack', async (trial) => {
	const scene = await trial.scene({ config: daily(2) });
	const { app, host } = scene;
	const theirs: string[] = [];
	for (const days of [1, 3, 4]) theirs.push(await madeByHand(scene, [app.name], Date.now() - days * dayMs));
	const planned = await trial.run(scene, ['backup', '--dry-run']);
	await trial.holds('B', () => {
		for (const id of theirs) expect(planned.stdout + planned.stderr).not.toContain(id.slice(0, 8));
	});
	for (const args of [['backup'], ['backup'], ['prune', '--yes']]) {
		const outcome = await trial.run(scene, args);
		await trial.holds('D', () => expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0));
	}
	await trial.holds('B', async () => expect(await ids(host)).toEqual(expect.arrayContaining(theirs)));
	if (trial.isProduct) {
		const listed = JSON.parse((await trial.run(scene, ['snapshots', '--json'])).stdout);
		expect(listed.others.map((one: { id: string }) => one.id).sort()).toEqual(theirs.toSorted());
		const forgotten = await trial.run(scene, ['snapshots', 'forget', theirs[0] ?? '', '--yes']);
		await trial.told(forgotten, { words: [/not made by backup-tui/] });
		// Nor is one restored in the place of the stack's own, though it is named.
		const args = ['restore', '--stack', app.name, '--snapshot', theirs[0] ?? '', '--in-place', '--yes'];
		await trial.told(await trial.run(scene, args), { words: [/no stack|not of/] });
	}
	await trial.everything(scene);
});

fault(73, 'F11: somebody gives a snapshot the tags of two stacks', async (trial) => {
	const scene = await trial.scene({ config: daily(3) });
	const { app } = scene;
	const id = await madeByHand(scene, ['docker-backup', 'other-stack', app.name], Date.now() - dayMs);
	await trial.run(scene, ['backup']);
	const outcome = await trial.run(scene, ['prune', '--yes']);
	await trial.told(outcome, { words: [app.name, id.slice(0, 8)] });
	await trial.everything(scene);
});

fault(74, 'T13: the state directory is lost while a shrink alarm is up', async (trial) => {
	const many = Object.fromEntries(
		Array.from({ length: 12 }, (_, index) => [`photos/${index}.jpg`, `${index}`.repeat(20_000)]),
	);
	const scene = await trial.scene({ config: daily(1), files: many });
	await rm(join(scene.app.directory, 'photos'), { recursive: true });
	const alarmed = await trial.run(scene, ['backup']);
	await trial.told(alarmed, { code: 8, words: [scene.app.name, /smaller/] });
	for (const args of [['backup'], ['prune', '--yes'], ['backup']]) {
		await rm(scene.host.stateDir, { recursive: true, force: true });
		const outcome = await trial.run(scene, args);
		if (args[0] === 'backup') await trial.told(outcome, { code: 8, words: [scene.app.name, /smaller/] });
	}
	await trial.everything(scene);
	if (!trial.isProduct) return;
	await rm(scene.host.stateDir, { recursive: true, force: true });
	const accepted = await trial.run(scene, ['backup', '--accept-shrink', '--no-retention']);
	expect(accepted.code, accepted.stdout + accepted.stderr).toBe(0);
	await rm(scene.host.stateDir, { recursive: true, force: true });
	const after = await trial.run(scene, ['backup', '--no-retention']);
	expect(after.code, after.stdout + after.stderr).toBe(0);
});

fault(75, 'T21: the clock was stepped back: another snapshot of today is dated ahead', async (trial) => {
	const scene = await trial.scene({ config: daily(1) });
	const { host } = scene;
	const [old] = await snapshots(host);
	// What this program made some minutes ago, under the other clock.
	const ahead = resticTime(Math.min(Date.now() + 8 * 60_000, new Date().setHours(23, 59, 50)));
	await restic(host, ['rewrite', '-q', `--new-time=${ahead}`, old?.id ?? '']);
	const before = await ids(host);
	const outcome = await trial.run(scene, ['backup', '--no-retention']);
	await trial.holds('D', () => expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0));
	const made = (await ids(host)).filter((id) => !before.includes(id));
	scene.earlier.clear();
	for (const id of made) scene.earlier.set(id, await restoredFiles(host, id));
	for (const args of [['prune', '--yes'], ['backup']]) {
		const known = await ids(host);
		const next = await trial.run(scene, args);
		await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
		const newest = (await ids(host)).filter((id) => !known.includes(id));
		await trial.holds('B', () => expect(newest).toHaveLength(args[0] === 'backup' ? 1 : 0));
		if (args[0] === 'prune')
			await trial.holds('B', async () => expect(await ids(host)).toEqual(expect.arrayContaining(made)));
	}
	scene.earlier.clear();
	await trial.everything(scene);
});
