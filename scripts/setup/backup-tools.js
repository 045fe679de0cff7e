import { chmodSync, copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { forget, unpack } from './archive.js';
import { debian13Tools, dockerConfig, newTools, oldTools } from './places.js';
import { attempt, dockerEnvironment, SetupError } from './run.js';

/**
 * A program that is taken out of a Debian package.
 *
 * @typedef {object} Program
 * @property {string} package
 * @property {string} from its path in the package
 * @property {string} to where it goes
 * @property {readonly string[]} probe arguments that make it tell its version
 * @property {RegExp} wanted what that has to look like; its first group is the version
 */

const compose = join(dockerConfig, 'cli-plugins', 'docker-compose');

/** @type {readonly Program[]} */
export const currentPrograms = [
	{
		package: 'restic',
		from: 'usr/bin/restic',
		to: join(newTools, 'restic'),
		probe: ['version'],
		wanted: /restic (\d\S*)/,
	},
	{
		package: 'rclone',
		from: 'usr/bin/rclone',
		to: join(newTools, 'rclone'),
		probe: ['version'],
		wanted: /rclone v(\d\S*)/,
	},
	{
		package: 'docker-compose',
		from: 'usr/libexec/docker/cli-plugins/docker-compose',
		to: compose,
		probe: ['docker-cli-plugin-metadata'],
		wanted: /"Version":\s*"v?([2-9]\S*|\d\d\S*)"/,
	},
];

/** The versions Debian 12 has: what many machines still run, for the compatibility tests. */
/** @type {readonly Program[]} */
export const oldPrograms = [
	{
		package: 'restic',
		from: 'usr/bin/restic',
		to: join(oldTools, 'restic'),
		probe: ['version'],
		wanted: /restic (0\.14\S*)/,
	},
	{
		package: 'rclone',
		from: 'usr/bin/rclone',
		to: join(oldTools, 'rclone'),
		probe: ['version'],
		wanted: /rclone v(1\.60\S*)/,
	},
];

/** The restic of Debian 13, which has faults of its own. */
/** @type {readonly Program[]} */
export const debian13Programs = [
	{
		package: 'restic',
		from: 'usr/bin/restic',
		to: join(debian13Tools, 'restic'),
		probe: ['version'],
		wanted: /restic (0\.18\S*)/,
	},
];

/**
 * @param {Program} program
 * @param {string} [path] where it lies now
 * @returns {Promise<string>} its version, or '' when it is missing, does not run here or is another version
 */
export async function versionOf(program, path = program.to) {
	const { ok, stdout } = await attempt(path, program.probe, { timeoutMs: 30_000, env: dockerEnvironment });
	return (ok && program.wanted.exec(stdout)?.[1]) || '';
}

/**
 * Brings programs from the first suite whose packages run on this machine's libc.
 *
 * @param {readonly Program[]} programs those that are missing
 * @param {readonly string[]} suites in order of preference
 */
export async function bring(programs, suites) {
	let rest = [...programs];
	let failure = new SetupError('nothing was tried');
	for (const suite of suites) {
		if (rest.length === 0) break;
		try {
			const unpacked = await unpack(
				suite,
				rest.map((program) => program.package),
			);
			const missing = [];
			for (const program of rest) if (!(await take(program, unpacked))) missing.push(program);
			failure = new SetupError(
				`${missing.map((program) => program.package).join(', ')} of Debian ${suite} do not run here`,
			);
			rest = missing;
		} catch (error) {
			if (!(error instanceof SetupError)) throw error;
			failure = error;
		}
	}
	forget();
	if (rest.length > 0) throw failure;
}

/**
 * @param {Program} program
 * @param {string} unpacked
 */
async function take(program, unpacked) {
	const source = join(unpacked, program.from);
	if ((await versionOf(program, source)) === '') return false;
	mkdirSync(dirname(program.to), { recursive: true });
	const temporary = `${program.to}.new`;
	copyFileSync(source, temporary);
	chmodSync(temporary, 0o755);
	renameSync(temporary, program.to);
	return true;
}

/** @param {readonly Program[]} programs */
export async function versionsOf(programs) {
	const found = [];
	for (const program of programs) found.push({ program, version: await versionOf(program) });
	return found;
}
