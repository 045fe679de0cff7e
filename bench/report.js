import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../scripts/setup/places.js';

/**
 * One line of the table: ours against what it is compared with, both in the same unit. Without a goal it is told to
 * understand another line.
 *
 * @typedef {{ what: string, ours: number, theirs: number, unit: 's' | 'ms' | 'MB' | '', goal?: number }} Result
 */

/** @param {Result} result @returns {number} */
export const ratioOf = ({ ours, theirs }) => ours / theirs;

/** @param {readonly Result[]} results @returns {string} a Markdown table */
export function resultsTable(results) {
	const lines = results.map((result) => {
		const { what, ours, theirs, unit, goal } = result;
		const ratio = ratioOf(result);
		const wanted =
			goal === undefined ? ' |' : `<= ${goal.toFixed(2)} | ${ratio <= goal ? 'met' : '**missed**'}`;
		return `| ${what} | ${amount(ours, unit)} | ${amount(theirs, unit)} | ${ratio.toFixed(2)} | ${wanted} |`;
	});
	return ['| ours / other | ours | other | ratio | goal | |', '|---|---:|---:|---:|---:|---|', ...lines].join(
		'\n',
	);
}

/** @param {number} value @param {Result['unit']} unit */
function amount(value, unit) {
	return `${value.toFixed(unit === 'ms' && value >= 10 ? 0 : 2)} ${unit}`.trim();
}

const begin = '<!-- results -->';
const end = '<!-- end of results -->';

/**
 * Puts the table and the machine into docs/benchmarks.md, between its marks.
 *
 * @param {readonly Result[]} results
 * @param {Readonly<Record<string, string | boolean>>} setting
 */
export function writeResults(results, setting) {
	const file = join(root, 'docs', 'benchmarks.md');
	const text = readFileSync(file, 'utf8');
	const machine = Object.entries(setting).map(([key, value]) => `- ${key}: ${value}`);
	const body = [begin, resultsTable(results), '', ...machine, end].join('\n');
	writeFileSync(
		file,
		text.replace(new RegExp(`${begin}[^]*${end}`), () => body),
	);
}
