import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../build/options.js';
import { lazyBuiltins } from './lazy-builtins.js';

/**
 * Bundles all of the program into one ES module, the UI with it: a single executable has no files to import from. What is
 * imported when needed stays asleep in it until then.
 *
 * @param {string} directory
 * @returns {Promise<{ file: string, packages: readonly string[] }>} `packages`: directories below node_modules that went in
 */
export async function bundleToOneFile(directory) {
	const file = join(directory, 'backup-tui.mjs');
	const { metafile } = await build({
		...bundleOptions,
		outfile: file,
		splitting: false,
		minify: true,
		// Messages and the log name errors and functions.
		keepNames: true,
		legalComments: 'none',
		// In an executable import.meta is empty for what asks for it first when the module has run to its end.
		define: { ...bundleOptions.define, 'import.meta.url': '__moduleUrl' },
		banner: { js: 'const __moduleUrl = import.meta.url;' },
		plugins: [...bundleOptions.plugins, lazyBuiltins],
		metafile: true,
	});
	const packages = Object.keys(metafile.inputs).flatMap(
		(path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
	);
	return { file, packages: [...new Set(packages)].sort() };
}
