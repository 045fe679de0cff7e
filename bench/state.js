import { join } from 'node:path';
import { which } from '../scripts/setup/places.js';
import { createProcessRunner } from '../source/process/run.ts';
import { connectEngine } from '../source/stacks/connect-engine.ts';
import { readDirlist } from '../source/stacks/dirlist-file.ts';
import { discoverStacks } from '../source/stacks/discover.ts';
import { readStates } from '../source/stacks/read-states.ts';
import { createPlace } from './place.js';
import { alternate, median } from './rounds.js';
import { environment, measure } from './spawn.js';
import { stoppedStacks } from './stopped-stacks.js';

/**
 * The state of 50 stacks, as the UI asks for it every second, beside one `docker ps`.
 *
 * @param {import('./benches.js').Options} options
 * @returns {Promise<import('./report.js').Result[]>}
 */
export async function state({ rounds }) {
	const place = createPlace();
	try {
		await stoppedStacks(place, 0, 50);
		const dirlist = await readDirlist(join(place.directory, 'dirlist'));
		const { stacks } = await discoverStacks({ stacksDir: place.stacksDir, dirlist, environment });
		const runner = createProcessRunner({ cookie: `bench-${process.pid}` });
		const engine = await connectEngine({ runner, dockerFile: which('docker'), env: environment });
		const ours = async () => {
			const started = performance.now();
			const { states } = await readStates(engine, stacks);
			const ms = performance.now() - started;
			const known = [...states.values()].filter((one) => one.state === 'stopped').length;
			if (known !== 50) throw new Error(`the state of ${known} of 50 stacks is right`);
			return ms;
		};
		await ours();
		const seen = await alternate(rounds, {
			ours,
			ps: async () => (await measure('docker', ['ps', '-a'])).ms,
		});
		const what = 'the state of 50 stacks / one `docker ps`';
		return [{ what, ours: median(seen.ours), theirs: median(seen.ps), unit: 'ms', goal: 0.3 }];
	} finally {
		await place.dispose();
	}
}
