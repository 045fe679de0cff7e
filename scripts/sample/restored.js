import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../setup/run.js';
import { product } from './product.js';

/**
 * Restores one file of a stack's latest snapshot and compares it with the original, byte by byte.
 *
 * @param {import('./places.js').Places} places
 * @param {string} stack
 * @param {string} original path of the file on this machine
 * @returns {Promise<string>} the path of the restored file; throws when it is missing or differs
 */
export async function restoreAndCompare(places, stack, original) {
	const target = join(places.restored, stack);
	rmSync(target, { recursive: true, force: true });
	await product(places, ['restore', '--stack', stack, '--include', original, '--target', target]);
	const copy = join(target, original);
	if (!existsSync(copy)) throw new SetupError(`${original} was not restored`, 8);
	if (!readFileSync(copy).equals(readFileSync(original)))
		throw new SetupError(`${copy} differs from ${original}`, 8);
	return copy;
}
