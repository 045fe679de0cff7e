import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { projectNode, root } from './places.js';
import { run } from './run.js';

/**
 * @param {string} path
 * @returns {number} the latest change in a file or tree, ms since the epoch; 0 when it is missing
 */
function newest(path) {
	if (!existsSync(path)) return 0;
	const stats = statSync(path);
	if (!stats.isDirectory()) return stats.mtimeMs;
	return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** True when dist/ is newer than everything it is made of. */
export function isBuilt() {
	const inputs = ['source', 'package.json', 'package-lock.json', 'scripts/build.js', 'scripts/build'];
	return newest(join(root, 'dist', 'cli.cjs')) > Math.max(...inputs.map((name) => newest(join(root, name))));
}

/** Builds dist/. */
export async function build() {
	await run(projectNode, [join(root, 'scripts', 'build.js')]);
}
