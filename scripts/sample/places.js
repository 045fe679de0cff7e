import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { newTools, root, toolsDirectory, which } from '../setup/places.js';
import { attempt, dockerEnvironment } from '../setup/run.js';

/**
 * Where a sample lies and what its stacks are called. Deleting the directory deletes all of it but its containers and volume.
 *
 * @typedef {object} Places
 * @property {string} directory
 * @property {string} prefix of the names of its stacks
 * @property {string} stacksDirectory
 * @property {string} configFile
 * @property {string} dirlist
 * @property {string} passwordFile
 * @property {string} repository
 * @property {string} restored
 */

/**
 * @param {string} directory
 * @param {string} prefix
 * @returns {Places}
 */
export function placesIn(directory, prefix) {
	return {
		directory,
		prefix,
		stacksDirectory: join(directory, 'stacks'),
		configFile: join(directory, 'config.ini'),
		dirlist: join(directory, 'dirlist'),
		passwordFile: join(directory, 'password'),
		repository: join(directory, 'repository'),
		restored: join(directory, 'restored'),
	};
}

/** The sample of this checkout, in `.tools/sample`. Where another checkout's runs, its stacks get names of their own. */
export async function ownPlaces() {
	// Compose names the real directory in its labels, whatever link leads there.
	const directory = join(realpathSync(toolsDirectory), 'sample');
	const format =
		'{{.Label "com.docker.compose.project"}}\t{{.Label "com.docker.compose.project.working_dir"}}';
	const { stdout } = await attempt('docker', ['ps', '-a', '--format', format], { env: dockerEnvironment });
	const taken = stdout.split('\n').some((line) => {
		const [project = '', workingDirectory = ''] = line.split('\t');
		return /^sample-(notes|web)$/.test(project) && !workingDirectory.startsWith(`${directory}/`);
	});
	const mark = createHash('sha256').update(root).digest('hex').slice(0, 4);
	return placesIn(directory, taken ? `sample-${mark}` : 'sample');
}

/** The program, as a person would call it. */
export const program = join(root, 'bin', 'backup-tui');

/** The tools of the set-up, by their keys in the config. */
export const programs = {
	DOCKER: which('docker'),
	RESTIC: join(newTools, 'restic'),
	RCLONE: join(newTools, 'rclone'),
};
