import { spawn } from 'node:child_process';
import { root } from '../setup/places.js';

/**
 * Runs a program with its output on the terminal, in a process group of its own, and kills the group past the limit.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {number} limitMs
 * @returns {Promise<boolean>} whether it ended with exit code 0 in time
 */
export function watch(file, args, limitMs) {
	return new Promise((resolve) => {
		const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
		const killGroup = () => {
			try {
				if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
			} catch {}
		};
		const timer = setTimeout(() => {
			console.log(`  stopped after ${Math.round(limitMs / 1000)} s`);
			killGroup();
		}, limitMs);
		const interrupted = () => {
			killGroup();
			process.exit(130);
		};
		process.once('SIGINT', interrupted);
		process.once('SIGTERM', interrupted);
		child.on('error', (error) => {
			console.log(`  ${error.message}`);
		});
		child.on('close', (code) => {
			clearTimeout(timer);
			process.off('SIGINT', interrupted);
			process.off('SIGTERM', interrupted);
			resolve(code === 0);
		});
	});
}

/**
 * A check that is one command: it counts as one.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {number} limitMs
 * @returns {Promise<import('./checks.js').Count>}
 */
export async function succeeds(file, args, limitMs) {
	const ok = await watch(file, args, limitMs);
	return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
}
