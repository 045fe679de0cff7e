import { bring, currentPrograms, debian13Programs, oldPrograms, versionsOf } from './backup-tools.js';
import { dependenciesInstalled, installDependencies, nodeVersion } from './dependencies.js';
import { bringEngine, engineVersion } from './engine.js';
import { hasImage, image, importImage } from './image.js';
import { releaseCodename } from './machine.js';
import { build, isBuilt } from './product.js';
import { beginLog } from './run.js';
import { bringTerminal, terminalVersion } from './terminal.js';

/**
 * Something the project needs. `found` tells what is there, '' when it is missing; `bring` brings it.
 *
 * @typedef {{ title: string, found: () => Promise<string>, bring: () => Promise<void> }} Part
 */

/** @returns {readonly Part[]} */
function parts(/** @type {boolean} */ forTests) {
	const list = [
		{ title: 'Docker Engine', found: engineVersion, bring: bringEngine },
		{
			title: 'Node and packages',
			found: async () => ((await dependenciesInstalled()) ? `Node ${await nodeVersion()}` : ''),
			bring: installDependencies,
		},
		{ title: 'backup-tui', found: async () => (isBuilt() ? 'built' : ''), bring: build },
		programs('restic, rclone, Compose', currentPrograms, () => ['sid', 'trixie']),
		{ title: 'image for samples', found: async () => ((await hasImage()) ? image : ''), bring: importImage },
	];
	if (!forTests) return list;
	return [
		...list,
		programs('older restic, rclone', oldPrograms, () => [...new Set(['bookworm', releaseCodename()])]),
		programs('restic of Debian 13', debian13Programs, () => ['trixie']),
		{ title: 'terminal for tests', found: terminalVersion, bring: bringTerminal },
	];
}

/**
 * @param {string} title
 * @param {readonly import('./backup-tools.js').Program[]} wanted
 * @param {() => readonly string[]} suites
 * @returns {Part}
 */
function programs(title, wanted, suites) {
	return {
		title,
		found: async () => {
			const versions = (await versionsOf(wanted)).map(({ version }) => version);
			return versions.includes('') ? '' : versions.join(', ');
		},
		bring: async () => {
			const missing = (await versionsOf(wanted)).filter(({ version }) => version === '');
			await bring(
				missing.map(({ program }) => program),
				suites(),
			);
		},
	};
}

/**
 * Brings all that is missing and says so, one line a part. Quick when all is there. Throws a SetupError.
 *
 * @param {{ forTests: boolean }} options
 */
export async function setUp({ forTests }) {
	beginLog();
	const list = parts(forTests);
	for (const [index, part] of list.entries()) {
		const label = `  ${index + 1}/${list.length}  ${part.title}`;
		const present = await part.found();
		if (present !== '') {
			console.log(`${label}: ${present}`);
			continue;
		}
		console.log(`${label}: missing, bringing it ...`);
		const started = Date.now();
		await part.bring();
		console.log(`${label}: ${await part.found()} (${((Date.now() - started) / 1000).toFixed(0)} s)`);
	}
}
