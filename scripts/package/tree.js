import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join, relative } from 'node:path';

/** @param {string} tree @returns {string[]} all files below it, sorted, relative */
export function filesBelow(tree) {
	return readdirSync(tree, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => relative(tree, join(entry.parentPath, entry.name)))
		.sort();
}

/** @param {string} tree @param {readonly string[]} files @returns {string} as `md5sum` prints it: what dpkg verifies by */
export function md5sums(tree, files) {
	const hash = (/** @type {string} */ path) =>
		createHash('md5')
			.update(readFileSync(join(tree, path)))
			.digest('hex');
	return files.map((path) => `${hash(path)}  ${path}\n`).join('');
}

/** @param {string} tree @returns {number} what its files take, in KiB, each rounded up, as dpkg-gencontrol counts */
export function sizeInKiB(tree) {
	return filesBelow(tree).reduce((sum, path) => sum + Math.ceil(statSync(join(tree, path)).size / 1024), 0);
}

/** Gives everything below a directory one time. @param {string} tree @param {number} epoch in seconds */
export function stampTree(tree, epoch) {
	for (const path of readdirSync(tree, { recursive: true, encoding: 'utf8' }).sort().reverse())
		utimesSync(join(tree, path), epoch, epoch);
	utimesSync(tree, epoch, epoch);
}
