import { expect } from 'vitest';
import { dockerLines, type Outcome } from '../../real/rig/index.ts';
import type { Scene } from './scene.ts';
import type { Trial } from './trial.ts';

/** Full ids of all containers of a scene, also of those that do not run. */
export const containerIds = (scene: Scene): Promise<readonly string[]> =>
	dockerLines(scene.host, ['ps', '-aq', '--no-trunc', '--filter', `name=${scene.host.name}`]);

/** A command that must end with these words and no container touched. */
export async function refused(
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
