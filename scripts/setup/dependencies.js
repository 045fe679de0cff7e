import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectNode, root } from './places.js';
import { attempt, run, SetupError } from './run.js';

const modules = join(root, 'node_modules');

/** @param {string} path */
function lockedPackages(path) {
	if (!existsSync(path)) return undefined;
	const lock = JSON.parse(readFileSync(path, 'utf8'));
	return /** @type {Record<string, { version: string, optional?: boolean }>} */ (lock.packages);
}

/** @returns {Promise<string>} the version of the project's own Node, '' when it is missing or too old */
export async function nodeVersion() {
	const { ok, stdout } = await attempt(projectNode, ['--version'], { timeoutMs: 20_000 });
	return ok && /^v(2[4-9]|[3-9]\d)\./.test(stdout) ? stdout.trim() : '';
}

/** True when node_modules holds exactly what package-lock.json says. */
export async function dependenciesInstalled() {
	const wanted = lockedPackages(join(root, 'package-lock.json')) ?? {};
	const installed = lockedPackages(join(modules, '.package-lock.json'));
	if (installed === undefined || (await nodeVersion()) === '') return false;
	return Object.entries(wanted).every(
		([path, { version, optional }]) =>
			path === '' ||
			(optional === true && installed[path] === undefined) ||
			installed[path]?.version === version,
	);
}

/**
 * `npm ci`. The npm package `node` fetches its binary in an install script; where such scripts are off it is allowed its
 * own. Uses npm's own settings for everything else, so mirrors and proxies work.
 */
export async function installDependencies() {
	if (existsSync(modules) && lstatSync(modules).isSymbolicLink())
		throw new SetupError('node_modules is a link to another checkout: run `npm ci` there.');
	await run('npm', ['ci', '--no-audit', '--no-fund', '--include=dev']);
	if ((await nodeVersion()) === '') await run('npm', ['rebuild', 'node', '--ignore-scripts=false']);
	if ((await nodeVersion()) === '')
		throw new SetupError('npm did not bring Node 24: the install script of the package `node` was not run.');
}
