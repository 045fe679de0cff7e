import { chmod, chown, lchown, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fault } from '../suite/fault.ts';
import { copyToRemote } from '../suite/scene.ts';

/** Somebody without rights on this machine. */
const nobody = 65_534;

fault(66, 'T22: a folder that another user has prepared for a restore', async (trial) => {
	const scene = await trial.scene();
	const { host, app } = scene;
	const at = (name: string) => join(host.directory, name);
	const victim = at('victim');
	await mkdir(victim);
	await writeFile(join(victim, 'settings'), 'of somebody else\n');
	await copyToRemote(scene);
	const agreed = ['--yes', '--confirm', app.name];
	const data = (target: string) => ['restore', '--stack', app.name, '--target', target, ...agreed];
	const refuses = async (args: readonly string[], word: RegExp) => {
		const outcome = await trial.run(scene, args);
		await trial.told(outcome, { code: 4, words: [word] });
		await trial.holds('B', async () => {
			expect(await readdir(victim)).toEqual(['settings']);
			expect(await readFile(join(victim, 'settings'), 'utf8')).toBe('of somebody else\n');
		});
	};

	// A folder of theirs, and one they may write to.
	const theirs = at('theirs');
	await mkdir(theirs);
	await chown(theirs, nobody, nobody);
	await refuses(data(theirs), /belongs to user 65534/);
	await refuses(data(join(theirs, 'new')), /on the way to .* belongs to user 65534/);
	await refuses(['restore', join(theirs, 'repository')], /belongs to user 65534/);
	const open = at('open');
	await mkdir(open);
	await chmod(open, 0o777);
	await refuses(data(join(open, 'new')), /can be written to by everybody/);
	await refuses(['restore', join(open, 'new')], /can be written to by everybody/);
	// A sticky directory as /tmp is: below it, but not itself; and not through a link of theirs.
	const sticky = at('sticky');
	await mkdir(sticky);
	await chmod(sticky, 0o1777);
	await refuses(data(sticky), /can be written to by everybody/);
	await symlink(victim, join(sticky, 'guessed'));
	await lchown(join(sticky, 'guessed'), nobody, nobody);
	await refuses(data(join(sticky, 'guessed')), /is a link to/);
	await refuses(data(join(sticky, 'guessed', 'deeper')), /belongs to user 65534/);
	await refuses(['restore', join(sticky, 'guessed', 'repository')], /belongs to user 65534/);
	expect(await readdir(theirs)).toEqual([]);
	expect(await readdir(open)).toEqual([]);

	// Links inside a folder that is ours: the mark of an unfinished restore, a parent, the place itself.
	const inside = async (name: string, path: string, to: string) => {
		await mkdir(join(at(name), path, '..'), { recursive: true });
		await symlink(to, join(at(name), path));
		return at(name);
	};
	const first = app.directory.split('/')[1] ?? '';
	await refuses(data(await inside('parent', first, victim)), /is a link to .*nothing is written through it/);
	await refuses(data(await inside('place', app.directory.slice(1), victim)), /is a link to/);
	await refuses(['restore', await inside('fetched', 'data', victim), '--force'], /is a link to/);
	const marked = await inside('marked', '.backup-tui-restore-incomplete', join(victim, 'settings'));
	const good = await trial.run(scene, data(marked));
	await trial.holds('D', () => expect(good.code, good.stdout + good.stderr).toBe(0));
	await trial.holds('B', async () =>
		expect(await readFile(join(victim, 'settings'), 'utf8')).toBe('of somebody else\n'),
	);
	// A mark of another snapshot answers no question.
	await writeFile(join(marked, '.backup-tui-restore-incomplete'), `${'0'.repeat(64)}\n`);
	await writeFile(join(marked, app.directory, 'conf/settings'), 'mine\n');
	const asked = await trial.run(scene, ['restore', '--stack', app.name, '--target', marked]);
	await trial.told(asked, { code: 64, words: [/--confirm/] });

	// What is below a sticky directory and new is ours.
	const fine = await trial.run(scene, data(join(sticky, 'new')));
	await trial.holds('D', () => expect(fine.code, fine.stdout + fine.stderr).toBe(0));
	expect((await lstat(join(sticky, 'new'))).mode & 0o777).toBe(0o700);
	await trial.everything(scene);
});
