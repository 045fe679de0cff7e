import { existsSync, rmSync } from 'node:fs';
import { attempt, run, SetupError } from '../setup/run.js';
import { writeConfig } from './config.js';
import { program, programs } from './places.js';
import { restoreAndCompare } from './restored.js';
import { originalOf, removeStacks, runningContainers, stacksOf, startStacks } from './stacks.js';

/** @typedef {import('./places.js').Places} Places */

/**
 * Runs the product with the sample's config, its output on the terminal. Throws when it does not end with exit code 0.
 *
 * @param {Places} places
 * @param {readonly string[]} args
 */
async function product(places, args) {
	console.log(`\n     $ backup-tui --config ${places.configFile} ${args.join(' ')}\n`);
	const { code } = await attempt(program, ['--config', places.configFile, ...args], { show: true });
	if (code !== 0)
		throw new SetupError(`backup-tui ${args.join(' ')} ended with exit code ${code}`, code ?? 1);
}

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

	console.log(`\n2. A configuration, a list of stacks, a restic repository in ${places.directory}`);
	writeConfig(places, stacks);
	if (!existsSync(`${places.repository}/config`))
		await run(programs.RESTIC, ['init', '-r', places.repository, '--password-file', places.passwordFile]);

	console.log('\n3. A backup: each stack goes down for its copy only, and comes up again as it was');
	const before = await Promise.all(stacks.map(runningContainers));
	await product(places, ['backup']);
	const after = await Promise.all(stacks.map(runningContainers));
	if (String(after) !== String(before))
		throw new SetupError(`Running before the backup: ${before}; after it: ${after}`, 7);

	console.log('\n4. What is in the repository');
	await product(places, ['list-backups']);

	console.log('\n5. A file of each stack, restored and compared with the original');
	for (const stack of stacks) {
		const original = await originalOf(stack);
		console.log(`     same, byte for byte: ${await restoreAndCompare(places, stack.name, original)}`);
	}
}

/** Removes a sample and all that belongs to it. @param {Places} places */
export async function removeSample(places) {
	await removeStacks(stacksOf(places));
	rmSync(places.directory, { recursive: true, force: true });
}
