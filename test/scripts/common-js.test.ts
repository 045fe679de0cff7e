import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toCommonJs } from '../../scripts/build/common-js.js';

let directory: string;

beforeEach(() => {
	directory = mkdtempSync(join(tmpdir(), 'common-js-'));
});

afterEach(() => {
	rmSync(directory, { recursive: true });
});

/** Bundles these sources as the build does. @returns the names of the files */
async function bundled(sources: Readonly<Record<string, string>>): Promise<string[]> {
	for (const [name, text] of Object.entries(sources)) writeFileSync(join(directory, name), text);
	const outdir = join(directory, 'out');
	const { outputFiles, metafile } = await build({
		entryPoints: [join(directory, 'entry.js')],
		bundle: true,
		splitting: true,
		format: 'esm',
		platform: 'node',
		write: false,
		metafile: true,
		outdir,
		outExtension: { '.js': '.mjs' },
	});
	mkdirSync(outdir);
	for (const { path, text } of await toCommonJs(outputFiles, metafile)) writeFileSync(path, text);
	return readdirSync(outdir).map((name) => name.replace(/-\w{8}(?=\.)/, ''));
}

const runEntry = () =>
	execFileSync(process.execPath, [join(directory, 'out', 'entry.cjs')], { encoding: 'utf8' });

test('what awaits at its top level, and what imports that, stays an ES module; all of it is one program', async () => {
	const names = await bundled({
		'entry.js': `import { shared } from './shared.js';
			import('./quick.js').then(({ quick }) => console.log(quick));
			import('./screen.js').then(({ screen }) => console.log(screen === shared));`,
		'quick.js': `export const quick = 'quick';`,
		'screen.js': `import { layout } from './layout.js'; import { shared } from './shared.js';
			export const screen = layout === 1 && shared;`,
		'layout.js': 'export const layout = await Promise.resolve(1);',
		'shared.js': 'export const shared = {};',
	});
	expect(names.sort()).toEqual(['chunk.cjs', 'entry.cjs', 'quick.cjs', 'screen.mjs']);
	expect(runEntry().split('\n').sort()).toEqual(['', 'quick', 'true']);
});

test('a module that asks where it is gets its address', async () => {
	await bundled({ 'entry.js': 'console.log(import.meta.url);' });
	expect(runEntry()).toBe(`file://${join(directory, 'out', 'entry.cjs')}\n`);
});
