import { isBuiltin } from 'node:module';

/**
 * Makes imports of Node's own modules part of the modules that import them: in one file they would all be loaded at
 * start, half of them for the UI alone.
 *
 * @type {import('esbuild').Plugin}
 */
export const lazyBuiltins = {
	name: 'lazy-builtins',
	setup(build) {
		build.onResolve({ filter: /^[a-z_:/0-9]+$/ }, ({ path }) =>
			isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
		);
		build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
			contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
			loader: 'js',
		}));
	},
};
