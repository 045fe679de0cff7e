import { chmod, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { fault } from '../suite/fault.ts';
import type { Scene } from '../suite/scene.ts';

const nobody = 65_534;

/** What an attacker changes, and how it is put right. */
const plants: readonly (readonly [string, (scene: Scene) => Promise<() => Promise<void>>])[] = [
	[
		'the state directory belongs to another user',
		async ({ host }) => {
			await chown(host.stateDir, nobody, nobody);
			return () => chown(host.stateDir, 0, 0);
		},
	],
	[
		'everybody can write the state directory',
		async ({ host }) => {
			await chmod(host.stateDir, 0o1777);
			return () => chmod(host.stateDir, 0o700);
		},
	],
	[
		'the log directory belongs to another user',
		async ({ host }) => {
			await chown(host.logDir, nobody, nobody);
			return () => chown(host.logDir, 0, 0);
		},
	],
	[
		'the group can write the run directory',
		async ({ host }) => {
			await mkdir(host.runDir, { recursive: true });
			await chmod(host.runDir, 0o770);
			return () => chmod(host.runDir, 0o700);
		},
	],
	[
		'everybody can write the dirlist',
		async ({ host }) => {
			await chmod(host.dirlist, 0o666);
			return () => chmod(host.dirlist, 0o600);
		},
	],
	[
		'everybody can write a directory on the way',
		async ({ host }) => {
			await chmod(dirname(host.stateDir), 0o777);
			return () => chmod(dirname(host.stateDir), 0o700);
		},
	],
];

fault(90, 'T14: a directory that the program acts upon can be written by others', async (trial) => {
	const scene = await trial.scene();
	for (const [what, plant] of plants) {
		const mend = await plant(scene);
		for (const args of [['backup'], ['recover'], ['validate']]) {
			const outcome = await trial.run(scene, args);
			await trial.told(outcome, { code: 1, words: [/chown|chmod|directory of its own/] });
			expect
				.soft(outcome.stdout + outcome.stderr, what)
				.toMatch(/belongs to user|can be changed|can put files/);
		}
		await mend();
	}
	const outcome = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0));
	await trial.everything(scene);
});

fault(91, 'T14: a file is planted in the journal', async (trial) => {
	const scene = await trial.scene();
	const { host } = scene;
	const pwned = join(host.directory, 'pwned');
	const evil = { name: `${host.name}-evil`, directory: join(host.directory, 'evil') };
	await mkdir(evil.directory);
	await writeFile(
		join(evil.directory, 'compose.yaml'),
		`services:\n  evil:\n    image: busybox:local\n    command: touch /host/pwned\n    volumes: ["${host.directory}:/host"]\n`,
	);
	const entry = {
		v: 1,
		stack: 'evil',
		name: evil.name,
		run: '20260101-000000-0000',
		owner: { pid: 999_999, startTime: 1, bootId: 'x' },
		writtenAt: '2026-01-01T00:00:00.000Z',
		method: 'down',
		timeoutSeconds: 1,
		debt: { kind: 'up' },
		inventory: {
			version: 1,
			stack: 'evil',
			directory: evil.directory,
			takenAt: '2026-01-01T00:00:00.000Z',
			projects: [
				{
					project: evil.name,
					workingDir: evil.directory,
					configFiles: [join(evil.directory, 'compose.yaml')],
					envFiles: [],
					replicas: { evil: 1 },
				},
			],
			containers: [],
		},
	};
	const journal = join(host.stateDir, 'journal');
	await mkdir(journal, { recursive: true, mode: 0o700 });
	const file = join(journal, 'planted.json');
	await writeFile(file, JSON.stringify(entry), { mode: 0o644 });
	await chown(file, nobody, nobody);
	for (const args of [['recover'], ['backup']])
		await trial.told(await trial.run(scene, args), { code: 7, words: [/planted/] });
	await trial.holds('E', async () =>
		expect(await readFile(pwned, 'utf8').catch(() => 'not there')).toBe('not there'),
	);
	await rm(file);
	// The directory itself was made by somebody else before the program came to make it.
	await rename(journal, `${journal}.own`);
	await mkdir(journal, { mode: 0o755 });
	await chown(journal, nobody, nobody);
	await trial.told(await trial.run(scene, ['backup']), { code: 1, words: [/journal.*belongs to user/] });
	await rm(journal, { recursive: true });
	await rename(`${journal}.own`, journal);
	await trial.everything(scene);
});
