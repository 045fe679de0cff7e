import { createPlace } from './place.js';
import { alternate, median } from './rounds.js';
import { stoppedStacks } from './stopped-stacks.js';

/**
 * A backup of 20 stopped stacks and one of 200: the time a stack costs should not grow with their number.
 *
 * @param {import('./benches.js').Options} options
 * @returns {Promise<import('./report.js').Result[]>}
 */
export async function manyStacks({ rounds, small }) {
	const [few, many] = small ? [5, 20] : [20, 200];
	const places = { few: createPlace(), many: createPlace() };
	try {
		await stoppedStacks(places.few, 0, few);
		await stoppedStacks(places.many, 0, many);
		const arms = { few: await places.few.arm('arm'), many: await places.many.arm('arm') };
		/** @param {import('./place.js').Arm} arm @param {number} count */
		const perStack = async (arm, count) => (await arm.run(['backup'])).ms / count;
		const run = { few: () => perStack(arms.few, few), many: () => perStack(arms.many, many) };
		await run.few();
		await run.many();
		const seen = await alternate(rounds, run);
		const what = `${many} stacks / ${few}, time per stack`;
		return [{ what, ours: median(seen.many), theirs: median(seen.few), unit: 'ms', goal: 1.1 }];
	} finally {
		await places.few.dispose();
		await places.many.dispose();
	}
}
