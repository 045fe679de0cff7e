import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * Writes SHA256SUMS, to be verified with `sha256sum -c`.
 *
 * @param {string} directory
 * @param {readonly string[]} files in it
 * @returns {string} the text
 */
export function writeChecksums(directory, files) {
	const line = (/** @type {string} */ file) =>
		`${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${basename(file)}`;
	const text = `${files.map(line).sort().join('\n')}\n`;
	writeFileSync(join(directory, 'SHA256SUMS'), text);
	return text.trimEnd();
}
