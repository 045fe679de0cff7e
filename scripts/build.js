// Bundles source/ into dist/ as split ES modules with production React, so that a headless start loads no UI code.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const keepDays = 7;

/**
 * meow reads the package.json of its caller with a normaliser that is half of its start-up time. It is handed `pkg` here and
 * never looks, so the normaliser stays out of the bundle.
 *
 * @type {import('esbuild').Plugin}
 */
const withoutPackageLookup = {
	name: 'without-package-lookup',
	setup: (setup) => {
		setup.onLoad({ filter: /meow\/build\/dependencies\.js$/ }, ({ path }) => {
			const text = readFileSync(path, 'utf8');
			const contents = text
				.replace(/^var normalizeExports = .*$/m, '')
				.replace(/^const normalizePackageData = .*$/m, 'const normalizePackageData = () => {};')
				.replace(/^promisify\(execFile\);$/m, '');
			return { contents };
		});
	},
};

/** @returns {Promise<readonly { path: string, contents: Uint8Array }[]>} */
async function bundle() {
	const { outputFiles } = await build({
		absWorkingDir: root,
		entryPoints: ['source/cli.ts'],
		outdir: 'dist',
		write: false,
		bundle: true,
		splitting: true,
		format: 'esm',
		platform: 'node',
		target: 'node24',
		minifySyntax: true,
		define: {
			'process.env.NODE_ENV': '"production"',
			'process.env.DEV': '"false"',
			BACKUP_TUI_VERSION: JSON.stringify(version),
		},
		external: ['react-devtools-core'],
		// Some bundled CommonJS packages call require(): ES modules have none of their own.
		banner: {
			js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
		},
		plugins: [withoutPackageLookup],
		logLevel: 'warning',
	});
	return outputFiles;
}

/**
 * Replaces dist/ file by file, chunks before the entry that names them. A backup that runs from this directory may still
 * load a chunk of the build it started with, so older ones stay for some days.
 *
 * @param {readonly { path: string, contents: Uint8Array }[]} files
 */
function replace(files) {
	mkdirSync(dist, { recursive: true });
	const entryLast = [...files].sort(
		(a, b) => Number(a.path.endsWith('/cli.js')) - Number(b.path.endsWith('/cli.js')),
	);
	for (const { path, contents } of entryLast) {
		writeFileSync(`${path}.${process.pid}`, contents);
		renameSync(`${path}.${process.pid}`, path);
	}
	const current = new Set(files.map(({ path }) => basename(path)));
	const limit = Date.now() - keepDays * 86_400_000;
	for (const name of readdirSync(dist).filter((entry) => !current.has(entry)))
		if (statSync(join(dist, name)).mtimeMs < limit) rmSync(join(dist, name), { recursive: true });
}

try {
	replace(await bundle());
} catch (error) {
	// esbuild has printed what is wrong, with the place; its stack trace adds nothing.
	if (!(error instanceof Error) || !('errors' in error)) throw error;
	process.exitCode = 1;
}
