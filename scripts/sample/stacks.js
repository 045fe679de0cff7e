import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { image } from '../setup/image.js';
import { attempt, dockerEnvironment, run } from '../setup/run.js';

/**
 * A stack of the sample. `watched` is the file that is compared after the restore: it lies in the named volume `volume` or,
 * without one, in the stack's own directory.
 *
 * @typedef {{ name: string, directory: string, compose: string, volume: string, watched: string }} SampleStack
 */

/** @param {string} work a command that runs for ever; the container then stops at once on SIGTERM */
const untilStopped = (work) => `["sh", "-c", "trap 'exit 0' TERM; ${work} & wait"]`;

/**
 * @param {import('./places.js').Places} places
 * @returns {readonly SampleStack[]}
 */
export function stacksOf({ prefix, stacksDirectory }) {
	const notes = `${prefix}-notes`;
	const web = `${prefix}-web`;
	return [
		{
			name: notes,
			directory: join(stacksDirectory, notes),
			volume: `${notes}_data`,
			watched: 'notes.txt',
			compose: `# Keeps a note in a named volume.
services:
  writer:
    image: ${image}
    command: ${untilStopped('test -e /data/notes.txt || date > /data/notes.txt; sleep 1000000')}
    volumes: ["data:/data"]
volumes:
  data:
`,
		},
		{
			name: web,
			directory: join(stacksDirectory, web),
			volume: '',
			watched: 'site/index.html',
			compose: `# Serves a directory of the host.
services:
  web:
    image: ${image}
    command: ${untilStopped('httpd -f -p 8080 -h /site')}
    volumes: ["./site:/site"]
`,
		},
	];
}

/** Writes the stacks and starts them. @param {readonly SampleStack[]} stacks */
export async function startStacks(stacks) {
	for (const { directory, compose, volume, watched } of stacks) {
		mkdirSync(directory, { recursive: true });
		writeFileSync(join(directory, 'compose.yaml'), compose);
		if (volume === '') {
			mkdirSync(join(directory, watched, '..'), { recursive: true });
			writeFileSync(join(directory, watched), '<h1>A page to back up</h1>\n');
		}
		await run('docker', ['compose', 'up', '-d'], { cwd: directory, env: dockerEnvironment });
	}
}

/** Removes the stacks' containers, networks and volumes. @param {readonly SampleStack[]} stacks */
export async function removeStacks(stacks) {
	for (const { name } of stacks)
		await attempt('docker', ['compose', '-p', name, 'down', '-v', '--timeout', '2'], {
			env: dockerEnvironment,
		});
}

/**
 * @param {SampleStack} stack
 * @returns {Promise<string>} the path of its watched file on this machine
 */
export async function originalOf({ directory, volume, watched }) {
	if (volume === '') return join(directory, watched);
	const args = ['volume', 'inspect', '--format', '{{.Mountpoint}}', volume];
	const { stdout } = await run('docker', args, { env: dockerEnvironment });
	return join(stdout.trim(), watched);
}

/** The names of a stack's running containers. @param {SampleStack} stack */
export async function runningContainers({ name }) {
	const args = ['ps', '--filter', `label=com.docker.compose.project=${name}`, '--format', '{{.Names}}'];
	const { stdout } = await run('docker', args, { env: dockerEnvironment });
	return stdout.trim().split('\n').sort().join(', ');
}
