import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import {
	type ContainerView,
	compose,
	dockerLines,
	inventory,
	type Outcome,
	snapshots,
} from '../../real/rig/index.ts';
import { filesOf } from '../../real/sync-rig/trees.ts';
import { earlierSnapshotsRestore, nothingIsLeft, remoteIsUsable, stacksAreAsBefore } from './holds.ts';
import { rememberFiles, restoredFiles, type Scene } from './scene.ts';
import type { Trial } from './trial.ts';
import { preciousFile, volumeMade, type World, type WorldCommand, writeStackFiles } from './world.ts';
import type { Change } from './world-changes.ts';

/** One change in one run. */
export interface Changed {
	readonly command: WorldCommand;
	readonly change: Change;
	readonly outcome: Outcome;
	/** Snapshots when the run began. */
	readonly known: ReadonlySet<string>;
	/** What is in the volume when the run begins; a restore puts the precious data in its place. */
	readonly data: Buffer;
}

/** What a run has said, without the commands it started. */
const textOf = ({ stdout, stderr }: Outcome) =>
	(stdout + stderr)
		.split('\n')
		.filter((line) => !/"type":"(command|progress|restore-plan|snapshot-kept)"/.test(line))
		.map((line) => line.replace(/"v":1,.*"seq":\d+,/, '').slice(0, 1_500))
		.join('\n');

const knownCodes = [0, 1, 2, 3, 4, 6, 7, 8, 69, 75, 77];

/** Words of which a failure has at least one: what failed, or the place. */
const words = (world: World) =>
	new RegExp(`${world.app.name}|restic|[Dd]ocker|repository|default|dirlist|password|config|directory`);

const sha = (data: Buffer) => createHash('sha256').update(data).digest('hex');

/** Right after the run, while the change lasts. */
export async function holdsMeanwhile(trial: Trial, world: World, changed: Changed): Promise<void> {
	const { outcome, command, change } = changed;
	const text = textOf(outcome);
	await trial.holds('D', () => {
		expect(knownCodes, text).toContain(outcome.code);
		expect(text, 'an error of the program itself').not.toMatch(/\n\s+at [^\n]*\.(ts|js|mjs):\d+/);
		if (outcome.code !== 0) expect(text).toMatch(words(world));
		if (outcome.code === 7) expect(text, 'the stack that is down is named').toContain(world.app.name);
	});
	await trial.holds('A', () => liveHolds(world, changed));
	if (outcome.code === 0 && command === 'restore')
		await trial.holds('D', () => nothingRanMeanwhile(world, outcome));
	if (outcome.code === 0 && command === 'restore' && change.losesVolume !== true)
		await trial.holds('D', async () =>
			expect((await readFile(await preciousFile(world))).equals(world.precious), text).toBe(true),
		);
}

/** Exit 0 of a restore: nothing of the stack was started between its first byte and the end of the writing. */
async function nothingRanMeanwhile(world: World, outcome: Outcome): Promise<void> {
	const time = (phase: string) =>
		new RegExp(`"ts":"([^"]*)"[^\\n]*"type":"phase-start","phase":"${phase}"`).exec(outcome.stdout)?.[1];
	const [since, until] = [time('restore'), time('up')];
	if (since === undefined || until === undefined) return;
	const project = `label=com.docker.compose.project=${world.app.project}`;
	const filters = ['--filter', 'event=start', '--filter', project];
	const started = await dockerLines(world.host, ['events', '--since', since, '--until', until, ...filters]);
	expect(started, `exit 0, and somebody started it meanwhile: ${textOf(outcome)}`).toEqual([]);
}

async function liveHolds(world: World, { change, command, outcome, data }: Changed): Promise<void> {
	const { containers } = await inventory(world.host);
	const now = containers.filter(({ project }) => project === world.app.project);
	const before = world.scene.before.containers;
	const runs = now.filter(({ status }) => status === 'running');
	const text = textOf(outcome);
	if (runs.some(({ mounts }) => mounts.some((mount) => mount.includes(world.volume)))) {
		const there = await readFile(await preciousFile(world)).catch(() => Buffer.from('nothing'));
		const good = [data, world.precious].some((one) => one.equals(there));
		expect(good, `a container runs on a volume without the data, exit ${outcome.code}: ${text}`).toBe(true);
		// A restore may fill a new one.
		if (command !== 'restore')
			expect(await volumeMade(world), `a container runs on another volume: ${text}`).toBe(world.volumeMade);
	}
	if (outcome.code === 7 && mayEndDown(change, command)) return;
	if (change.live === 'same' && !(change.losesJournal === true && command === 'recover')) {
		expect(now, `exit ${outcome.code}: ${text}\nis: ${JSON.stringify(now)}`).toEqual(before);
		expect(outcome.code, text).not.toBe(7);
		return;
	}
	expect(before.map(({ name }) => name)).toEqual(expect.arrayContaining(now.map(({ name }) => name)));
	if (change.live !== 'deployed')
		for (const one of runs) expect(before, text).toContainEqual(runningView(one));
}

const runningView = (view: ContainerView) => view;

/** A restore that has begun to write keeps the stack down until it is done or undone; what somebody stopped is down. */
const mayEndDown = (change: Change, command: WorldCommand) =>
	change.mayStayDown === true || change.live !== 'same' || command === 'restore';

