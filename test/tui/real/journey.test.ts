import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compose, composeYaml, type Host, sleeper, stack, testHost, tools } from '../../real/rig/index.ts';
import { openScreen, type Screen } from './rig/screen.ts';

/** The UI where no configuration is yet; `config` is where it is to be made. */
function openFirstTime(host: Host, config: string): Screen {
	return openScreen(host, {
		columns: 120,
		rows: 40,
		noConfig: true,
		args: ['--config', config],
		env: {
			BACKUP_TUI_DOCKER: tools.docker,
			BACKUP_TUI_RESTIC: tools.restic,
			BACKUP_TUI_RCLONE: tools.rclone,
		},
	});
}

test('from nothing to the first restored file', async () => {
	const host = await testHost();
	const alpha = await stack(host, 'alpha', composeYaml([sleeper('web')]), {
		files: { 'data/letter.txt': 'dear reader' },
	});
	await compose(alpha, ['up', '-d']);
	const config = join(host.directory, 'new', 'config.ini');
	const screen = openFirstTime(host, config);
	const answer = async (text: string) => {
		screen.keys('C-u');
		await screen.waitFor(/> +\n?/);
		screen.type(text);
		await screen.waitFor(text);
	};
	await screen.waitFor('no config yet');
	screen.keys('Enter');
	await screen.waitFor('Where are the Compose stacks?');
	await answer(host.stacksDir);
	await screen.waitFor('1 stacks:');
	expect(existsSync(config)).toBe(false);
	screen.keys('Enter');
	await screen.waitFor('Where should restic keep the backups?');
	await answer(host.repository);
	await screen.waitFor('one will be made');
	for (const next of [
		'a new password will be made',
		'no second copy for now',
		'every day at 03:00',
		'Enter writes',
	]) {
		screen.keys('Enter');
		await screen.waitFor(next);
	}
	screen.keys('Enter');
	const done = await screen.waitFor('Enter opens the program', 60_000);
	const password = (await readFile(join(host.directory, 'new', 'restic-password'), 'utf8')).trim();
	expect(done).toContain(password);
	expect((await stat(config)).mode & 0o777).toBe(0o600);
	expect((await stat(join(host.directory, 'new', 'restic-password'))).mode & 0o777).toBe(0o600);
	const schedule = await screen.waitFor(
		/The schedule would be these files:[\s\S]*\(new\)[\s\S]*y writes them/,
	);
	const [, file = ''] = /(\/\S+) \(new\)/.exec(schedule) ?? [];
	screen.keys('Enter');
	await screen.waitFor('no stack is enabled');
	expect(existsSync(file)).toBe(false);
	screen.keys('2');
	await screen.waitFor('[ ]');
	screen.keys('Space');
	await screen.waitFor('enabled, saved');
	screen.keys('B');
	await screen.waitFor('Back up ');
	screen.keys('y');
	await screen.waitFor(/Run \w{4} +backup +ui +ok/, 120_000);
	screen.keys('4');
	await screen.waitFor('Snapshots: 1', 60_000);
	screen.keys('Enter');
	await screen.waitFor('data/', 60_000);
	screen.keys('j');
	screen.keys('Enter');
	await screen.waitFor('letter.txt', 60_000);
	screen.keys('j');
	screen.keys('Space');
	await screen.waitFor('1 marked');
	screen.keys('R');
	await screen.waitFor('Where to?');
	const target = join(host.directory, 'restored');
	await answer(target);
	screen.keys('Enter');
	await screen.waitFor(/letter\.txt[\s\S]*Enter starts the restore/, 60_000);
	await screen.waitFor(/new/, 60_000);
	for (let press = 0; press < 30 && !/\[3 Run\]/.test(screen.text()); press += 1) {
		screen.keys('Enter');
		await new Promise((resolve) => setTimeout(resolve, 1000));
	}
	await screen.waitFor(/Run \w{4} +restore +ui +ok/, 120_000);
	const restored = join(target, alpha.directory, 'data/letter.txt');
	expect(await readFile(restored, 'utf8')).toBe('dear reader');
});

test('the config of the older program is taken over at the first start', async () => {
	const host = await testHost();
	await stack(host, 'alpha', composeYaml([sleeper('web')]));
	const older = join(host.directory, 'older.ini');
	await writeFile(
		older,
		`[docker]\nDOCKER_STACKS_DIR=${host.stacksDir}\n[local_backup]\nRESTIC_REPOSITORY=${host.repository}\nRESTIC_PASSWORD=${host.password}\nMY_OWN=thing\n`,
	);
	const config = join(host.directory, 'new', 'config.ini');
	const screen = openFirstTime(host, config);
	await screen.waitFor('m import old config');
	await screen.waitFor('no config yet');
	screen.keys('m');
	await screen.waitFor('Config of the older program');
	screen.type(older);
	await screen.waitFor(older);
	screen.keys('Enter');
	await screen.waitFor(/3 values taken over, 1 not/);
	expect((await stat(config)).mode & 0o777).toBe(0o600);
	expect(await readFile(config, 'utf8')).toContain(host.stacksDir);
	screen.keys('Enter');
	await screen.waitFor(/alpha +down/);
});
