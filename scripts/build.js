// Bundles source/ into dist/ with production React.
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundle } from './build/bundle.js';
import { root } from './setup/places.js';

const dist = join(root, 'dist');
const keepDays = 7;

/**
 * Replaces dist/ file by file, chunks before the entry that names them. A backup that runs from this directory may still
 * load a chunk of the build it started with, so older ones stay for some days.
 *
 * @param {readonly { path: string, text: string }[]} files
 */
function replace(files) {
	mkdirSync(dist, { recursive: true });
	const entryLast = [...files].sort(
		(a, b) => Number(a.path.endsWith('/cli.cjs')) - Number(b.path.endsWith('/cli.cjs')),
	);
	for (const { path, text } of entryLast) {
		writeFileSync(`${path}.${process.pid}`, text);
		renameSync(`${path}.${process.pid}`, path);
	}
	const current = new Set(files.map(({ path }) => basename(path)));
	const limit = Date.now() - keepDays * 86_400_000;
	for (const name of readdirSync(dist).filter((entry) => !current.has(entry)))
		if (statSync(join(dist, name)).mtimeMs < limit) rmSync(join(dist, name), { recursive: true });
}

try {
	replace(await bundle(dist));
} catch (error) {
	// esbuild has printed what is wrong, with the place; its stack trace adds nothing.
	if (!(error instanceof Error) || !('errors' in error)) throw error;
	process.exitCode = 1;
}
