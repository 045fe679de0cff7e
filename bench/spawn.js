import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { newTools, projectNode, root, systemPath } from '../scripts/setup/places.js';
import { dockerEnvironment } from '../scripts/setup/run.js';

/** The environment of everything that is measured: the same for all. */
export const environment = {
	PATH: `${newTools}:${systemPath}`,
	HOME: process.env.HOME ?? '/root',
	LANG: 'C.UTF-8',
	TERM: 'xterm-256color',
	...dockerEnvironment,
};

/** The program, run by the Node it is made for. @type {readonly [string, ...string[]]} */
export const program = [projectNode, join(root, 'bin', 'backup-tui.js')];

/**
 * `ms`: wall time; `cpuMs`: processor time of the process and all its descendants that were waited for.
 *
 * @typedef {{ code: number | null, stdout: string, stderr: string, ms: number, cpuMs: number }} Ended
 */

// bash tells the times of its children to the millisecond.
const timed = 'TIMEFORMAT="cpu %U %S"; time "$@"';

/**
 * Runs a program to its end. Throws when it fails.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, anyCode?: boolean }} [options]
 * @returns {Promise<Ended>}
 */
export async function measure(file, args, options = {}) {
	const started = performance.now();
	const child = spawn('bash', ['-c', timed, 'bench', file, ...args], {
		cwd: options.cwd ?? root,
		env: { ...environment, ...options.env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const text = { stdout: '', stderr: '' };
	child.stdout.on('data', (chunk) => {
		text.stdout += chunk;
	});
	child.stderr.on('data', (chunk) => {
		text.stderr += chunk;
	});
	const code = await new Promise((resolve) => child.on('close', resolve));
	const ms = performance.now() - started;
	if (code !== 0 && options.anyCode !== true)
		throw new Error(`${[file, ...args].join(' ')}: exit code ${code}\n${text.stdout}\n${text.stderr}`);
	const [, user, system] = /cpu ([\d.]+) ([\d.]+)\s*$/.exec(text.stderr) ?? [];
	return { code, ...text, ms, cpuMs: (Number(user) + Number(system)) * 1000 };
}

/** @param {string} file @param {readonly string[]} args @returns {Promise<string>} what it writes */
export async function output(file, args) {
	return (await measure(file, args)).stdout;
}
