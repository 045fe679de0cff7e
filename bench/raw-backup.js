import { measure } from './spawn.js';

/** What a person writes: down; restic backup; up -d. The first argument is the order, the rest are stack directories. */
const script = `set -e
for directory; do
	cd "$directory"
	docker compose down
	restic backup --quiet "$directory"
	docker compose up -d
done`;

/**
 * @param {import('./place.js').Arm} arm
 * @param {readonly import('./stacks.js').BenchStack[]} stacks
 */
export function rawBackup(arm, stacks) {
	const directories = stacks.map(({ directory }) => directory);
	return measure('sh', ['-c', script, 'raw', ...directories], { env: arm.env });
}
