import { statSync } from 'node:fs';
import { run } from '../setup/run.js';

/** @param {string} file @returns {Promise<string>} the packed file beside it */
export async function compress(file) {
	await run('xz', ['--keep', '--force', '--threads=0', '-6', file]);
	return `${file}.xz`;
}

/** @param {string} file @returns {string} its size in MB, to be read */
export function sizeOf(file) {
	return `${(statSync(file).size / 1e6).toFixed(1).padStart(6)} MB`;
}
