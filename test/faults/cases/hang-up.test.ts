import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { snapshots } from '../../real/rig/index.ts';
import { openScreen } from '../../tui/real/rig/screen.ts';
import { fault } from '../suite/fault.ts';
import { phaseStart } from '../suite/kill-points.ts';
import type { Scene } from '../suite/scene.ts';

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
		const screen = openScreen(scene.host);
		await screen.waitFor(/app +running/, 60_000);
		screen.keys('B');
		await screen.waitFor('Back up 1 stack?');
		screen.keys('y');
		const until = async (found: (events: string) => boolean, what: string) => {
			for (let tries = 0; tries < 1200; tries += 1) {
				if (found(await eventsOfLastRun(scene, old))) return;
				await delay(50);
			}
			throw new Error(`${what}\n${screen.text()}`);
		};
		await until((events) => phaseStart('copy').test(events), 'no copy was begun');
		screen.hangUp();
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
