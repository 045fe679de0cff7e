import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/places.js';
import { quickStart } from './quick-start.js';

/** The version in package.json. @type {string} */
export const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

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

/** What every bundle has in common: ES modules for Node 24 with production React. @satisfies {import('esbuild').BuildOptions} */
export const bundleOptions = {
	absWorkingDir: root,
	entryPoints: ['source/cli.ts'],
	bundle: true,
	format: /** @type {const} */ ('esm'),
	platform: /** @type {const} */ ('node'),
	target: 'node24',
	minifySyntax: true,
	define: {
		'process.env.NODE_ENV': '"production"',
		'process.env.DEV': '"false"',
		BACKUP_TUI_VERSION: JSON.stringify(version),
	},
	alias: { 'react-devtools-core': './scripts/build/no-devtools.js' },
	plugins: [withoutPackageLookup, quickStart],
	logLevel: /** @type {const} */ ('warning'),
};
