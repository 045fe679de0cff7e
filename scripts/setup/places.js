import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Everything that is brought besides npm packages lies here, never in /usr or in a home. */
export const toolsDirectory = join(root, '.tools');
export const newTools = join(toolsDirectory, 'bin');
export const oldTools = join(toolsDirectory, 'old', 'bin');
export const debian13Tools = join(toolsDirectory, 'debian13', 'bin');
export const dockerConfig = join(toolsDirectory, 'docker-config');
export const logFile = join(toolsDirectory, 'setup.log');

/** Node 24 from the npm package `node`: what the product and its tests run on. */
export const projectNode = join(root, 'node_modules', '.bin', 'node');

/** A PATH that finds system programs even where the caller's lacks the sbin directories. */
export const systemPath = [
	process.env.PATH ?? '',
	'/usr/local/sbin',
	'/usr/sbin',
	'/sbin',
	'/usr/local/bin',
	'/usr/bin',
	'/bin',
]
	.filter((part) => part !== '')
	.join(':');

/**
 * @param {string} name of a system program
 * @returns {string} its absolute path, or '' when it is not installed
 */
export function which(name) {
	const found = systemPath
		.split(':')
		.map((directory) => join(directory, name))
		.find((path) => existsSync(path));
	return found ?? '';
}
