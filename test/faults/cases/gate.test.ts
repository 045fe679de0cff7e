import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { dockerLines, type Outcome, run } from '../../real/rig/index.ts';
import { fault } from '../suite/fault.ts';
import type { Scene } from '../suite/scene.ts';
import type { Trial } from '../suite/trial.ts';

const containerIds = (scene: Scene) =>
	dockerLines(scene.host, ['ps', '-aq', '--no-trunc', '--filter', `name=${scene.host.name}`]);

/** A command that must end with these words and no container touched. */
async function refused(
	trial: Trial,
	scene: Scene,
	args: readonly string[],
	told: { readonly code: number; readonly words: readonly (string | RegExp)[] },
): Promise<Outcome> {
	const ids = await containerIds(scene);
	const outcome = await trial.run(scene, args);
	await trial.told(outcome, told);
	await trial.holds('A', async () => expect(await containerIds(scene)).toEqual(ids));
	return outcome;
}

fault(77, 'F12: a repository that can be read but not written', async (trial) => {
	const scene = await trial.scene();
	const { host } = scene;
	const { repository } = host;
	await run('mount', ['--bind', repository, repository]);
	await run('mount', ['-o', 'remount,ro,bind', repository]);
	const words = [/cannot be written: .*read-only/];
	const started = performance.now();
	await refused(trial, scene, ['backup'], { code: 2, words });
	await trial.holds('D', () => expect(performance.now() - started).toBeLessThan(20_000));
	await refused(trial, scene, ['check'], { code: 2, words });
	await refused(trial, scene, ['prune', '--yes'], { code: 2, words });
	const doctor = await trial.run(scene, ['doctor']);
	await trial.holds('D', () => expect(doctor.stdout).toMatch(/opens, id \w{8}; but .* cannot be written/));
	await run('umount', [repository]);
	await mkdir(join(host.directory, 'none'), { recursive: true });
	const next = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
	await trial.everything(scene);
});
