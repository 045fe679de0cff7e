import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../build/bundle.js';
import { root, which } from '../setup/places.js';
import { run } from '../setup/run.js';

/**
 * Packs the npm tarball: the bundled program without dependencies, so that installing it asks no registry.
 *
 * @param {{ licences: string, work: string, out: string }} options
 * @returns {Promise<string>} the tarball
 */
export async function buildTarball({ licences, work, out }) {
	const stage = join(work, 'npm');
	mkdirSync(stage);
	const { dependencies, devDependencies, scripts, allowScripts, ...manifest } = JSON.parse(
		readFileSync(join(root, 'package.json'), 'utf8'),
	);
	writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
	for (const path of ['README.md', 'LICENSE', 'config.example.ini', 'docs', 'bin'])
		cpSync(join(root, path), join(stage, path), { recursive: true });
	copyFileSync(licences, join(stage, 'docs', 'third-party-licences.txt'));
	// Built anew: dist/ of the checkout may hold chunks of earlier builds.
	mkdirSync(join(stage, 'dist'));
	for (const { path, text } of await bundle(join(stage, 'dist'))) writeFileSync(path, text);
	const { stdout } = await run(
		which('npm'),
		['pack', '--json', '--ignore-scripts', '--pack-destination', out],
		{
			cwd: stage,
		},
	);
	return join(out, packedName(JSON.parse(stdout)));
}

/** npm up to 11 tells a list of packages, later ones an object by name. @param {any} told @returns {string} */
function packedName(told) {
	return (Array.isArray(told) ? told : Object.values(told))[0].filename;
}
