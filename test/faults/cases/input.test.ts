import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { takePid } from '../../real/reused-pid.ts';
import {
	compose,
	composeYaml,
	sleeper,
	snapshots,
	stack,
	writeConfig,
	writeDirlist,
} from '../../real/rig/index.ts';
import { fingerprint } from '../../real/sync-rig/trees.ts';
import { failEveryCommand, killAtEveryStep, type Work } from '../suite/every-step.ts';
import { fault } from '../suite/fault.ts';
import { stacksAreAsBefore } from '../suite/holds.ts';
import { phaseStart } from '../suite/kill-points.ts';
import { mergeSections, mountpoint, rememberContainers, rememberFiles, type Scene } from '../suite/scene.ts';

/** The stack's own files: what a restore in place has to bring back. */
async function liveFiles(scene: Scene): Promise<Readonly<Record<string, string>>> {
	return { ...fingerprint(scene.app.directory), ...fingerprint(await mountpoint(scene.app)) };
}

fault(
	38,
	'a restore killed at every step; every external command fails once; a symlink in its way',
	async (trial) => {
		const scene = await trial.scene();
		const wanted = await liveFiles(scene);
		const [snapshot = ''] = [...scene.earlier.keys()];
		const args = ['restore', '--stack', scene.app.name, '--in-place', '--snapshot', snapshot];
		const sure = [...args, '--confirm', scene.app.name, '--yes'];
		const outside = join(scene.host.directory, 'outside');
		await mkdir(outside);
		await writeFile(join(outside, 'settings'), 'of somebody else\n');
		const spoil = async () => {
			await writeFile(join(await mountpoint(scene.app), 'precious'), 'spoilt\n');
			await writeFile(join(scene.app.directory, '.env'), 'A=2\n');
		};
		const isRestored = () =>
			trial.holds('A', async () => expect(await liveFiles(scene)).toMatchObject(wanted));
		const restoredAgain = async (where: string) => {
			const again = await trial.run(scene, sure);
			await trial.holds('D', () =>
				expect(again.code, `after ${where}: ${again.stdout}${again.stderr}`).toBe(0),
			);
			await isRestored();
			await trial.holds('A', () => stacksAreAsBefore(scene));
		};
		const work: Work = {
			scene,
			command: 'restore',
			args: sure,
			few: 4,
			words: [new RegExp(`${scene.app.name}|restic|[Dd]ocker`)],
			prepare: spoil,
			afterKill: async (where) => {
				await trial.recover(scene);
				await restoredAgain(where);
			},
			afterFailure: async (where, { code }) => {
				if (code === 0) await isRestored();
				else await restoredAgain(where);
			},
		};
		await killAtEveryStep(trial, work);
		await isRestored();
		if (trial.isProduct) await failEveryCommand(trial, work);
		await rm(join(scene.app.directory, 'conf'), { recursive: true });
		await symlink(outside, join(scene.app.directory, 'conf'));
		await trial.run(scene, [...sure, '--json']);
		await trial.holds('B', async () =>
			expect(await readFile(join(outside, 'settings'), 'utf8')).toBe('of somebody else\n'),
		);
		// A restic that was killed left its lock: the next backup removes it, as its owner is gone.
		const next = await trial.run(scene, ['backup']);
		await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
		await trial.everything(scene);
	},
	600_000,
);

const hostile = [
	'$(touch pwned)',
	';touch pwned',
	'--help',
	'a,b',
	'`touch pwned`',
	'esc\u001b[2Jape',
	"quote'd",
];

fault(39, 'hostile names in directories, dirlist, ini, labels', async (trial) => {
	const scene = await trial.scene();
	const { host } = scene;
	const label = 'labels: {"x": "$$(touch pwned)\\e[2J\\e]52;c;cHduZWQ=\\a"}';
	for (const [index, name] of hostile.entries()) {
		const yaml = `name: ${host.name}-h${index}\n${composeYaml([sleeper('web', [label])])}`;
		const one = await stack(host, name, yaml, { exactName: true });
		await writeFile(join(one.directory, '$(touch pwned)'), 'x');
		if (index < 2) await compose(one, ['up', '-d']);
	}
	await writeDirlist(host, {
		[scene.app.name]: true,
		...Object.fromEntries(hostile.map((name) => [name, true])),
	});
	const evil = { EXCLUDE: '$(touch pwned).x', HOSTNAME: host.name, EXCLUDE_IF_PRESENT: ';touch pwned' };
	await writeConfig(host, mergeSections(scene.config, { local_backup: evil }));
	await rememberFiles(scene);
	await rememberContainers(scene);
	const outcome = await trial.run(scene, ['backup']);
	const all = await trial.run(scene, ['stacks', 'list']);
	const text = outcome.stdout + outcome.stderr + all.stdout + all.stderr;
	await trial.holds('E', async () => {
		const found = await readdir(host.directory, { recursive: true });
		expect(found.filter((path) => /(^|\/)pwned$/.test(path))).toEqual([]);
		expect(text).not.toContain('\u001b[2J');
		expect(text).not.toContain('\u001b]52');
	});
	await trial.holds('D', async () => {
		// Each is either copied, or said not to be: never left out in silence.
		const copied = (await snapshots(host)).filter(({ id }) => !scene.earlier.has(id)).length;
		const told = text.split('\n').filter((line) => /cannot be managed/.test(line)).length;
		expect(copied + told, text).toBeGreaterThanOrEqual(1 + hostile.length);
	});
	await trial.holds('D', () => expect([0, 1, 2], text).toContain(outcome.code));
	await trial.everything(scene);
});

fault(40, 'a second instance; a reused pid; dirlist edits at the same time', async (trial) => {
	const scene = await trial.scene({ bulk: 12 });
	const first = trial.start(scene, ['backup', '--json']);
	await first.waitFor(phaseStart('copy'));
	const second = await trial.run(scene, ['backup']);
	await trial.told(second, { code: 75, words: [/backup/, /pid/] });
	const end = await first.done;
	await trial.holds('D', () => expect(end.code, end.stdout).toBe(0));

	const dying = trial.start(scene, ['backup', '--json']);
	await dying.waitFor(phaseStart('copy'));
	await trial.kill(dying, scene, 'everything');
	const victim = await takePid(dying.pid);
	const next = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
	await trial.holds('E', async () => expect(await victim.lives()).toBe(true));

	if (trial.isProduct) {
		const names = ['a', 'b', 'c', 'd'].map((name) => `${scene.host.name}-${name}`);
		for (const name of ['a', 'b', 'c', 'd']) await stack(scene.host, name, composeYaml([sleeper('web')]));
		const comment = '# kept by hand\n';
		await writeFile(scene.host.dirlist, `${comment}${await readFile(scene.host.dirlist, 'utf8')}`);
		const edits = names.map((name) => trial.run(scene, ['stacks', 'enable', name]));
		for (const edit of await Promise.all(edits)) expect(edit.code, edit.stderr).toBe(0);
		const text = await readFile(scene.host.dirlist, 'utf8');
		await trial.holds('F', () => {
			for (const line of [comment.trim(), `${scene.app.name}=true`, ...names.map((name) => `${name}=true`)])
				expect(text.split('\n')).toContain(line);
		});
		await rememberFiles(scene);
	}
	await trial.everything(scene);
});
