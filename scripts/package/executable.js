import { appendFileSync, chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../build/options.js';
import { which } from '../setup/places.js';
import { run } from '../setup/run.js';
import { licenceOf } from './licences.js';
import { bringRuntime } from './runtime.js';

/**
 * Puts the bundle into a Node: https://nodejs.org/api/single-executable-applications.html
 *
 * @param {{ bundle: string, licences: string, work: string, out: string }} options `licences` gets those of Node added
 * @returns {Promise<string>} the executable
 */
export async function buildExecutable({ bundle, licences, work, out }) {
	const { node, directory } = await bringRuntime();
	appendFileSync(licences, `\n\n${licenceOf(directory)}\n`);
	const stripped = join(work, 'node');
	copyFileSync(node, stripped);
	chmodSync(stripped, 0o755);
	// Before the bundle goes in: strip would take it out again. Without binutils the file is a quarter larger.
	if (which('strip') !== '') await run('strip', [stripped]);

	const output = join(out, `backup-tui-${version}-linux-${process.arch}`);
	const config = join(work, 'sea.json');
	writeFileSync(
		config,
		JSON.stringify({
			main: bundle,
			mainFormat: 'module',
			executable: stripped,
			output,
			disableExperimentalSEAWarning: true,
			useCodeCache: true,
			// NODE_OPTIONS of whoever starts it must not change what runs as root.
			execArgvExtension: 'none',
		}),
	);
	// The seed makes the code cache the same every time.
	await run(node, ['--random-seed=1', '--build-sea', config]);
	chmodSync(output, 0o755);
	await run(output, ['--version']);
	return output;
}
