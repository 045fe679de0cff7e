import { expect } from 'vitest';
import type { Outcome } from '../../real/rig/index.ts';
import { reached, stepsOfLastRun } from './kill-points.ts';
import { sample } from './random.ts';
import type { LoopResult } from './results.ts';
import { rememberFiles, type Scene } from './scene.ts';
import { installCountingTools } from './tool-wrapper.ts';
import type { Trial } from './trial.ts';

/** A command that is put through all its steps. */
export interface Work {
	readonly scene: Scene;
	readonly command: LoopResult['command'];
	readonly args: readonly string[];
	/** Brings about what the command has to do; before each run. */
	readonly prepare: () => Promise<void>;
	/** Looks at what must hold after a kill, with whatever puts it right. `where` is for the words of a failure. */
	readonly afterKill: (where: string) => Promise<void>;
	/** The same after one external command failed. The run has ended by itself. */
	readonly afterFailure: (where: string, outcome: Outcome) => Promise<void>;
	/** Words of the output of a run that failed: the stack or the remote. */
	readonly words: readonly (string | RegExp)[];
	/** Points to be tried when not all are; half as many in the short form. */
	readonly few: number;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

function points(trial: Trial, count: number, few: number): readonly number[] {
	const all = numbers(count);
	if (trial.depth === 'full') return all;
	return sample(all, trial.depth === 'short' ? Math.ceil(few / 2) : few, trial.random);
}

/** Kills the command at its Nth step, for every N of its event file. @returns how long it takes undisturbed, ms */
export async function killAtEveryStep(trial: Trial, work: Work): Promise<number> {
	const { scene, command, args } = work;
	await work.prepare();
	const whole = await trial.run(scene, [...args, '--json']);
	await trial.holds('D', () => expect(whole.code, whole.stdout + whole.stderr).toBe(0));
	const steps = trial.isProduct ? await stepsOfLastRun(scene) : whole.stdout.split('\n').slice(0, -1);
	const chosen = points(trial, steps.length, work.few);
	for (const point of chosen) {
		await work.prepare();
		const running = trial.start(scene, [...args, '--json']);
		await reached(running, point);
		await trial.kill(running, scene, trial.random() < 0.5 ? 'program' : 'everything');
		await work.afterKill(`a kill at step ${point} of ${command} (${steps[point - 1]})`);
	}
	trial.noteLoop({ command, what: 'kill', tried: chosen.length, of: steps.length });
	return whole.ms;
}

/** Makes the Nth external command (docker, restic, rclone) of a command fail, for every N. */
export async function failEveryCommand(trial: Trial, work: Work): Promise<void> {
	const { scene, command, args } = work;
	const tools = await installCountingTools(scene);
	await work.prepare();
	await tools.failAt(0);
	await trial.run(scene, args);
	const calls = await tools.calls();
	expect(calls.length, `external commands of ${command}`).toBeGreaterThan(0);
	const chosen = points(trial, calls.length, work.few);
	for (const call of chosen) {
		await work.prepare();
		await tools.failAt(call);
		const outcome = await trial.run(scene, args);
		trial.noteFailure();
		const failed = (await tools.calls())[call - 1];
		await tools.failAt(0);
		const where = `failing call ${call} of ${command} (${failed}), exit ${outcome.code}`;
		// Whoever does not end with 0 says whose fault it is; whoever does has done everything, which `afterFailure` sees.
		if (outcome.code !== 0) await trial.told(outcome, { words: work.words });
		await work.afterFailure(where, outcome);
	}
	trial.noteLoop({ command, what: 'fail', tried: chosen.length, of: calls.length });
	await tools.remove();
	await rememberFiles(scene);
}
