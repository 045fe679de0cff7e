import { randomFillSync } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './spawn.js';

/** @typedef {{ name: string, directory: string, files: number, fileBytes: number }} BenchStack */

const image = 'busybox:local';
const sleeper = `["sh", "-c", "trap 'exit 0' TERM; sleep 1000000 & wait"]`;

/** The three stacks of the comparison: 20 MB; 200 MB in 10,000 files; 1 GB. @param {boolean} small a tenth of it */
export const threeStacks = (small) => [
	{ name: 'small', files: 20, fileBytes: small ? 1e5 : 1e6 },
	{ name: 'many', files: small ? 1000 : 10_000, fileBytes: 20_000 },
	{ name: 'large', files: small ? 10 : 100, fileBytes: 1e7 },
];

/**
 * Writes a stack of one service with its data bound into it, and starts it.
 *
 * @param {import('./place.js').Place} place
 * @param {{ name: string, files: number, fileBytes: number }} size
 * @returns {Promise<BenchStack>}
 */
export async function makeStack(place, { name, files, fileBytes }) {
	const base = `${place.directory.split('-').at(-1)?.toLowerCase()}-${name}`;
	const directory = join(place.stacksDir, base);
	const service = `    image: ${image}\n    command: ${sleeper}\n    volumes: ["./data:/data"]\n`;
	mkdirSync(join(directory, 'data'), { recursive: true });
	writeFileSync(join(directory, 'compose.yaml'), `services:\n  app:\n${service}`);
	const stack = { name: base, directory, files, fileBytes };
	const bytes = Buffer.allocUnsafe(fileBytes);
	for (let index = 0; index < files; index++) writeFileSync(dataFile(stack, index), randomFillSync(bytes));
	await measure('docker', ['compose', 'up', '-d', '--quiet-pull'], { cwd: directory });
	return stack;
}

/** Changes about 1% of the data: of many files one in a hundred, of few a stretch of one. @param {BenchStack} stack @param {number} round */
export function changeData(stack, round) {
	const { files, fileBytes } = stack;
	const changed = Math.max(1, Math.round(files / 100));
	const bytes = randomFillSync(Buffer.allocUnsafe(Math.round((files * fileBytes) / 100 / changed)));
	for (let index = 0; index < changed; index++) {
		const descriptor = openSync(dataFile(stack, (round * changed + index) % files), 'r+');
		writeSync(descriptor, bytes, 0, Math.min(bytes.length, fileBytes), 0);
		closeSync(descriptor);
	}
}

/** @param {BenchStack} stack @param {number} index */
function dataFile({ directory }, index) {
	const folder = join(directory, 'data', String(Math.floor(index / 500)));
	mkdirSync(folder, { recursive: true });
	return join(folder, `${index}.bin`);
}
