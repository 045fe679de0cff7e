import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectNode } from '../scripts/setup/places.js';
import { createPlace } from './place.js';
import { alternate, median } from './rounds.js';
import { program } from './spawn.js';
import { openTerminal } from './terminal.js';

const writer = new URL('write-log.js', import.meta.url).pathname;
const naiveView = new URL('naive-log.js', import.meta.url).pathname;
const linesPerSecond = 5000;
const keys = 40;
/** In the title of the log, and in that of the help which covers it: only what changes of a line is drawn. */
const [logShown, helpShown] = ['(backup', 'Keys here'];

/**
 * The log of a run that writes 5,000 lines a second: processor time beside a simple Ink program that shows the same, and the time
 * from a key to its effect beside that of a run that writes nothing.
 *
 * @param {import('./benches.js').Options} options
 * @returns {Promise<import('./report.js').Result[]>}
 */
export async function logBurst({ rounds, small }) {
	const place = createPlace();
	const seconds = small ? 3 : 10;
	try {
		const arm = await place.arm('log');
		const state = join(place.directory, 'log', 'state');
		const logs = join(state, 'log');
		mkdirSync(logs, { recursive: true });
		const ui = async () => {
			const terminal = openTerminal([...program, '--config', arm.configFile]);
			await terminal.shows('Home');
			const ready = terminal.shows(logShown);
			terminal.type('6');
			await ready;
			return terminal;
		};
		const cores = async (/** @type {import('./terminal.js').Terminal} */ terminal) => {
			await delay(1000);
			const before = terminal.cpuMs();
			await delay(seconds * 1000);
			return (terminal.cpuMs() - before) / (seconds * 1000);
		};
		const seen = await alternate(rounds, {
			ours: () =>
				during(state, logs, linesPerSecond, async () => {
					const terminal = await ui();
					return await cores(terminal).finally(terminal.close);
				}),
			naive: () =>
				during(state, logs, linesPerSecond, async (file) => {
					const terminal = openTerminal([projectNode, naiveView, file]);
					return await cores(terminal).finally(terminal.close);
				}),
			busyKey: () => during(state, logs, linesPerSecond, () => keyP95(ui)),
			idleKey: () => during(state, logs, 0, () => keyP95(ui)),
		});
		return [
			{
				what: `cores at ${linesPerSecond} log lines/s / a simple Ink program`,
				ours: median(seen.ours),
				theirs: median(seen.naive),
				unit: '',
				goal: 0.25,
			},
			{
				what: `key to its effect, 95th percentile, at ${linesPerSecond} log lines/s / at none`,
				ours: median(seen.busyKey),
				theirs: median(seen.idleKey),
				unit: 'ms',
				goal: 1.5,
			},
		];
	} finally {
		await place.dispose();
	}
}

/**
 * @param {string} state
 * @param {string} logs
 * @param {number} rate lines a second
 * @param {(file: string) => Promise<number>} work
 */
async function during(state, logs, rate, work) {
	const run = spawn(projectNode, [writer, state, logs, String(rate)], { stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = new Promise((resolve) => run.on('close', resolve));
	try {
		const id = await new Promise((resolve) =>
			run.stdout.once('data', (chunk) => resolve(String(chunk).trim())),
		);
		return await work(join(logs, `${id}.log`));
	} finally {
		run.kill();
		await ended;
	}
}

/** @param {() => Promise<import('./terminal.js').Terminal>} open @returns {Promise<number>} ms */
async function keyP95(open) {
	const terminal = await open();
	/** @type {number[]} */
	const times = [];
	try {
		await delay(1000);
		for (let key = 0; key < keys; key++) {
			const [typed, seen] = key % 2 === 0 ? ['?', helpShown] : ['\u001b', logShown];
			const effect = terminal.shows(seen);
			const at = performance.now();
			terminal.type(typed);
			await effect;
			times.push(performance.now() - at);
			await delay(100);
		}
	} finally {
		await terminal.close();
	}
	return times.sort((a, b) => a - b)[Math.ceil(keys * 0.95) - 1] ?? Number.NaN;
}
