import { spawn } from 'node:child_process';
import { environment } from './spawn.js';

/**
 * Watches containers die and start below a directory, as the engine tells it, with nanoseconds.
 *
 * @param {string} directory of the stacks
 * @returns {{ downtimeMs: (body: () => Promise<void>) => Promise<number>, stop: () => void }} the sum over all stacks of the
 * time from the first container's end to the last one's start while `body` ran
 */
export function watchContainers(directory) {
	const filters = ['--filter', 'type=container', '--filter', 'event=die', '--filter', 'event=start'];
	const child = spawn('docker', ['events', ...filters, '--format', '{{json .}}'], {
		env: environment,
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	/** @type {{ stack: string, action: string, ms: number }[]} */
	let seen = [];
	let rest = '';
	child.stdout.on('data', (chunk) => {
		const lines = (rest + chunk).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) {
			const { Action: action, Actor: actor, timeNano } = JSON.parse(line);
			const stack = actor.Attributes['com.docker.compose.project.working_dir'] ?? '';
			if (stack.startsWith(directory)) seen.push({ stack, action, ms: timeNano / 1e6 });
		}
	});
	const settle = () => new Promise((resolve) => setTimeout(resolve, 300));
	return {
		downtimeMs: async (body) => {
			await settle();
			seen = [];
			await body();
			await settle();
			const stacks = [...new Set(seen.map(({ stack }) => stack))];
			return stacks.reduce(
				(sum, stack) => sum + downtimeOf(seen.filter((event) => event.stack === stack)),
				0,
			);
		},
		stop: () => child.kill(),
	};
}

/** @param {readonly { action: string, ms: number }[]} events of one stack, at least one of each kind */
function downtimeOf(events) {
	const died = events.filter(({ action }) => action === 'die').map(({ ms }) => ms);
	const started = events.filter(({ action }) => action === 'start').map(({ ms }) => ms);
	if (died.length === 0 || started.length === 0) throw new Error('a stack did not go down and up');
	return Math.max(...started) - Math.min(...died);
}
