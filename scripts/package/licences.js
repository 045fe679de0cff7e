import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/places.js';

/**
 * Writes the licences of everything that was bundled into one file.
 *
 * @param {readonly string[]} packages directories, relative to the checkout
 * @param {string} directory where the file goes
 * @returns {string} the file
 */
export function writeLicences(packages, directory) {
	const file = join(directory, 'third-party-licences.txt');
	writeFileSync(file, packages.map((path) => licenceOf(join(root, path))).join('\n\n'));
	return file;
}

/** @param {string} directory of a package @returns {string} its name, version and licence text */
export function licenceOf(directory) {
	const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
	const text = readdirSync(directory)
		.filter((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry))
		.map((entry) => readFileSync(join(directory, entry), 'utf8').trim())
		.join('\n\n');
	return `== ${name} ${version} (${license})\n\n${text}`;
}