/** After exit 0 of a backup there is a new snapshot with the data. */
async function newestHasData(world: World, { known, data, change, outcome }: Changed): Promise<void> {
	const fresh = (await snapshots(world.host)).filter(
		({ id, tags, time }) =>
			!known.has(id) && tags !== undefined && Date.parse(time) < Date.now() + 24 * 3600 * 1000,
	);
	const newest = fresh.at(-1);
	expect(newest, `exit 0 and no new snapshot: ${textOf(outcome)}`).toBeDefined();
	const files = await restoredFiles(world.host, newest?.id ?? '');
	const found = Object.entries(files).filter(([path]) => path.endsWith('/precious'));
	expect(
		found.map(([, hash]) => hash),
		`exit 0 without the data: ${textOf(outcome)}`,
	).toContain(sha(data));
	if (!change.name.startsWith('a file'))
		expect(Object.keys(files).join('\n'), textOf(outcome)).toContain('conf/settings');
}

const sure = ({ app }: World) => ['--yes', '--confirm', app.name];

/** Once the change is taken back: everything is as it was, or is made so by what the program says. */
export async function holdsAfterwards(trial: Trial, world: World, changed: Changed): Promise<void> {
	const { scene, app } = world;
	const { change, command, outcome, data, known } = changed;
	const ends = async (args: readonly string[], code = 0) => {
		const done = await trial.run(scene, args);
		const why = `${args.join(' ')} after it ended with ${done.code}: ${textOf(done)}\nbefore: exit ${outcome.code}: ${textOf(outcome)}`;
		await trial.holds('A', () => expect(done.code, why).toBe(code));
		return done;
	};
	await trial.holds('B', () => earlierSnapshotsRestore(scene));
	// What was emptied before the run looked is copied as it is; in the downtime it would be noticed.
	if (command === 'backup' && outcome.code === 0 && change.losesVolume !== true)
		await trial.holds('D', () => newestHasData(world, changed));
	if (command === 'sync' && outcome.code === 0)
		await trial.holds('D', () =>
			expect(filesOf(scene.copy, 'snapshots').map((path) => path.slice(-64))).toEqual(
				expect.arrayContaining([...known]),
			),
		);
	await trial.holds('C', () => remoteIsUsable(scene));

	if (change.losesVolume === true) {
		const [snapshot = ''] = scene.earlier.keys();
		await ends(['restore', '--stack', app.name, '--in-place', '--snapshot', snapshot, ...sure(world)]);
		await trial.holds('B', async () =>
			expect((await readFile(await preciousFile(world))).equals(world.precious)).toBe(true),
		);
		world.volumeMade = await volumeMade(world);
	} else {
		const recovered = await trial.run(scene, ['recover']);
		const half = command === 'restore' && recovered.code === 7;
		if (!half)
			await trial.holds('A', () =>
				expect(recovered.code, `recover: ${textOf(recovered)}\nbefore: ${textOf(outcome)}`).toBe(0),
			);
		if (command === 'restore') await keepsLiveData(trial, world, changed, half);
		else
			await trial.holds('B', async () =>
				expect((await readFile(await preciousFile(world))).equals(data), textOf(outcome)).toBe(true),
			);
	}
	if (change.live !== 'same' || change.losesJournal === true)
		await compose(app, ['up', '-d'], { anyCode: true });
	await trial.holds('A', async () => {
		try {
			await stacksAreAsBefore(scene);
		} catch (error) {
			throw new Error(`exit ${outcome.code}: ${textOf(outcome)}\n${differencesOf(error)}`);
		}
	});
	await rememberFiles(scene);
	await ends(['backup']);
	if (command === 'sync') await ends(['sync', '--accept-foreign']);
	await trial.holds('E', () => nothingIsLeft(scene));
}

/** What was there before a restore is there, or comes back by going back. */
async function keepsLiveData(
	trial: Trial,
	world: World,
	{ outcome, data, change }: Changed,
	half: boolean,
): Promise<void> {
	const text = textOf(outcome);
	const sameBefore = change.live === 'same';
	const now = async () => await readFile(await preciousFile(world));
	if (half || (await now()).equals(world.precious)) {
		const back = await trial.run(world.scene, [
			'restore',
			'--stack',
			world.app.name,
			'--rollback',
			...sure(world),
		]);
		await trial.holds('B', () => expect(back.code, `rollback: ${textOf(back)}\nbefore: ${text}`).toBe(0));
		const up = (await inventory(world.host)).containers.map(({ name, status }) => [name, status]);
		const before = world.scene.before.containers.map(({ name, status }) => [name, status]);
		if (sameBefore) await trial.holds('A', () => expect(up, `rollback: ${textOf(back)}`).toEqual(before));
		// What somebody edited comes back with it.
		await writeStackFiles(world);
		await compose(world.app, ['up', '-d'], { anyCode: true });
	}
	await trial.holds('B', async () =>
		expect((await now()).equals(data), `what was there before the restore is lost: ${text}`).toBe(true),
	);
}

/** What a comparison of inventories found, short. */
function differencesOf(error: unknown): string {
	const { actual, expected } = error as { readonly actual?: unknown; readonly expected?: unknown };
	return `${String(error)}\nis: ${JSON.stringify(actual)}\nwas: ${JSON.stringify(expected)}`;
}

/** F: what is edited by people stays as they have left it. */
export async function textsOf(scene: Scene): Promise<readonly string[]> {
	const text = (path: string) => readFile(path, 'utf8').catch(() => '(none)');
	return [await text(scene.host.configFile), await text(scene.host.dirlist)];
}
