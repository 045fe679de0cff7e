import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { snapshots } from '../../real/rig/index.ts';
import { stepsOfLastRun } from './kill-points.ts';
import { type Depth, suiteOptions } from './options.ts';
import type { Trial } from './trial.ts';
import {
	type Boundary,
	changedMeanwhile,
	disposeWorld,
	makeWorld,
	preciousFile,
	type World,
	type WorldCommand,
	type WorldNeed,
} from './world.ts';
import { type Change, changes } from './world-changes.ts';
import { holdsAfterwards, holdsMeanwhile, textsOf } from './world-holds.ts';

/** A command among changes made by others. */
export interface AmongChanges {
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
async function boundariesOf(trial: Trial, world: World, work: AmongChanges): Promise<readonly Boundary[]> {
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

/** One change at one boundary, and what must hold. @returns what the run ended with */
async function tryChange(trial: Trial, world: World, work: AmongChanges, change: Change, boundary: Boundary) {
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
	return outcome.code;
}

/** Tries one change after the other at the boundaries of a command, by the seed. What is lost is told at the end, of all. */
export async function amongChanges(trial: Trial, work: AmongChanges): Promise<void> {
	const problems: string[] = [];
	const tried = new Set<Boundary>();
	const worlds = new Map<string, World>();
	const only = suiteOptions.change;
	const found = changes.filter(({ name }) => only === undefined || only === name);
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
	const boundaries = await boundariesOf(trial, await worldFor(undefined), work);
	const [chosenChange, chosenBoundary] = [dealt(found, trial.random), dealt(boundaries, trial.random)];
	await trial.randomly(work.trials, async () => {
		const [change, boundary] = [chosenChange.next().value, chosenBoundary.next().value];
		const world = await worldFor(change.needs);
		const where = `"${change.name}" at ${boundary.at} ${boundary.number} of ${work.command} (${boundary.name}), METHOD=${world.method}`;
		trial.noteChange();
		tried.add(boundary);
		try {
			const code = await tryChange(trial, world, work, change, boundary);
			if (trial.depth !== 'short') console.log(`held ${where}: exit ${code}`);
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
