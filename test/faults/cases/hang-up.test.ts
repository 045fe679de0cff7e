import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { projectRoot, run, snapshots, tools } from '../../real/rig/index.ts';
import { fault } from '../suite/fault.ts';
import { phaseStart } from '../suite/kill-points.ts';
import type { Scene } from '../suite/scene.ts';

/** A terminal with the UI in it (tmux with a server of its own), to be typed into and to be hung up. */
async function terminalWithUi(scene: Scene) {
	const directory = await mkdtemp(join(tmpdir(), 'bt-terminal-'));
	const env = { ...scene.host.env, TERM: 'xterm-256color', SHELL: '/bin/sh' };
	const tmux = (args: readonly string[]) =>
		run('tmux', ['-S', join(directory, 's'), '-f', '/dev/null', ...args], { env, anyCode: true });
	const hangUp = async () => void (await tmux(['kill-server']));
	onTestFinished(async () => {
		await hangUp();
		await rm(directory, { recursive: true, force: true });
	});
	const program = [tools.node, join(projectRoot, 'bin/backup-tui.js'), '--config', scene.host.configFile];
	await tmux(['new-session', '-d', '-x', '100', '-y', '30', ...program]);
	const screen = async () => (await tmux(['capture-pane', '-p'])).stdout;
	const waitFor = async (pattern: RegExp, limitMs = 60_000) => {
		const end = Date.now() + limitMs;
		while (!pattern.test(await screen())) {
			if (Date.now() > end) throw new Error(`never on the screen: ${pattern}\n${await screen()}`);
			await delay(100);
		}
	};
	return { press: (key: string) => tmux(['send-keys', key]), screen, waitFor, hangUp };
}

async function eventsOfLastRun(scene: Scene, but: string): Promise<string> {
	const runs = join(scene.host.stateDir, 'runs');
	const newest = (await readdir(runs).catch(() => [])).sort().at(-1) ?? but;
	if (newest === but) return '';
	return await readFile(join(runs, newest, 'events.ndjson'), 'utf8').catch(() => '');
}

fault(5, 'terminal hang-up of the UI: the run finishes', async (trial) => {
	const scene = await trial.scene({ bulk: 24, config: { local_backup: { COMPRESSION: 'max' } } });
	const before = new Set((await snapshots(scene.host)).map(({ id }) => id));
	if (!trial.isProduct) {
		// The script in a terminal: no more than a program that gets SIGHUP.
		const running = trial.start(scene, ['backup', '--json']);
		await running.waitFor(phaseStart('copy'));
		running.kill('SIGHUP');
		await running.done;
		await delay(3000);
	} else {
		const old = (await readdir(join(scene.host.stateDir, 'runs'))).sort().at(-1) ?? '';
		const terminal = await terminalWithUi(scene);
		await terminal.waitFor(/Home/i);
		await delay(500);
		await terminal.press('B');
		const until = async (found: (events: string) => boolean, what: string) => {
			for (let tries = 0; tries < 1200; tries += 1) {
				if (found(await eventsOfLastRun(scene, old))) return;
				if (tries === 30) await terminal.press('Enter');
				await delay(50);
			}
			throw new Error(`${what}\n${await terminal.screen()}`);
		};
		await until((events) => phaseStart('copy').test(events), 'no copy was begun');
		await terminal.hangUp();
		await until((events) => events.includes('"type":"run-end"'), 'the run did not end');
		const events = await eventsOfLastRun(scene, old);
		await trial.holds('D', () => expect(events).toMatch(/"type":"run-end","exitCode":0/));
		await delay(500);
	}
	await trial.holds('B', async () => {
		const fresh = (await snapshots(scene.host)).filter(({ id }) => !before.has(id));
		expect(fresh).toHaveLength(1);
	});
	await trial.everything(scene);
});
