import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, toolsDirectory, which } from '../setup/places.js';
import { run, SetupError } from '../setup/run.js';

/**
 * Brings the Node that the executable is made of, by npm and its lock file, into `.tools`.
 *
 * @returns {Promise<{ node: string, directory: string }>} the program and its package
 */
export async function bringRuntime() {
	const place = join(toolsDirectory, 'package-runtime');
	const directory = join(place, 'node_modules', `node-linux-${process.arch}`);
	const node = join(directory, 'bin', 'node');
	const wanted = join(root, 'packaging', 'runtime');
	mkdirSync(place, { recursive: true });
	for (const name of ['package.json', 'package-lock.json', '.npmrc'])
		copyFileSync(join(wanted, name), join(place, name));
	const npm = which('npm');
	if (npm === '') throw new SetupError('npm is not installed');
	// npm knows from its own record whether anything is to be done.
	await run(npm, ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: place });
	if (!existsSync(node)) throw new SetupError(`there is no Node for linux-${process.arch} to package`);
	return { node, directory };
}
