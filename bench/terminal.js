import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { environment } from './spawn.js';

/**
 * A program in a terminal of its own.
 *
 * @typedef {object} Terminal
 * @property {(key: string) => void} type
 * @property {(text: string, timeoutMs?: number) => Promise<void>} shows waits until it draws this text anew
 * @property {() => number} cpuMs processor time of the program so far
 * @property {() => Promise<void>} close hangs up
 */

const ticksPerSecond = 100;

/**
 * @param {readonly string[]} argv
 * @returns {Terminal}
 */
export function openTerminal(argv) {
	const quoted = argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
	const child = spawn('script', ['-qfec', `stty cols 100 rows 30; exec ${quoted}`, '/dev/null'], {
		env: environment,
		stdio: ['pipe', 'pipe', 'ignore'],
		detached: true,
	});
	const ended = new Promise((resolve) => child.on('close', resolve));
	/** @type {{ text: string, resolve: () => void } | undefined} */
	let awaited;
	let drawn = '';
	child.stdout.on('data', (chunk) => {
		if (awaited === undefined) return;
		drawn += stripVTControlCharacters(String(chunk));
		if (!drawn.includes(awaited.text)) return;
		awaited.resolve();
		awaited = undefined;
	});
	return {
		type: (key) => void child.stdin.write(key),
		shows: (text, timeoutMs = 20_000) =>
			new Promise((resolve, reject) => {
				drawn = '';
				const timer = setTimeout(() => reject(new Error(`"${text}" was not drawn:\n${drawn}`)), timeoutMs);
				awaited = {
					text,
					resolve: () => {
						clearTimeout(timer);
						resolve();
					},
				};
			}),
		cpuMs: () => {
			const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
			const stat = readFileSync(`/proc/${children.trim().split(' ')[0]}/stat`, 'utf8');
			const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
		},
		close: async () => {
			child.kill('SIGTERM');
			await ended;
		},
	};
}
