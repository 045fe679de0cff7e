import { basename } from 'node:path';
import { transform } from 'esbuild';

/** @typedef {import('esbuild').Metafile} Metafile */

/** Bundled CommonJS packages call require(): ES modules have none of their own. */
const requireInModules =
	"import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);\n";
const importMeta =
	"'use strict';\nconst __importMeta = { url: require('node:url').pathToFileURL(__filename).href };\n";

/**
 * Makes CommonJS of a split bundle of ES modules, which Node loads in less time and memory: an ES module that imports something of
 * node:http gets all of it, a second HTTP client included (17 MB, 30 ms). What awaits at its top level (Ink's layout), and
 * what imports that, stays as it is.
 *
 * @param {readonly { path: string, text: string }[]} files named .mjs
 * @param {Metafile} metafile of the same build
 * @returns {Promise<{ path: string, text: string }[]>} CommonJS is named .cjs
 */
export async function toCommonJs(files, metafile) {
	const awaiting = await Promise.all(
		files.map(async (file) => ((await awaits(file.text)) ? [file.path] : [])),
	);
	const modules = withImporters(awaiting.flat(), metafile);
	/** @param {string} text */
	const renamed = (text) =>
		text.replace(/"\.\/([\w-]+)\.mjs"/g, (whole, name) =>
			modules.has(`${name}.mjs`) ? whole : `"./${name}.cjs"`,
		);
	return Promise.all(
		files.map(async ({ path, text }) => {
			if (modules.has(basename(path))) return { path, text: requireInModules + renamed(text) };
			const code = renamed(await convert(text)).replace(
				/\bimport\(("\.\/[\w-]+\.cjs")\)/g,
				(_, name) => `Promise.resolve().then(() => require(${name}))`,
			);
			const prelude = code.includes('__importMeta') ? importMeta : '';
			return { path: path.replace(/\.mjs$/, '.cjs'), text: prelude + code };
		}),
	);
}

/** @param {string} text of an ES module @returns {Promise<string>} */
async function convert(text) {
	const { code } = await transform(text, {
		format: 'cjs',
		platform: 'node',
		target: 'node24',
		define: { 'import.meta': '__importMeta' },
		logLevel: 'silent',
	});
	return code;
}

/** Whether a module awaits at its top level, which CommonJS cannot. @param {string} text @returns {Promise<boolean>} */
async function awaits(text) {
	try {
		await convert(text);
		return false;
	} catch (error) {
		if (String(error).includes('Top-level await')) return true;
		throw error;
	}
}

/**
 * @param {readonly string[]} paths
 * @param {Metafile} metafile
 * @returns {ReadonlySet<string>} their names, and those of all that import them other than by import()
 */
function withImporters(paths, { outputs }) {
	const found = new Set(paths.map((path) => basename(path)));
	for (let before = -1; before !== found.size; ) {
		before = found.size;
		for (const [path, { imports }] of Object.entries(outputs))
			if (imports.some((one) => one.kind === 'import-statement' && found.has(basename(one.path))))
				found.add(basename(path));
	}
	return found;
}
