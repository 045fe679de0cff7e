import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { watchContainers } from './container-events.js';
import { createPlace } from './place.js';
import { bareRestart, rawBackup } from './raw-backup.js';
import { alternate, median } from './rounds.js';
import { makeStack } from './stacks.js';

/**
 * The first backup of a large stack: how long it is down.
 *
 * @param {import('./benches.js').Options} options
 * @returns {Promise<import('./report.js').Result[]>}
 */
export async function firstBackup({ rounds, small }) {
	const place = createPlace();
	const watch = watchContainers(place.stacksDir);
	try {
		const stack = await makeStack(place, { name: 'large', files: small ? 10 : 100, fileBytes: 1e7 });
		writeFileSync(join(place.directory, 'dirlist'), `${stack.name}=true\n`);
		let number = 0;
		/** @param {(arm: import('./place.js').Arm) => Promise<unknown>} run into a repository that is empty */
		const fresh = async (run) => {
			number += 1;
			const arm = await place.arm(`first-${number}`);
			const downMs = await watch.downtimeMs(async () => {
				await run(arm);
			});
			rmSync(arm.repository, { recursive: true });
			return downMs;
		};
		const seen = await alternate(rounds, {
			raw: () => fresh((arm) => rawBackup(arm, [stack])),
			bare: () => fresh((arm) => bareRestart(arm, [stack])),
			ours: () => fresh((arm) => arm.run(['backup', '--warm', 'always'])),
		});
		const what = `the first backup of ${small ? '100 MB' : '1 GB'}, warm, downtime`;
		const ours = median(seen.ours) / 1000;
		return [
			{ what: `${what} / shell script`, ours, theirs: median(seen.raw) / 1000, unit: 's', goal: 0.1 },
			{
				what: `${what} / of \`down\` and \`up -d\` with nothing between`,
				ours,
				theirs: median(seen.bare) / 1000,
				unit: 's',
			},
		];
	} finally {
		watch.stop();
		await place.dispose();
	}
}
