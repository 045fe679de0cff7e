import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { dockerLines, fillDisk, inventory, type Outcome, smallDisk } from '../../real/rig/index.ts';
import { fault } from '../suite/fault.ts';
import { phaseEnd, phaseStart } from '../suite/kill-points.ts';
import type { Scene } from '../suite/scene.ts';
import type { Trial } from '../suite/trial.ts';

const containerIds = (scene: Scene) =>
	dockerLines(scene.host, ['ps', '-aq', '--no-trunc', '--filter', `name=${scene.host.name}`]);

fault(
	41,
	'T16: the run directory is removed during a backup, whose process is stopped by a signal: no second run on its stack, and it is told',
	async (trial) => {
		const scene = await trial.scene();
		const { host, app } = scene;
		const running = trial.start(scene, ['backup', '--json']);
		await running.waitFor(phaseEnd('down'));
		running.kill('SIGSTOP');
		await rm(host.runDir, { recursive: true, force: true });
		const ids = await containerIds(scene);
		const words = [app.name, `kill -CONT ${running.pid}`, /since \d{4}-/];
		for (const args of [
			['backup'],
			['restore', '--stack', app.name, '--in-place', '--yes', '--confirm', app.name],
		])
			await trial.told(await trial.run(scene, args), { code: 75, words });
		await trial.holds('A', async () => expect(await containerIds(scene)).toEqual(ids));
		await trial.told(await trial.run(scene, ['recover']), { code: 7, words });
		const { stdout } = await trial.run(scene, ['status']);
		await trial.holds('D', () => {
			for (const word of words) expect(stdout).toMatch(word);
			expect(stdout).not.toContain('all right');
		});
		running.kill('SIGCONT');
		const { code, stdout: output } = await running.done;
		// Without the manifest, which lay there, the snapshot is told to be partial.
		await trial.holds('D', () => expect([0, 6], output).toContain(code));
		const next = await trial.run(scene, ['backup']);
		await trial.holds('A', () => expect(next.code, next.stdout + next.stderr).toBe(0));
		await trial.everything(scene);
	},
);

fault(
	42,
	'the run directory is removed during a copy and made again: the run puts back what it needs and ends',
	async (trial) => {
		const scene = await trial.scene();
		const { host } = scene;
		const running = trial.start(scene, ['backup', '--json']);
		await running.waitFor(phaseStart('copy'));
		await rm(host.runDir, { recursive: true, force: true });
		await mkdir(host.runDir, { mode: 0o700 });
		const outcome = await running.done;
		await trial.holds('D', () => expect([0, 6], outcome.stdout).toContain(outcome.code));
		await trial.everything(scene);
	},
);

fault(
	43,
	'T17: the journal directory is removed while a stack is down: the stack comes up and is told as what it is',
	async (trial) => {
		const scene = await trial.scene();
		const journal = join(scene.host.stateDir, 'journal');
		const running = trial.start(scene, ['backup', '--json']);
		await running.waitFor(phaseEnd('down'));
		await trial.holds('A', async () => expect(await readdir(journal)).not.toEqual([]));
		await rm(journal, { recursive: true });
		const outcome = await running.done;
		await trial.holds('D', () => {
			expect(outcome.code, outcome.stdout).toBe(0);
			expect(existsSync(journal)).toBe(false);
		});
		await trial.everything(scene);
	},
);

const inPlace = (scene: Scene) => [
	...['restore', '--stack', scene.app.name, '--in-place'],
	...['--yes', '--confirm', scene.app.name, '--json'],
];

/** Runs a command; at a phase's start its process stands still while the disk of the state directory fills up. */
async function whileDiskFillsUp(
	trial: Trial,
	scene: Scene,
	args: readonly string[],
	phase: string,
): Promise<Outcome> {
	const running = trial.start(scene, args);
	await running.waitFor(phaseStart(phase));
	running.kill('SIGSTOP');
	const filler = await fillDisk(scene.host.stateDir);
	running.kill('SIGCONT');
	const outcome = await running.done;
	await rm(filler);
	return outcome;
}

fault(
	44,
	"T9: the state directory's disk is full when the journal has to change: no stack is left down, in restore, backup, recover, stacks down and up",
	async (trial) => {
		const scene = await trial.scene({ prepare: (host) => smallDisk(host.stateDir, 4) });
		const { host, app } = scene;
		const journal = join(host.stateDir, 'journal');
		const isUp = (where: string, { code, stdout, stderr }: Outcome) =>
			trial.holds('A', async () => {
				expect(await inventory(host), `${where}, exit ${code}: ${stdout}${stderr}`).toEqual(scene.before);
				expect(await readdir(journal), where).toEqual([]);
			});
		for (const phase of ['down', 'copy', 'restore', 'up']) {
			const outcome = await whileDiskFillsUp(trial, scene, inPlace(scene), phase);
			await isUp(`restore, full at ${phase}`, outcome);
			// The first copy is made before anything is touched: it is refused then.
			const code = phase === 'copy' ? 4 : 0;
			await trial.holds('D', () => expect(outcome.code, outcome.stdout).toBe(code));
		}
		await isUp('backup', await whileDiskFillsUp(trial, scene, ['backup', '--json'], 'copy'));
		await isUp(
			'stacks down',
			await whileDiskFillsUp(trial, scene, ['stacks', 'down', app.name, '--json'], 'down'),
		);
		const killed = trial.start(scene, ['backup', '--json']);
		await killed.waitFor(phaseEnd('down'));
		await trial.kill(killed, scene, 'everything');
		let filler = await fillDisk(host.stateDir);
		const recovered = await trial.run(scene, ['recover']);
		await isUp('recover', recovered);
		await trial.holds('D', () => expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0));
		await rm(filler);
		// In one directory with the locks, as in a set-up that lies in one place.
		const oneDisk = { env: { BACKUP_TUI_RUN_DIR: join(host.stateDir, 'run') } };
		const third = trial.start(scene, ['backup', '--json'], oneDisk);
		await third.waitFor(phaseEnd('down'));
		await trial.kill(third, scene, 'everything');
		filler = await fillDisk(host.stateDir);
		const without = await trial.run(scene, ['recover'], oneDisk);
		await isUp('recover without room for a lock', without);
		await trial.holds('D', () => expect(without.code, without.stdout + without.stderr).toBe(0));
		await rm(filler);
		const swept = await trial.run(scene, ['backup'], oneDisk);
		await trial.holds('D', () => expect(swept.code, swept.stdout + swept.stderr).toBe(0));
		const again = trial.start(scene, ['backup', '--json']);
		await again.waitFor(phaseEnd('down'));
		await trial.kill(again, scene, 'everything');
		filler = await fillDisk(host.stateDir);
		const refused = await trial.run(scene, ['backup']);
		await isUp('a backup that cannot be begun', refused);
		await trial.told(refused, { code: 2, words: [/no space/, app.name] });
		await rm(filler);
		const down = await trial.run(scene, ['stacks', 'down', app.name]);
		await trial.holds('D', () => expect(down.code, down.stdout + down.stderr).toBe(0));
		filler = await fillDisk(host.stateDir);
		const up = await trial.run(scene, ['stacks', 'up', app.name]);
		await isUp('stacks up', up);
		await trial.holds('D', () => expect(up.code, up.stdout + up.stderr).toBe(0));
		await rm(filler);
		const last = await trial.run(scene, ['backup']);
		await trial.holds('D', () => expect(last.code, last.stdout + last.stderr).toBe(0));
		await trial.everything(scene);
	},
);
