import { projectNode } from '../scripts/setup/places.js';
import { alternate, median } from './rounds.js';
import { measure } from './spawn.js';

const reporter = new URL('report-memory.js', import.meta.url).pathname;
const reader = new URL('read-progress.js', import.meta.url).pathname;

/**
 * Peak memory while restic tells its progress a thousand and ten million times.
 *
 * @param {import('./benches.js').Options} options
 * @returns {Promise<import('./report.js').Result[]>}
 */
export async function progress({ rounds, small }) {
	const [few, many] = [1e3, small ? 1e6 : 1e7];
	/** @param {number} messages @returns {Promise<number>} in MB */
	const peak = async (messages) => {
		const { stderr } = await measure(projectNode, ['--require', reporter, reader, String(messages)]);
		return Number(/peak (\d+) KiB/.exec(stderr)?.[1]) / 1000;
	};
	const seen = await alternate(rounds, { few: () => peak(few), many: () => peak(many) });
	const what = `peak memory, ${many.toExponential()} progress messages / 1e+3`;
	return [{ what, ours: median(seen.many), theirs: median(seen.few), unit: 'MB', goal: 1.1 }];
}
