import { measure } from './spawn.js';

/** What a person writes: down; restic backup; up -d. The first argument is the order, the rest are stack directories. */
const script = `set -e
for directory; do
	cd "$directory"
	docker compose down
	restic backup --quiet "$directory"
	docker compose up -d
done`;

/** The least any backup of this kind can cost: nothing is copied. */
const bareScript = script.replace(/.*restic.*\n/, '');

/**
 * @param {import('./place.js').Arm} arm
 * @param {readonly import('./stacks.js').BenchStack[]} stacks
 */
export function rawBackup(arm, stacks) {
	return inTurn(script, arm, stacks);
}

/**
 * The stacks go down and up, one after the other, and nothing else is done.
 *
 * @param {import('./place.js').Arm} arm
 * @param {readonly import('./stacks.js').BenchStack[]} stacks
 */
export function bareRestart(arm, stacks) {
	return inTurn(bareScript, arm, stacks);
}

/**
 * @param {string} text
 * @param {import('./place.js').Arm} arm
 * @param {readonly import('./stacks.js').BenchStack[]} stacks
 */
function inTurn(text, arm, stacks) {
	const directories = stacks.map(({ directory }) => directory);
	return measure('sh', ['-c', text, 'raw', ...directories], { env: arm.env });
}
