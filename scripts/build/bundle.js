import { build } from 'esbuild';
import { toCommonJs } from './common-js.js';
import { bundleOptions } from './options.js';

/**
 * Bundles source/, split so that a headless start loads no UI code.
 *
 * @param {string} outdir
 * @returns {Promise<{ path: string, text: string }[]>} the files for it
 */
export async function bundle(outdir) {
	const { outputFiles, metafile } = await build({
		...bundleOptions,
		outdir,
		outExtension: { '.js': '.mjs' },
		write: false,
		splitting: true,
		metafile: true,
	});
	return toCommonJs(outputFiles, metafile);
}
