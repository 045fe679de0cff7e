import { rmSync } from 'node:fs';
import { SetupError } from '../setup/run.js';
import { writeConfig } from './config.js';
import { product } from './product.js';
import { restoreAndCompare } from './restored.js';
import { originalOf, removeStacks, runningContainers, stacksOf, startStacks } from './stacks.js';

/** @typedef {import('./places.js').Places} Places */

/**
 * The main job, on stacks of its own: two stacks come up, are backed up and listed, and a file of each comes back from its
 * snapshot as it was. Can be run again; each run adds snapshots. Throws a SetupError when anything is not as it should be.
 *
 * @param {Places} places
 */
export async function runSample(places) {
	const stacks = stacksOf(places);
	console.log(
		`\n1. Two Compose stacks in ${places.stacksDirectory}: one with a named volume, one with a bind mount`,
	);
	await startStacks(stacks);
	for (const stack of stacks) console.log(`     running: ${await runningContainers(stack)}`);

	console.log(`\n2. A configuration and a list of stacks in ${places.directory}`);
	writeConfig(places, stacks);

	console.log('\n3. A backup: each stack goes down for its copy only, and comes up again as it was');
	const before = await Promise.all(stacks.map(runningContainers));
	await product(places, ['backup', '--init']);
	const after = await Promise.all(stacks.map(runningContainers));
	if (String(after) !== String(before))
		throw new SetupError(`Running before the backup: ${before}; after it: ${after}`, 7);

	console.log('\n4. What is in the repository');
	await product(places, ['list-backups']);

	console.log('\n5. A file of each stack, restored and compared with the original');
	for (const stack of stacks) {
		const original = await originalOf(stack);
		const copy = await restoreAndCompare(places, stack.name, original);
		console.log(`\n     same, byte for byte: ${copy}`);
	}
}

/** Removes a sample and all that belongs to it. @param {Places} places */
export async function removeSample(places) {
	await removeStacks(stacksOf(places));
	rmSync(places.directory, { recursive: true, force: true });
}
