import { cpus, totalmem } from 'node:os';
import { version } from '../scripts/build/options.js';
import { newTools, projectNode } from '../scripts/setup/places.js';
import { output } from './spawn.js';

/** What the numbers were taken on. @returns {Promise<Record<string, string>>} */
export async function machine() {
	const [docker, compose, restic, rclone, node, os] = await Promise.all([
		output('docker', ['version', '--format', '{{.Server.Version}}']),
		output('docker', ['compose', 'version', '--short']),
		output(`${newTools}/restic`, ['version']),
		output(`${newTools}/rclone`, ['version']),
		output(projectNode, ['--version']),
		output('sh', ['-c', '. /etc/os-release; echo "$PRETTY_NAME, kernel $(uname -r)"']),
	]);
	const first = (/** @type {string} */ text) => text.trim().split('\n')[0] ?? '';
	const processors = cpus();
	return {
		taken: new Date().toISOString().slice(0, 10),
		'backup-tui': version,
		machine: `${processors.length} x ${processors[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${first(os)}`,
		versions: `Docker ${first(docker)}, Compose ${first(compose)}, ${first(restic).split(' compiled')[0]}, ${first(rclone)}, Node ${first(node)}`,
	};
}
