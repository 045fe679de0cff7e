import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';

/**
 * What the UI draws itself: ASCII, its marks, boxes and blocks. Each is one cell wide, so that the width of such a text is its
 * length. In the syntax of a character class.
 */
export const narrowCharacters =
	'\\u0020-\\u007E\\u00B7\\u2026\\u2190-\\u2193\\u2500-\\u259F\\u25B2\\u25B6\\u25B8\\u25BC\\u25BE\\u25CF\\u2714\\u2718';

/**
 * string-width makes patterns of all emoji when it is loaded (0.2 s on a slow machine) and applies them to everything that is not
 * ASCII, boxes too. They are made when a text needs them.
 *
 * @param {string} text
 */
function quickStringWidth(text) {
	const lazy = `const lazyPattern = (source, flags) => {
	let made;
	const pattern = () => (made ??= new RegExp(source, flags));
	return { test: (text) => pattern().test(text), [Symbol.search]: (text) => text.search(pattern()) };
};
let madeSegmenter;
const segmenter = { segment: (text) => (madeSegmenter ??= new Intl.Segmenter()).segment(text) };
`;
	return text
		.replace('const segmenter = new Intl.Segmenter();\n', () => lazy)
		.replace(
			/^const (\w+) = \/(.+)\/(v);$/gm,
			(_, name, source, flags) => `const ${name} = lazyPattern(${JSON.stringify(source)}, '${flags}');`,
		)
		.replace('[\\u0020-\\u007E]*', () => `[${narrowCharacters}]*`);
}

/**
 * yoga-layout decodes its WebAssembly by fetch() of a data: address, for which Node loads its whole HTTP client (0.5 s on a slow
 * machine).
 *
 * @param {string} text
 */
function quickYoga(text) {
	const bytes = 'Promise.resolve({ok:true,arrayBuffer:()=>Buffer.from(H.slice(H.indexOf(",")+1),"base64")})';
	return text.replace('fetch(H,{credentials:"same-origin"})', () => bytes);
}

/**
 * Half of what the UI loads is React's reconciler, which is published with its comments and long names.
 *
 * @param {string} text
 */
function short(text) {
	return transformSync(text, { minify: true, format: 'cjs' }).code;
}

/**
 * pino loads Node's worker threads for transports; its destination here is a file of ours.
 *
 * @param {string} text
 */
function pinoWithoutThreads(text) {
	return text.replace("const { isMainThread } = require('worker_threads')", 'const isMainThread = true');
}

const changed = [
	{ filter: /\/string-width\/index\.js$/, change: quickStringWidth },
	{ filter: /react-reconciler\.production\.js$/, change: short },
	{ filter: /yoga-wasm-base64-esm\.js$/, change: quickYoga },
	{ filter: /\/pino\/lib\/tools\.js$/, change: pinoWithoutThreads },
	{ filter: /\/pino\/lib\/transport\.js$/, change: () => 'module.exports = undefined;' },
];

/**
 * Takes out of packages what they do at their start and nobody here needs. A new version they do not fit is an error of the build.
 *
 * @type {import('esbuild').Plugin}
 */
export const quickStart = {
	name: 'quick-start',
	setup: (setup) => {
		for (const { filter, change } of changed) {
			setup.onLoad({ filter }, ({ path }) => {
				const text = readFileSync(path, 'utf8');
				const contents = change(text);
				return contents === text ? { errors: [{ text: `nothing to change in ${path}` }] } : { contents };
			});
		}
	},
};
