import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
	compose,
	composeYaml,
	inventory,
	type RunningCli,
	restic,
	sleeper,
	snapshots,
	stack,
	writeDirlist,
} from '../../real/rig/index.ts';
import { fingerprint } from '../../real/sync-rig/trees.ts';
import { stacksAreAsBefore } from '../suite/holds.ts';
import { isWanted, suiteOptions } from '../suite/options.ts';
import { type SoakResult, writeResult } from '../suite/results.ts';
import { rememberFiles, restoredFiles, type Scene } from '../suite/scene.ts';
import { type CountingTools, installCountingTools } from '../suite/tool-wrapper.ts';
import { Trial } from '../suite/trial.ts';

const { soakRounds: rounds, soakMinutes, resultsDirectory } = suiteOptions;

interface Peak {
	/** Peak resident memory of the program, KiB. */
	memory: number;
	descriptors: number;
}

/** Looks at a running program until it ends. */
async function watchPeak(running: RunningCli): Promise<Peak> {
	const peak = { memory: 0, descriptors: 0 };
	while (running.child.exitCode === null && running.child.signalCode === null) {
		const status = await readFile(`/proc/${running.pid}/status`, 'utf8').catch(() => '');
		const descriptors = await readdir(`/proc/${running.pid}/fd`).catch(() => []);
		peak.memory = Math.max(peak.memory, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
		peak.descriptors = Math.max(peak.descriptors, descriptors.length);
		await delay(100);
	}
	return peak;
}

const median = (values: readonly number[]) =>
	values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** @returns the medians of the first and of the second half */
function halves(values: readonly number[]): readonly [number, number] {
	const half = Math.floor(values.length / 2);
	return [median(values.slice(0, half)), median(values.slice(half))];
}

/** Medians of fewer than this many runs say nothing. */
const enough = 10;

function expectFlat([before, after]: readonly [number, number], what: string): void {
	expect(after, what).toBeLessThanOrEqual(before * 1.1 + 4);
}

async function threeStacks(trial: Trial): Promise<Scene> {
	const scene = await trial.scene();
	const others = await Promise.all(
		['b', 'c'].map((name) =>
			stack(scene.host, name, composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data'])),
		),
	);
	for (const one of others) await compose(one, ['up', '-d']);
	await writeDirlist(scene.host, Object.fromEntries([scene.app, ...others].map(({ name }) => [name, true])));
	scene.before = await inventory(scene.host);
	await rememberFiles(scene);
	return scene;
}

/** Something new for each backup. @returns how it is seen in a restored snapshot */
async function writeDiary(scene: Scene, day: number): Promise<string> {
	await writeFile(join(scene.app.directory, 'diary'), `day ${day}\n`.repeat(2_000));
	return fingerprint(scene.app.directory).diary ?? '';
}

type Disturbance = 'none' | 'kill' | 'signal' | 'failure';

/** One backup, in half of the cases with a fault somewhere in it, and `recover` after it. */
async function round(trial: Trial, scene: Scene, tools: CountingTools) {
	const chances = ['kill', 'signal', 'failure', 'none', 'none', 'none'] as const;
	const disturbance: Disturbance = chances[Math.floor(trial.random() * chances.length)] ?? 'none';
	await tools.failAt(disturbance === 'failure' ? 1 + Math.floor(trial.random() * 20) : 0);
	const running = trial.start(scene, ['backup', '--json']);
	const watch = watchPeak(running);
	if (disturbance === 'kill' || disturbance === 'signal') {
		await delay(trial.random() * 8_000);
		if (disturbance === 'kill') await trial.kill(running, scene, 'everything');
		else running.kill('SIGTERM');
	}
	const outcome = await running.done;
	const peak = await watch;
	await tools.failAt(0);
	if (disturbance === 'none') expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
	const recovered = await trial.recover(scene);
	expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0);
	await stacksAreAsBefore(scene);
	return { disturbance, peak };
}

test.runIf(isWanted('soak'))(
	`${rounds} backups of three stacks in a row, with faults at random`,
	async () => {
		const started = performance.now();
		const trial = new Trial(500);
		const scene = await threeStacks(trial);
		const tools = await installCountingTools(scene);
		const done: Awaited<ReturnType<typeof round>>[] = [];
		const diaries: string[] = [];
		const end = started + soakMinutes * 60_000;
		let kept = 0;
		const note = async (problem?: unknown) => {
			const count = (what: Disturbance) => done.filter(({ disturbance }) => disturbance === what).length;
			const quiet = done.filter(({ disturbance }) => disturbance === 'none').map(({ peak }) => peak);
			const result: SoakResult = {
				part: 'soak',
				rounds: done.length,
				of: rounds,
				kills: count('kill'),
				signals: count('signal'),
				failures: count('failure'),
				snapshots: kept,
				memory: halves(quiet.map(({ memory }) => memory)),
				descriptors: halves(quiet.map(({ descriptors }) => descriptors)),
				ms: Math.round(performance.now() - started),
				...(problem === undefined ? {} : { problem: String(problem).slice(0, 2000) }),
			};
			if (resultsDirectory !== undefined) await writeResult(resultsDirectory, result);
			return result;
		};
		try {
			while (done.length < rounds && performance.now() < end) {
				diaries.push(await writeDiary(scene, done.length));
				done.push(await round(trial, scene, tools));
			}
			const last = await trial.run(scene, ['backup']);
			expect(last.code, last.stdout + last.stderr).toBe(0);
			for (const { id } of await snapshots(scene.host)) {
				const files = Object.entries(await restoredFiles(scene.host, id));
				expect(files.length).toBeGreaterThan(0);
				for (const [path, content] of files) if (path.endsWith('/diary')) expect(diaries).toContain(content);
				kept += 1;
			}
			await restic(scene.host, ['check', '--read-data']);
			await trial.everything(scene);
			const result = await note();
			if (done.filter(({ disturbance }) => disturbance === 'none').length >= 2 * enough) {
				expectFlat(result.memory, 'peak memory, KiB');
				expectFlat(result.descriptors, 'file descriptors');
			}
		} catch (error) {
			await note(error);
			throw error;
		}
	},
	13 * 3_600_000,
);
