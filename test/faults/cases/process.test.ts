import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { type ProcessView, processesOf, projectRoot, run, tools, writeConfig } from '../../real/rig/index.ts';
import { scriptEnvironment } from '../baseline/start-script.ts';
import { fault } from '../suite/fault.ts';
import { stacksAreAsBefore } from '../suite/holds.ts';
import { phaseStart } from '../suite/kill-points.ts';
import { mergeSections, rememberFiles, type Scene } from '../suite/scene.ts';

async function lastRun(scene: Scene): Promise<string> {
	const runs = await readdir(join(scene.host.stateDir, 'runs')).catch(() => []);
	return runs.sort().at(-1) ?? '';
}

/** Text of the event file of the newest run after `old`, once there is one. */
async function eventsAfter(scene: Scene, old: string): Promise<string> {
	const runs = join(scene.host.stateDir, 'runs');
	const newest = await lastRun(scene);
	if (newest === old) return '';
	return await readFile(join(runs, newest, 'events.ndjson'), 'utf8').catch(() => '');
}

async function until(condition: () => Promise<boolean>, what: string, limitMs = 60_000): Promise<void> {
	const end = Date.now() + limitMs;
	while (!(await condition())) {
		if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
		await delay(20);
	}
}

/** The restic that makes the copy. */
async function resticOf(scene: Scene): Promise<ProcessView> {
	for (let tries = 0; tries < 1000; tries += 1) {
		const all = await processesOf(scene.host);
		const found = all.find(({ commandLine }) => /^\S*restic\S* .*\bbackup\b/.test(commandLine));
		if (found !== undefined) return found;
		await delay(10);
	}
	throw new Error('restic does not run');
}

/** An executable in the place of restic. */
async function replaceRestic(scene: Scene, lines: readonly string[]): Promise<void> {
	const file = join(scene.host.directory, 'restic-in-between');
	await writeFile(file, ['#!/bin/sh', ...lines, `exec '${tools.restic}' "$@"`, ''].join('\n'));
	await chmod(file, 0o755);
	await writeConfig(scene.host, mergeSections(scene.config, { tools: { RESTIC: file } }));
	await rememberFiles(scene);
}

fault(2, 'SIGTERM during the copy', async (trial) => {
	const scene = await trial.scene({ bulk: 24, config: { local_backup: { COMPRESSION: 'max' } } });
	const running = trial.start(scene, ['backup', '--json']);
	await running.waitFor(phaseStart('copy'));
	running.kill('SIGTERM');
	await trial.everything(scene, await running.done, { code: 143, words: [scene.app.name, /copy/] });
});

fault(3, 'SIGINT once, during down', async (trial) => {
	const scene = await trial.scene();
	const running = trial.start(scene, ['backup', '--json']);
	await running.waitFor(phaseStart('down'));
	running.kill('SIGINT');
	await trial.everything(scene, await running.done, { code: 130, words: [scene.app.name, /down/] });
});

fault(4, 'SIGINT twice, during up', async (trial) => {
	const scene = await trial.scene();
	const running = trial.start(scene, ['backup', '--json']);
	await running.waitFor(phaseStart('up'));
	running.kill('SIGINT');
	await delay(30);
	running.kill('SIGINT');
	await trial.everything(scene, await running.done, { code: 130, words: [scene.app.name, /"owed":/] });
});

fault(6, 'terminal hang-up of a headless run', async (trial) => {
	const scene = await trial.scene({ bulk: 24, config: { local_backup: { COMPRESSION: 'max' } } });
	const code = join(scene.host.directory, 'exit-code');
	const old = await lastRun(scene);
	const program = trial.isProduct
		? `'${tools.node}' '${join(projectRoot, 'bin/backup-tui.js')}' --config '${scene.host.configFile}' backup`
		: `sh '${join(projectRoot, 'test/faults/baseline/backup.sh')}' backup`;
	const env = trial.isProduct ? scene.host.env : scriptEnvironment(scene);
	// The kernel tells the session's leader only; like a login shell, it hands the signal on.
	const command = `${program} & child=$!; trap 'kill -HUP $child' HUP; wait $child; wait $child; echo $? >'${code}'`;
	const terminal = spawn('script', ['-q', '-c', command, '/dev/null'], {
		env: { ...env, SHELL: '/bin/sh' },
		stdio: ['pipe', 'ignore', 'ignore'],
		detached: true,
	});
	if (trial.isProduct)
		await until(async () => phaseStart('copy').test(await eventsAfter(scene, old)), 'the copy');
	else
		await until(
			async () => (await processesOf(scene.host)).some((one) => one.commandLine.includes(' backup /')),
			'the copy',
		);
	terminal.kill('SIGKILL');
	await once(terminal, 'exit');
	await until(
		async () => (await readFile(code, 'utf8').catch(() => '')).length > 1,
		'the end of the run',
	).catch(async (error: unknown) => {
		const alive = (await processesOf(scene.host)).map(({ pid, commandLine }) => `${pid} ${commandLine}`);
		throw new Error(`${String(error)}\n${alive.join('\n')}\n${await eventsAfter(scene, old)}`);
	});
	await trial.holds('D', async () => expect((await readFile(code, 'utf8')).trim()).toBe('129'));
	await trial.everything(scene);
});

