import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dockerConfig, logFile, root, systemPath, toolsDirectory } from './places.js';

/**
 * @typedef {object} Options
 * @property {string} [cwd] default: the checkout
 * @property {Record<string, string>} [env] added to the environment
 * @property {number} [timeoutMs] default 10 minutes
 * @property {boolean} [show] let the program write to the terminal instead of the log
 *
 * @typedef {{ ok: boolean, code: number | null, stdout: string, output: string }} Result
 */

/** A step of the set-up that failed: a message for the screen, without a stack trace. */
export class SetupError extends Error {
	/**
	 * @param {string} message
	 * @param {number} [exitCode]
	 */
	constructor(message, exitCode = 69) {
		super(message);
		this.exitCode = exitCode;
	}
}

/** Empties the log: it holds one run of the set-up. */
export function beginLog() {
	mkdirSync(toolsDirectory, { recursive: true });
	writeFileSync(logFile, '');
}

/**
 * Runs a program; its output goes to `.tools/setup.log`. Never throws for what the program did.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {Options} [options]
 * @returns {Promise<Result>}
 */
export function attempt(file, args, options = {}) {
	mkdirSync(toolsDirectory, { recursive: true });
	appendFileSync(logFile, `\n$ ${[file, ...args].join(' ')}\n`);
	return new Promise((resolve) => {
		let stdout = '';
		let output = '';
		const child = spawn(file, args, {
			cwd: options.cwd ?? root,
			env: { ...process.env, PATH: systemPath, ...options.env },
			stdio: ['ignore', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
			timeout: options.timeoutMs ?? 600_000,
			killSignal: 'SIGKILL',
		});
		/** @param {Buffer} chunk */
		const keep = (chunk) => {
			output = (output + chunk).slice(-100_000);
			appendFileSync(logFile, chunk);
		};
		child.stdout?.on('data', (chunk) => {
			stdout += chunk;
			keep(chunk);
		});
		child.stderr?.on('data', keep);
		child.on('error', (error) => resolve({ ok: false, code: null, stdout, output: String(error) }));
		child.on('close', (code) => resolve({ ok: code === 0, code, stdout, output }));
	});
}

/**
 * Runs a program that has to succeed. Throws a SetupError that quotes the end of its output.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {Options} [options]
 * @returns {Promise<Result>}
 */
export async function run(file, args, options = {}) {
	const result = await attempt(file, args, options);
	if (result.ok) return result;
	const tail = result.output.trim().split('\n').slice(-15).join('\n    ');
	throw new SetupError(
		`${[file, ...args].join(' ')} failed (exit code ${result.code})\n    ${tail}\n  All of it: ${logFile}`,
	);
}

/** Makes `docker compose` find the plugin in .tools, whatever HOME is. */
export const dockerEnvironment = { DOCKER_CONFIG: dockerConfig };
