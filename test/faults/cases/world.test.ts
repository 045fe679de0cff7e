import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { snapshots } from '../../real/rig/index.ts';
import { backUp, writeData } from '../../real/sync-rig/repository.ts';
import { fault } from '../suite/fault.ts';
import { phaseEnd, stepsOfLastRun } from '../suite/kill-points.ts';
import { type Depth, suiteOptions } from '../suite/options.ts';
import type { Trial } from '../suite/trial.ts';
import {
	type Boundary,
	changedMeanwhile,
	disposeWorld,
	makeWorld,
	preciousFile,
	type World,
	type WorldCommand,
	type WorldNeed,
} from '../suite/world.ts';
import { type Change, changes } from '../suite/world-changes.ts';
import { holdsAfterwards, holdsMeanwhile, textsOf } from '../suite/world-holds.ts';

/** A command among changes made by others. */
interface Work {
	readonly command: WorldCommand;
	readonly args: (world: World) => readonly string[];
	/** Brings about what the command has to do. @returns what is in the volume then */
	readonly prepare: (trial: Trial, world: World) => Promise<Buffer>;
	readonly trials: Readonly<Record<Depth, number>>;
}

/** Items in an order by chance, each once before one comes again. */
function* dealt<T>(items: readonly T[], random: () => number): Generator<T, never> {
	for (;;)
		yield* items
			.map((item) => ({ item, rank: random() }))
			.sort((a, b) => a.rank - b.rank)
			.map(({ item }) => item);
}

const methods = ['down', 'down', 'stop', 'pause'];

/** @returns every step and every external command of an undisturbed run */
async function boundariesOf(trial: Trial, world: World, work: Work): Promise<readonly Boundary[]> {
	await work.prepare(trial, world);
	await world.tools.failAt(0);
	const whole = await trial.run(world.scene, [...work.args(world), '--json']);
	expect(whole.code, whole.stdout + whole.stderr).toBe(0);
	const calls = (await world.tools.calls()).map((name, index): Boundary => {
		return { at: 'call', number: index + 1, name };
	});
	const steps = ['before it', ...(await stepsOfLastRun(world.scene))].map((name, number): Boundary => {
		return { at: 'step', number, name };
	});
	return [...steps, ...calls];
}

/** One change at one boundary, and what must hold. */
async function tryChange(trial: Trial, world: World, work: Work, change: Change, boundary: Boundary) {
	const { scene, host } = world;
	const data = await work.prepare(trial, world);
	const known = new Set((await snapshots(host)).map(({ id }) => id));
	const { outcome, changed } = await changedMeanwhile(trial, world, work.args(world), boundary, async () => {
		const undo = await change.make(world);
		return { undo, texts: await textsOf(scene) };
	});
	const what = { command: work.command, change, outcome, known, data };
	try {
		await trial.holds('F', async () => expect(await textsOf(scene)).toEqual(changed.texts));
		await holdsMeanwhile(trial, world, what);
	} finally {
		await changed.undo();
	}
	await holdsAfterwards(trial, world, what);
	await writeFile(await preciousFile(world), world.precious);
}

async function amongChanges(trial: Trial, work: Work): Promise<void> {
	const problems: string[] = [];
	const tried = new Set<Boundary>();
	const worlds = new Map<string, World>();
	const found = changes.filter(({ during }) => during === undefined || during.includes(work.command));
	const method = dealt(methods, trial.random);
	const worldFor = async (need: WorldNeed | undefined) => {
		const key = need ?? 'any';
		const world = worlds.get(key) ?? (await makeWorld(trial, method.next().value, need));
		worlds.set(key, world);
		return world;
	};
	const drop = async (world: World) => {
		for (const [key, one] of worlds) if (one === world) worlds.delete(key);
		await disposeWorld(world);
	};
	const first = await worldFor(undefined);
	const boundaries = await boundariesOf(trial, first, work);
	await drop(first);
	const [chosenChange, chosenBoundary] = [dealt(found, trial.random), dealt(boundaries, trial.random)];
	await trial.randomly(work.trials, async () => {
		const [change, boundary] = [chosenChange.next().value, chosenBoundary.next().value];
		const only = suiteOptions.change;
		if (only !== undefined && only !== change.name) return;
		const world = await worldFor(change.needs);
		const where = `"${change.name}" at ${boundary.at} ${boundary.number} of ${work.command} (${boundary.name})`;
		trial.noteChange();
		tried.add(boundary);
		try {
			await tryChange(trial, world, work, change, boundary);
			if (change.spoilsWorld === true) await drop(world);
		} catch (error) {
			const problem = `${where}: ${error instanceof Error ? error.message : String(error)}`;
			console.error(`LOST ${problem}`);
			problems.push(problem);
			await drop(world);
		}
	});
	trial.noteLoop({ command: work.command, what: 'change', tried: tried.size, of: boundaries.length });
	for (const world of worlds.values()) await disposeWorld(world);
	if (problems.length > 0) throw new Error(`${problems.length} changes: ${problems.join('\n\n')}`);
}

const inPlace = ({ scene, app }: World) => [
	...['restore', '--stack', app.name, '--in-place', '--snapshot', [...scene.earlier.keys()][0] ?? ''],
	...['--yes', '--confirm', app.name],
];

const backups: Work = {
	command: 'backup',
	args: () => ['backup'],
	prepare: async (_, { precious }) => precious,
	trials: { short: 3, usual: 20, full: 130 },
};

const recoveries: Work = {
	command: 'recover',
	args: () => ['recover'],
	prepare: async (trial, { scene, precious }) => {
		const running = trial.start(scene, ['backup', '--json']);
		await running.waitFor(phaseEnd('down'));
		await trial.kill(running, scene, 'everything');
		return precious;
	},
	trials: { short: 2, usual: 12, full: 60 },
};

const restores: Work = {
	command: 'restore',
	args: inPlace,
	prepare: async (_, world) => {
		const data = randomBytes(2_000);
		await writeFile(await preciousFile(world), data);
		return data;
	},
	trials: { short: 2, usual: 18, full: 90 },
};

const syncs: Work = {
	command: 'sync',
	// Plain restic forgets here.
	args: () => ['sync', '--accept-foreign'],
	prepare: async (_, { host, precious }) => {
		const data = await writeData(host, `new-${randomBytes(3).toString('hex')}`, 2, 60_000);
		await backUp(host, data);
		return precious;
	},
	trials: { short: 1, usual: 10, full: 50 },
};

const limitMs = 1_200_000;

fault(
	96,
	'a changing world: somebody else changes something at steps of a backup',
	(trial) => amongChanges(trial, backups),
	limitMs,
);
fault(
	97,
	'a changing world: somebody else changes something at steps of recover',
	(trial) => amongChanges(trial, recoveries),
	limitMs,
);
fault(
	98,
	'a changing world: somebody else changes something at steps of a restore in place',
	(trial) => amongChanges(trial, restores),
	limitMs,
);
fault(
	99,
	'a changing world: somebody else changes something at steps of a sync',
	(trial) => amongChanges(trial, syncs),
	limitMs,
);
