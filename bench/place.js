import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newTools, which } from '../scripts/setup/places.js';
import { environment, measure, program } from './spawn.js';

/**
 * A directory with stacks and, for each arm of a bench, a repository and a configuration of its own.
 *
 * @typedef {object} Place
 * @property {string} directory
 * @property {string} stacksDir
 * @property {string} passwordFile
 * @property {(name: string, sections?: Record<string, Record<string, string>>) => Promise<Arm>} arm
 * @property {() => Promise<void>} dispose
 *
 * @typedef {object} Arm
 * @property {string} repository
 * @property {string} configFile
 * @property {Record<string, string>} env RESTIC_REPOSITORY and its password, for plain restic
 * @property {(args: readonly string[]) => Promise<import('./spawn.js').Ended>} run runs backup-tui
 */

/** Disposed of when the bench is interrupted. @type {Set<Place>} */
const open = new Set();

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
	process.once(signal, async () => {
		for (const place of open) await place.dispose();
		process.exit(signal === 'SIGINT' ? 130 : 143);
	});
}

/** @returns {Place} */
export function createPlace() {
	const directory = mkdtempSync(join(tmpdir(), 'backup-tui-bench-'));
	const stacksDir = join(directory, 'stacks');
	const passwordFile = join(directory, 'password');
	mkdirSync(stacksDir);
	writeFileSync(passwordFile, 'a password of some length\n', { mode: 0o600 });
	/** @type {Place} */
	const place = {
		directory,
		stacksDir,
		passwordFile,
		arm: (name, sections = {}) => createArm({ directory, stacksDir, passwordFile }, name, sections),
		dispose: async () => {
			open.delete(place);
			await removeContainers(stacksDir);
			rmSync(directory, { recursive: true, force: true });
		},
	};
	open.add(place);
	return place;
}

/** Containers and networks of the stacks below a directory; nobody else's. @param {string} stacksDir */
async function removeContainers(stacksDir) {
	const format =
		'{{.ID}}\t{{.Label "com.docker.compose.project"}}\t{{.Label "com.docker.compose.project.working_dir"}}';
	const { stdout } = await measure('docker', ['ps', '-a', '--format', format]);
	const own = stdout
		.split('\n')
		.map((line) => line.split('\t'))
		.filter(([, , directory]) => directory?.startsWith(`${stacksDir}/`));
	if (own.length === 0) return;
	await measure('docker', ['rm', '-f', ...own.map(([id = '']) => id)]);
	const networks = new Set(own.map(([, project]) => `${project}_default`));
	await measure('docker', ['network', 'rm', ...networks], { anyCode: true });
}

/**
 * @param {{ directory: string, stacksDir: string, passwordFile: string }} place
 * @param {string} name
 * @param {Record<string, Record<string, string>>} sections laid over the defaults
 * @returns {Promise<Arm>}
 */
async function createArm({ directory, stacksDir, passwordFile }, name, sections) {
	const repository = join(directory, `${name}-repository`);
	const base = join(directory, name);
	mkdirSync(base, { recursive: true });
	const configFile = join(base, 'config.ini');
	/** @type {Record<string, Record<string, string>>} */
	const defaults = {
		docker: { STACKS_DIR: stacksDir },
		local_backup: { REPOSITORY: repository, PASSWORD_FILE: passwordFile, HOSTNAME: 'bench' },
		paths: {
			STATE_DIR: join(base, 'state'),
			CACHE_DIR: join(base, 'cache'),
			DIRLIST: join(directory, 'dirlist'),
		},
		tools: { DOCKER: which('docker'), RESTIC: join(newTools, 'restic'), RCLONE: join(newTools, 'rclone') },
	};
	const names = new Set([...Object.keys(defaults), ...Object.keys(sections)]);
	const text = [...names].map((section) => {
		const keys = Object.entries({ ...defaults[section], ...sections[section] });
		return `[${section}]\n${keys.map(([key, value]) => `${key} = ${value}\n`).join('')}`;
	});
	writeFileSync(configFile, text.join('\n'), { mode: 0o600 });
	const env = { ...environment, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD_FILE: passwordFile };
	await measure('restic', ['init'], { env });
	return {
		repository,
		configFile,
		env,
		run: ([command = '', ...args]) =>
			measure(program[0], [...program.slice(1), command, '--config', configFile, '--no-input', ...args]),
	};
}
