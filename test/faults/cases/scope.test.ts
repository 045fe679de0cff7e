import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { dockerLines, fillDisk, smallDisk, snapshots } from '../../real/rig/index.ts';
import { fault } from '../suite/fault.ts';
import { phaseEnd, phaseStart } from '../suite/kill-points.ts';
import type { Scene } from '../suite/scene.ts';

const containerIds = (scene: Scene) =>
	dockerLines(scene.host, ['ps', '-aq', '--no-trunc', '--filter', `name=${scene.host.name}`]);

fault(
	41,
	'T16: the run directory is removed during a backup, whose process is stopped by a signal: no second run on its stack, and it is told',
	async (trial) => {
		const scene = await trial.scene();
		const { host, app } = scene;
		const running = trial.start(scene, ['backup', '--json']);
		await running.waitFor(phaseEnd('down'));
		running.kill('SIGSTOP');
		await rm(host.runDir, { recursive: true, force: true });
		const ids = await containerIds(scene);
		const words = [app.name, `kill -CONT ${running.pid}`, /since \d{4}-/];
		for (const args of [
			['backup'],
			['restore', '--stack', app.name, '--in-place', '--yes', '--confirm', app.name],
		])
			await trial.told(await trial.run(scene, args), { code: 75, words });
		await trial.holds('A', async () => expect(await containerIds(scene)).toEqual(ids));
		await trial.told(await trial.run(scene, ['recover']), { code: 7, words });
		const { stdout } = await trial.run(scene, ['status']);
		await trial.holds('D', () => {
			for (const word of words) expect(stdout).toMatch(word);
			expect(stdout).not.toContain('all right');
		});
		running.kill('SIGCONT');
		const { code, stdout: output } = await running.done;
		await trial.holds('D', () => expect(code, output).toBe(0));
		const next = await trial.run(scene, ['backup']);
		await trial.holds('A', () => expect(next.code, next.stdout + next.stderr).toBe(0));
		await trial.everything(scene);
	},
);

fault(
	42,
	'the run directory is removed between two stacks of a backup: whoever took the lock meanwhile keeps it',
	async (trial) => {
		const scene = await trial.scene();
		const { host } = scene;
		const running = trial.start(scene, ['backup', '--json']);
		await running.waitFor(phaseStart('copy'));
		await rm(host.runDir, { recursive: true, force: true });
		await mkdir(host.runDir, { mode: 0o700 });
		const outcome = await running.done;
		await trial.holds('D', () => expect(outcome.code, outcome.stdout).toBe(0));
		await trial.everything(scene);
	},
);

fault(
	43,
	'T17: the journal directory is removed while a stack is down: the stack comes up and is told as what it is',
	async (trial) => {
		const scene = await trial.scene();
		const journal = join(scene.host.stateDir, 'journal');
		const running = trial.start(scene, ['backup', '--json']);
		await running.waitFor(phaseEnd('down'));
		await trial.holds('A', async () => expect(await readdir(journal)).toHaveLength(1));
		await rm(journal, { recursive: true });
		const outcome = await running.done;
		await trial.holds('D', () => {
			expect(outcome.code, outcome.stdout).toBe(0);
			expect(existsSync(journal)).toBe(false);
		});
		await trial.everything(scene);
	},
);