fault(7, 'stdout and stderr closed', async (trial) => {
	const scene = await trial.scene();
	const running = trial.start(scene, ['backup', '--json']);
	await running.waitFor(phaseStart('down'));
	running.child.stdout?.destroy();
	running.child.stderr?.destroy();
	const { code } = await running.done;
	await trial.holds('D', () => expect(code).toBe(0));
	await trial.everything(scene);
});

fault(8, 'restic stopped by SIGSTOP in the copy', async (trial) => {
	const scene = await trial.scene({
		bulk: 24,
		config: { local_backup: { COMPRESSION: 'max', BACKUP_TIMEOUT: 10 } },
	});
	const running = trial.start(scene, ['backup', '--json'], { timeoutMs: trial.isProduct ? 90_000 : 25_000 });
	await running.waitFor(phaseStart('copy'));
	process.kill((await resticOf(scene)).pid, 'SIGSTOP');
	const outcome = await running.done;
	await trial.everything(scene, outcome, { words: [scene.app.name, /copy/] });
});

fault(9, 'a grandchild in its own session holds the pipe', async (trial) => {
	const scene = await trial.scene();
	await replaceRestic(scene, ['case "$*" in *" backup "*|"backup "*) setsid sleep 300 & ;; esac']);
	const outcome = await trial.run(scene, ['backup', '--json'], { timeoutMs: 60_000 });
	await trial.holds('D', () => expect(outcome.code, outcome.stdout).toBe(0));
	await trial.everything(scene);
});

/** Where the freezer of cgroups v1 is, mounted where the machine has only v2: that one lets SIGKILL through. */
async function freezers(scene: Scene): Promise<string> {
	const usual = '/sys/fs/cgroup/freezer';
	if (existsSync(join(usual, 'cgroup.procs'))) return usual;
	const own = join(scene.host.directory, 'freezer');
	await mkdir(own);
	await run('mount', ['-t', 'cgroup', '-o', 'freezer', 'none', own]);
	return own;
}

// A frozen cgroup (v1) holds a process in state D, where not even SIGKILL reaches it, as a dead NFS server does.
fault(10, 'restic frozen: not even SIGKILL ends it', async (trial) => {
	const scene = await trial.scene({
		bulk: 24,
		config: { local_backup: { COMPRESSION: 'max', BACKUP_TIMEOUT: 10 } },
	});
	const freezer = join(await freezers(scene), scene.host.name);
	await mkdir(freezer);
	const thaw = async () => await writeFile(join(freezer, 'freezer.state'), 'THAWED').catch(() => {});
	onTestFinished(async () => {
		await thaw();
		await until(async () => (await rmdir(freezer).catch(() => false)) === undefined, 'the freezer', 10_000);
	});
	const running = trial.start(scene, ['backup', '--json'], { timeoutMs: trial.isProduct ? 120_000 : 30_000 });
	await running.waitFor(phaseStart('copy'));
	const { pid } = await resticOf(scene);
	await writeFile(join(freezer, 'cgroup.procs'), String(pid));
	await writeFile(join(freezer, 'freezer.state'), 'FROZEN');
	const outcome = await running.done.catch((error: unknown) => error as Error);
	await trial.holds('D', () => {
		if (outcome instanceof Error) throw outcome;
	});
	await trial.holds('A', () => stacksAreAsBefore(scene));
	await thaw();
	await until(async () => !existsSync(`/proc/${pid}`), 'the end of restic', 20_000);
	if (!(outcome instanceof Error)) await trial.told(outcome, { words: [scene.app.name, /copy/] });
	// It died without its lock: the next backup removes that, as its owner is gone.
	const next = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
	await trial.everything(scene);
});
