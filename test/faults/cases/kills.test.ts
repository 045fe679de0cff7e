import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { inventory, type Outcome, snapshots } from '../../real/rig/index.ts';
import { failEveryCommand, killAtEveryStep, type Work } from '../suite/every-step.ts';
import { fault } from '../suite/fault.ts';
import { earlierSnapshotsRestore, stacksAreAsBefore } from '../suite/holds.ts';
import { phaseEnd } from '../suite/kill-points.ts';
import { restoredFiles, type Scene } from '../suite/scene.ts';
import type { Trial } from '../suite/trial.ts';

/** What holds after each single kill and the `recover` after it; the rest is looked at after all of them. */
async function recovers(trial: Trial, scene: Scene, where: string): Promise<void> {
	const isDown = !isDeepStrictEqual(await inventory(scene.host), scene.before);
	const recovered = await trial.recover(scene);
	const text = `recover after ${where}: ${recovered.stdout}${recovered.stderr}`;
	await trial.holds('A', async () => {
		expect(recovered.code, text).toBe(0);
		await stacksAreAsBefore(scene);
	});
	await trial.holds('B', () => earlierSnapshotsRestore(scene));
	if (isDown && trial.isProduct) await trial.holds('D', () => expect(text).toContain(scene.app.name));
}

/** After exit 0 there is a new snapshot, and what it restores to is what is there. */
async function newestRestores(
	trial: Trial,
	scene: Scene,
	known: ReadonlySet<string>,
	where: string,
): Promise<void> {
	await trial.holds('D', async () => {
		const { id = '' } = (await snapshots(scene.host)).at(-1) ?? {};
		expect(known, `${where}: no new snapshot`).not.toContain(id);
		const [older = {}] = scene.earlier.values();
		const files = await restoredFiles(scene.host, id);
		const data = Object.entries(older).filter(([path]) => !path.includes('.backup-tui/'));
		expect(files, where).toMatchObject(Object.fromEntries(data));
	});
}

/** @returns how long a backup takes undisturbed, ms */
async function backups(trial: Trial, scene: Scene): Promise<number> {
	let known: ReadonlySet<string> = new Set();
	const work: Work = {
		scene,
		command: 'backup',
		args: ['backup'],
		few: 7,
		words: [new RegExp(`${scene.app.name}|restic|[Dd]ocker`)],
		prepare: async () => {
			known = new Set((await snapshots(scene.host)).map(({ id }) => id));
		},
		afterKill: (where) => recovers(trial, scene, where),
		afterFailure: async (where, { code, stdout }: Outcome) => {
			if (code === 7) await recovers(trial, scene, where);
			if (code === 0) await newestRestores(trial, scene, known, where);
			await trial.holds('A', async () => {
				try {
					await stacksAreAsBefore(scene);
				} catch (error) {
					throw new Error(`${where}: ${stdout}\n${String(error)}`);
				}
			});
			await trial.holds('B', () => earlierSnapshotsRestore(scene));
		},
	};
	const whole = await killAtEveryStep(trial, work);
	if (trial.isProduct) await failEveryCommand(trial, { ...work, few: 4 });
	return whole;
}

/** @param whole how long a backup takes undisturbed, ms */
async function killedAtRandom(trial: Trial, scene: Scene, whole: number): Promise<void> {
	await trial.randomly({ short: 1, usual: 2, full: 200 }, async () => {
		const ms = Math.floor(trial.random() * whole);
		const running = trial.start(scene, ['backup', '--json']);
		await delay(ms);
		await trial.kill(running, scene, 'everything');
		await recovers(trial, scene, `a kill after ${ms} ms of backup`);
	});
}

async function recoveries(trial: Trial, scene: Scene): Promise<void> {
	const work: Work = {
		scene,
		command: 'recover',
		args: ['recover'],
		few: 2,
		words: [new RegExp(`${scene.app.name}|restic|[Dd]ocker`)],
		prepare: async () => {
			const running = trial.start(scene, ['backup', '--json']);
			await running.waitFor(phaseEnd('down'));
			await trial.kill(running, scene, 'everything');
		},
		afterKill: (where) => recovers(trial, scene, where),
		afterFailure: (where) => recovers(trial, scene, where),
	};
	await killAtEveryStep(trial, work);
	await failEveryCommand(trial, work);
}

fault(
	1,
	'kill -9 at every step boundary of backup and recover; every external command fails once',
	async (trial) => {
		const scene = await trial.scene();
		const whole = await backups(trial, scene);
		if (trial.isProduct) await recoveries(trial, scene);
		await killedAtRandom(trial, scene, whole);
		const next = await trial.run(scene, ['backup']);
		await trial.holds('A', () => expect(next.code, next.stdout + next.stderr).toBe(0));
		await trial.everything(scene);
	},
	600_000,
);
