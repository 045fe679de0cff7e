import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, SetupError } from '../setup/run.js';
import { programs } from './places.js';

/**
 * Restores a stack's latest snapshot and compares one file with the original, byte by byte.
 *
 * @param {import('./places.js').Places} places
 * @param {string} stack name of the stack: a tag of its snapshots
 * @param {string} original path of the file on this machine
 * @returns {Promise<string>} the path of the restored file; throws when it is missing or differs
 */
export async function restoreAndCompare(places, stack, original) {
	const target = join(places.restored, stack);
	rmSync(target, { recursive: true, force: true });
	const repository = ['-r', places.repository, '--password-file', places.passwordFile, '--no-cache'];
	await run(programs.RESTIC, [...repository, 'restore', 'latest', '--tag', stack, '--target', target]);
	const paths = readdirSync(target, { recursive: true, encoding: 'utf8' }).map((name) => join(target, name));
	const copy = paths.find((path) => path.endsWith(original));
	if (copy === undefined) throw new SetupError(`${original} is not in the snapshot of ${stack}`, 8);
	if (!readFileSync(copy).equals(readFileSync(original)))
		throw new SetupError(`${copy} differs from ${original}`, 8);
	return copy;
}
