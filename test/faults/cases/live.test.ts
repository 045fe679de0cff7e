import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { fillDisk, smallDisk } from '../../real/rig/index.ts';
import { run } from '../../real/rig/run.ts';
import { fault } from '../suite/fault.ts';
import { stacksAreAsBefore } from '../suite/holds.ts';
import { phaseStart } from '../suite/kill-points.ts';
import { mountpoint } from '../suite/scene.ts';

async function changeAttributes(how: string, path: string): Promise<void> {
	await run('chattr', [how, path]);
	if (how.startsWith('+'))
		onTestFinished(async () => void (await run('chattr', [`-${how.slice(1)}`, path], { anyCode: true })));
}

fault(
	60,
	'T19: an immutable or append-only file, and a read-only mount, in the way of a restore',
	async (trial) => {
		const scene = await trial.scene();
		const volume = await mountpoint(scene.app);
		const precious = join(volume, 'precious');
		const first = readFileSync(precious, 'utf8');
		const env = join(scene.app.directory, '.env');
		const restore = [
			'restore',
			'--stack',
			scene.app.name,
			'--in-place',
			'--yes',
			'--confirm',
			scene.app.name,
		];
		const rollback = [
			'restore',
			'--stack',
			scene.app.name,
			'--rollback',
			'--yes',
			'--confirm',
			scene.app.name,
		];

		// As in the snapshot: left alone, and the rest is restored.
		await changeAttributes('+i', precious);
		const envBefore = readFileSync(env, 'utf8');
		await writeFile(env, 'A=2\n');
		const unchanged = await trial.run(scene, restore);
		await trial.holds('D', () => expect(unchanged.code, unchanged.stdout + unchanged.stderr).toBe(0));
		await trial.holds('A', () => expect(readFileSync(env, 'utf8')).toBe(envBefore));
		const back = await trial.run(scene, rollback);
		await trial.holds('D', () => expect(back.code, back.stdout + back.stderr).toBe(0));
		await trial.holds('A', () => expect(readFileSync(env, 'utf8')).toBe('A=2\n'));
		await writeFile(env, envBefore);

		// Changed: told before anything is stopped, with a command that works when pasted.
		for (const flag of ['i', 'a']) {
			await changeAttributes('-i', precious);
			writeFileSync(precious, 'second\n');
			await changeAttributes(`+${flag}`, precious);
			const refused = await trial.run(scene, restore);
			await trial.told(refused, { code: 4, words: [`chattr -${flag} ${precious}`] });
			await trial.holds('A', () => stacksAreAsBefore(scene));
			await trial.holds('D', () => expect(refused.stdout + refused.stderr).not.toMatch(/was off for/));
			await changeAttributes(`-${flag}`, precious);
		}
		// A file that would be deleted.
		const added = join(volume, 'added');
		writeFileSync(added, 'added');
		await changeAttributes('+i', added);
		const kept = await trial.run(scene, [...restore, '--delete']);
		await trial.told(kept, { code: 4, words: [`chattr -i ${added}`] });
		await changeAttributes('-i', added);

		const running = trial.start(scene, [...restore, '--json']);
		await running.waitFor(phaseStart('verify'));
		await changeAttributes('+i', precious);
		const half = await running.done;
		if (half.code === 0) await changeAttributes('-i', precious);
		else {
			// Too late to be found beforehand: the way on is told, by every backup too, and the way back is not blocked by
			// the same file, which is still immutable.
			await trial.told(half, { code: 7, words: [scene.app.name, '--rollback'] });
			const backup = await trial.run(scene, ['backup']);
			await trial.told(backup, { code: 7, words: [scene.app.name, 'half restored', '--rollback'] });
		}
		const undone = await trial.run(scene, rollback);
		await trial.holds('D', () => expect(undone.code, undone.stdout + undone.stderr).toBe(0));
		await trial.holds('A', () => expect(readFileSync(precious, 'utf8')).toBe('second\n'));
		await trial.holds('A', () => expect(existsSync(added)).toBe(true));
		await changeAttributes('-i', precious);
		const backup = await trial.run(scene, ['backup']);
		await trial.holds('D', () => expect(backup.code, backup.stdout + backup.stderr).toBe(0));
		writeFileSync(precious, first);

		// Read-only by now.
		await run('mount', ['--bind', volume, volume]);
		onTestFinished(async () => void (await run('umount', ['-l', volume], { anyCode: true })));
		await run('mount', ['-o', 'remount,bind,ro', volume]);
		writeFileSync(env, 'A=3\n');
		const readOnly = await trial.run(scene, restore);
		await trial.told(readOnly, { code: 4, words: ['read-only', 'remount,rw'] });
		await trial.holds('A', () => stacksAreAsBefore(scene));
		await run('umount', ['-l', volume]);
		const end = await trial.run(scene, restore);
		await trial.holds('D', () => expect(end.code, end.stdout + end.stderr).toBe(0));
		await trial.everything(scene);
	},
);

fault(61, 'T17: a target without room, for new and for changed files', async (trial) => {
	const scene = await trial.scene({ files: { 'big.bin': randomBytes(3 * 1024 * 1024) } });
	const target = join(scene.host.directory, 'target');
	await smallDisk(target, 2);
	const args = ['restore', '--stack', scene.app.name, '--target', target];
	const full = await trial.run(scene, args);
	await trial.told(full, { code: 4, words: [target, 'free space there'] });
	await run('umount', [target]);

	await smallDisk(target, 64);
	const fits = await trial.run(scene, args);
	await trial.holds('D', () => expect(fits.code, fits.stdout + fits.stderr).toBe(0));
	// Emptied files have to grow again.
	await run('find', [target, '-type', 'f', '-size', '+100k', '-exec', 'truncate', '-s', '0', '{}', '+']);
	await fillDisk(target);
	const grown = await trial.run(scene, [...args, '--yes', '--confirm', scene.app.name]);
	await trial.told(grown, { code: 4, words: [target, 'free space there'] });
	await run('umount', [target]);
	await trial.everything(scene);
});

fault(62, 'T7: a stack is moved and linked elsewhere while a restore is under way', async (trial) => {
	const scene = await trial.scene();
	const restore = ['restore', '--stack', scene.app.name, '--in-place', '--yes', '--confirm', scene.app.name];
	const volume = await mountpoint(scene.app);
	const precious = join(volume, 'precious');
	const elsewhere = join(scene.host.directory, 'elsewhere');
	await mkdir(elsewhere);
	await writeFile(precious, 'second\n');
	const env = join(scene.app.directory, '.env');
	await writeFile(env, 'A=2\n');
	const running = trial.start(scene, [...restore, '--json']);
	await running.waitFor(phaseStart('down'));
	const moved = `${scene.app.directory}-moved`;
	await run('mv', [scene.app.directory, moved]);
	await run('ln', ['-s', elsewhere, scene.app.directory]);
	const outcome = await running.done;
	await trial.holds('B', () => expect(existsSync(join(elsewhere, '.env'))).toBe(false));
	await trial.holds('D', () => expect(outcome.code, outcome.stdout).not.toBe(0));
	await trial.holds('B', () => expect(readFileSync(join(moved, '.env'), 'utf8')).toBe('A=2\n'));
	await trial.holds('B', () => expect(readFileSync(precious, 'utf8')).toBe('second\n'));
	await run('rm', [scene.app.directory]);
	await run('mv', [moved, scene.app.directory]);
	await trial.recover(scene);
	const again = await trial.run(scene, restore);
	await trial.holds('D', () => expect(again.code, again.stdout + again.stderr).toBe(0));
	await trial.everything(scene);
});
