import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { watchContainers } from './container-events.js';
import { createPlace } from './place.js';
import { bareRestart, rawBackup } from './raw-backup.js';
import { alternate, median } from './rounds.js';
import { changeData, makeStack, threeStacks } from './stacks.js';

/**
 * Incremental backups of three stacks of which 1% changed: a shell script without any check, and ours with all of them,
 * cold and with a warm pass.
 *
 * @param {import('./benches.js').Options} options
 * @returns {Promise<import('./report.js').Result[]>}
 */
export async function downtime({ rounds, small }) {
	const place = createPlace();
	const watch = watchContainers(place.stacksDir);
	try {
		/** @type {import('./stacks.js').BenchStack[]} */
		const stacks = [];
		for (const size of threeStacks(small)) stacks.push(await makeStack(place, size));
		writeFileSync(join(place.directory, 'dirlist'), stacks.map(({ name }) => `${name}=true\n`).join(''));
		const raw = await place.arm('raw');
		const cold = await place.arm('cold');
		const warm = await place.arm('warm');
		/** @param {() => Promise<import('./spawn.js').Ended>} run */
		const observed = async (run) => {
			let ended = { ms: Number.NaN, cpuMs: Number.NaN };
			const downMs = await watch.downtimeMs(async () => {
				ended = await run();
			});
			return { downMs, ms: ended.ms, cpuMs: ended.cpuMs };
		};
		const arms = {
			raw: () => observed(() => rawBackup(raw, stacks)),
			bare: () => observed(() => bareRestart(raw, stacks)),
			cold: () => observed(() => cold.run(['backup', '--warm', 'never'])),
			warm: () => observed(() => warm.run(['backup', '--warm', 'always'])),
		};
		// The first backup of each is not counted.
		for (const arm of Object.values(arms)) await arm();
		const seen = await alternate(rounds, arms, (round) => {
			for (const stack of stacks) changeData(stack, round);
		});
		/** @param {'raw' | 'bare' | 'cold' | 'warm'} arm @param {'downMs' | 'ms' | 'cpuMs'} what */
		const seconds = (arm, what) => median(seen[arm].map((one) => one[what])) / 1000;
		const unit = /** @type {const} */ ('s');
		/** @param {string} what @param {'cold' | 'warm'} arm @param {'downMs' | 'ms' | 'cpuMs'} key @param {number} goal */
		const line = (what, arm, key, goal) => ({
			what,
			ours: seconds(arm, key),
			theirs: seconds('raw', key),
			unit,
			goal,
		});
		const floor = {
			what: 'downtime of three stacks / of `down` and `up -d` with nothing between',
			ours: seconds('cold', 'downMs'),
			theirs: seconds('bare', 'downMs'),
			unit,
		};
		return [
			line('downtime of three stacks, all checks on / shell script without', 'cold', 'downMs', 0.55),
			line('the same with a warm pass', 'warm', 'downMs', 0.45),
			floor,
			line(
				'the whole incremental run, verification and retention on / shell script without',
				'cold',
				'ms',
				1.15,
			),
			line('its processor time, the process and all its children', 'cold', 'cpuMs', 1.6),
		];
	} finally {
		watch.stop();
		await place.dispose();
	}
}
