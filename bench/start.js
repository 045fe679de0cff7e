import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectNode } from '../scripts/setup/places.js';
import { firstFrameMs } from './first-frame.js';
import { createPlace } from './place.js';
import { alternate, median } from './rounds.js';
import { measure, program } from './spawn.js';

/**
 * From the call to the end, or to the first frame, beside Node doing nothing.
 *
 * @param {import('./benches.js').Options} options
 * @returns {Promise<import('./report.js').Result[]>}
 */
export async function start({ rounds }) {
	const place = createPlace();
	try {
		const directory = join(place.stacksDir, 'app');
		mkdirSync(directory);
		writeFileSync(join(directory, 'compose.yaml'), 'services: {app: {image: "busybox:local"}}\n');
		writeFileSync(join(place.directory, 'dirlist'), 'app=true\n');
		const arm = await place.arm('start');
		/** @param {string} file @param {readonly string[]} args */
		const wall = async (file, args) => (await measure(file, args)).ms;
		const [node, ...script] = program;
		const seen = await alternate(rounds, {
			node: () => wall(projectNode, ['-e', '0']),
			version: () => wall(node, [...script, '--version']),
			headless: () => wall(node, [...script, 'config', 'validate', '--config', arm.configFile]),
			frame: () => firstFrameMs([...program, '--config', arm.configFile]),
		});
		const theirs = median(seen.node);
		const unit = /** @type {const} */ ('ms');
		return [
			{ what: '`--version` / `node -e 0`', ours: median(seen.version), theirs, unit, goal: 1.2 },
			{
				what: 'headless start, configuration read and checked / `node -e 0`',
				ours: median(seen.headless),
				theirs,
				unit,
				goal: 2.2,
			},
			{ what: 'first UI frame / `node -e 0`', ours: median(seen.frame), theirs, unit, goal: 5 },
		];
	} finally {
		await place.dispose();
	}
}
