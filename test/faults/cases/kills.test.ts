import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { fault } from '../suite/fault.ts';
import { earlierSnapshotsRestore, stacksAreAsBefore } from '../suite/holds.ts';
import { phaseEnd, reached, stepsOfLastRun } from '../suite/kill-points.ts';
import { sample } from '../suite/random.ts';
import type { Scene } from '../suite/scene.ts';
import { installCountingTools } from '../suite/tool-wrapper.ts';
import type { Trial } from '../suite/trial.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** What holds after each single kill and the `recover` after it; the rest is looked at after all of them. */
async function recovers(trial: Trial, scene: Scene, where: string): Promise<void> {
	const recovered = await trial.recover(scene);
	await trial.holds('A', async () => {
		expect(recovered.code, `recover after a kill at ${where}: ${recovered.stdout}${recovered.stderr}`).toBe(
			0,
		);
		await stacksAreAsBefore(scene);
	});
	await trial.holds('B', () => earlierSnapshotsRestore(scene));
}

async function killedBackups(trial: Trial, scene: Scene): Promise<void> {
	const whole = await trial.run(scene, ['backup', '--json']);
	const steps = trial.isProduct ? await stepsOfLastRun(scene) : whole.stdout.split('\n').slice(0, -1);
	const points = trial.full ? numbers(steps.length) : sample(numbers(steps.length), 7, trial.random);
	for (const round of numbers(trial.full ? 3 : 1))
		for (const point of points) {
			const running = trial.start(scene, ['backup', '--json']);
			await reached(running, point);
			await trial.kill(running, scene, trial.random() < 0.5 ? 'everything' : 'program');
			await recovers(trial, scene, `step ${point} (${steps[point - 1]}), round ${round}`);
		}
	for (const _ of numbers(trial.full ? 60 : 2)) {
		const ms = Math.floor(trial.random() * whole.ms);
		const running = trial.start(scene, ['backup', '--json']);
		await delay(ms);
		await trial.kill(running, scene, 'everything');
		await recovers(trial, scene, `${ms} ms`);
	}
}

async function killedRecoveries(trial: Trial, scene: Scene): Promise<void> {
	const leaveDown = async () => {
		const running = trial.start(scene, ['backup', '--json']);
		await running.waitFor(phaseEnd('down'));
		await trial.kill(running, scene, 'everything');
	};
	await leaveDown();
	await trial.recover(scene);
	const steps = await stepsOfLastRun(scene);
	for (const point of trial.full ? numbers(steps.length) : sample(numbers(steps.length), 2, trial.random)) {
		await leaveDown();
		const running = trial.start(scene, ['recover', '--json']);
		await reached(running, point);
		await trial.kill(running, scene, 'everything');
		await recovers(trial, scene, `step ${point} (${steps[point - 1]}) of recover`);
	}
}

/** Every external command of a backup fails once. The run may take it (exit 0) or fail; the stack may not stay down. */
async function failedCommands(trial: Trial, scene: Scene): Promise<void> {
	const tools = await installCountingTools(scene);
	await trial.run(scene, ['backup']);
	const calls = await tools.calls();
	expect(calls.length).toBeGreaterThan(3);
	for (const call of trial.full ? numbers(calls.length) : sample(numbers(calls.length), 4, trial.random)) {
		await tools.failAt(call);
		const outcome = await trial.run(scene, ['backup']);
		trial.noteFailure();
		await tools.failAt(0);
		const where = `failing call ${call} (${calls[call - 1]})`;
		if (outcome.code === 7) await recovers(trial, scene, where);
		await trial.holds('A', async () => {
			try {
				await stacksAreAsBefore(scene);
			} catch (error) {
				throw new Error(`${where}, exit ${outcome.code}: ${outcome.stdout}\n${String(error)}`);
			}
		});
		await trial.holds('B', () => earlierSnapshotsRestore(scene));
	}
}

fault(
	1,
	'kill -9 at every step boundary; every external command fails once',
	async (trial) => {
		const scene = await trial.scene();
		await killedBackups(trial, scene);
		if (trial.isProduct) {
			await killedRecoveries(trial, scene);
			await failedCommands(trial, scene);
		}
		const next = await trial.run(scene, ['backup']);
		await trial.holds('A', () => expect(next.code, next.stdout + next.stderr).toBe(0));
		await trial.everything(scene);
	},
	600_000,
);
