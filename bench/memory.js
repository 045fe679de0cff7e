import { projectNode } from '../scripts/setup/places.js';
import { createPlace } from './place.js';
import { alternate, median } from './rounds.js';
import { measure, program } from './spawn.js';
import { stoppedStacks } from './stopped-stacks.js';

const reporter = new URL('report-memory.js', import.meta.url).pathname;

/**
 * Peak memory of our own process in a headless backup, and of `status` with 10 and with 1,000 stacks.
 *
 * @param {import('./benches.js').Options} options
 * @returns {Promise<import('./report.js').Result[]>}
 */
export async function memory({ rounds, small }) {
	const many = small ? 200 : 1000;
	const places = { few: createPlace(), many: createPlace() };
	try {
		await stoppedStacks(places.few, 0, 10);
		await stoppedStacks(places.many, 0, many, false);
		const [few, all] = [await places.few.arm('arm'), await places.many.arm('arm')];
		/** @param {readonly string[]} args of Node @returns {Promise<number>} in MB */
		const peak = async (args) => {
			const { stderr } = await measure(projectNode, ['--require', reporter, ...args]);
			return Number(/peak (\d+) KiB/.exec(stderr)?.[1]) / 1000;
		};
		/** @param {import('./place.js').Arm} arm @param {string[]} args */
		const ours = (arm, ...args) =>
			peak([...program.slice(1), ...args, '--no-input', '--config', arm.configFile]);
		const seen = await alternate(rounds, {
			node: () => peak(['-e', '0']),
			backup: () => ours(few, 'backup'),
			few: () => ours(few, 'status', '--json'),
			many: () => ours(all, 'status', '--json'),
		});
		const unit = /** @type {const} */ ('MB');
		const node = median(seen.node);
		return [
			{
				what: 'peak memory of ours, a headless backup / `node -e 0`',
				ours: median(seen.backup),
				theirs: node,
				unit,
				goal: 1.6,
			},
			{
				what: `peak memory of \`status\` with ${many} stacks / with 10`,
				ours: median(seen.many),
				theirs: median(seen.few),
				unit,
				goal: 1.1,
			},
		];
	} finally {
		await places.few.dispose();
		await places.many.dispose();
	}
}
