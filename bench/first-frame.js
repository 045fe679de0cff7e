import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { environment } from './spawn.js';

/** So much text is a frame, not an escape sequence or an error. */
const frameCharacters = 200;

/**
 * Starts a program in a terminal of its own (`script` of util-linux) and ends it once it has drawn.
 *
 * @param {readonly string[]} argv
 * @returns {Promise<number>} ms from the start to the first frame
 */
export async function firstFrameMs(argv) {
	const quoted = argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
	const started = performance.now();
	const child = spawn('script', ['-qfec', `stty cols 100 rows 30; exec ${quoted}`, '/dev/null'], {
		env: environment,
		stdio: ['pipe', 'pipe', 'ignore'],
		detached: true,
	});
	let text = '';
	const ended = new Promise((resolve) => child.on('close', resolve));
	const ms = await new Promise((resolve, reject) => {
		child.stdout.on('data', (chunk) => {
			text += chunk;
			if (stripVTControlCharacters(text).replace(/\s/g, '').length >= frameCharacters)
				resolve(performance.now() - started);
		});
		child.on('close', () => reject(new Error(`it ended before it drew anything:\n${text}`)));
	});
	// Ends the program by a hang-up of its terminal, as a closed SSH connection does.
	child.kill('SIGTERM');
	await ended;
	return ms;
}
