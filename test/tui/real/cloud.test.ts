import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
	composeYaml,
	makeQuickRepository,
	runCli,
	sleeper,
	stack,
	testHost,
	writeConfig,
	writeDirlist,
} from '../../real/rig/index.ts';
import { openScreen } from './rig/screen.ts';

test('a remote is tested and synced from the Cloud screen, which tells at once how it ended', async () => {
	const host = await testHost();
	await writeConfig(host, { cloud_sync: { REMOTE: host.remoteDir, PATH: 'copy' } });
	const alpha = await stack(host, 'alpha', composeYaml([sleeper('web')]), { files: { letter: 'dear' } });
	await writeDirlist(host, { [alpha.name]: true });
	await makeQuickRepository(host.repository, host.password);
	expect((await runCli(host, ['backup'])).code).toBe(0);
	const screen = openScreen(host);
	await screen.waitFor('1 Home');
	// In one go: the remotes are not read yet when the test of them is asked for.
	screen.keys('5', 't');
	await screen.waitFor(/✔ readable: the probe file was read back[\s\S]*iB free/, 60_000);
	screen.keys('S');
	await screen.waitFor('Sync to the remotes?');
	screen.keys('y');
	await screen.waitFor(/Run \w{4} +sync +ui +ok/, 90_000);
	screen.keys('5');
	await screen.waitFor(/Last +today \d\d:\d\d ok/, 10_000);
	expect(await readdir(join(host.remoteDir, 'copy', 'snapshots'))).toHaveLength(1);
});

test('with the repository lost, Home says so and a stack comes back from the copy elsewhere', async () => {
	const host = await testHost();
	await writeConfig(host, { cloud_sync: { REMOTE: host.remoteDir, PATH: 'copy' } });
	const alpha = await stack(host, 'alpha', composeYaml([sleeper('web')]), { files: { letter: 'dear' } });
	await writeDirlist(host, { [alpha.name]: true });
	await makeQuickRepository(host.repository, host.password);
	expect((await runCli(host, ['backup'])).code).toBe(0);
	expect((await runCli(host, ['sync'])).code).toBe(0);
	await rename(host.repository, `${host.repository}-lost`);
	const screen = openScreen(host);
	await screen.waitFor(/no repository at .* 7 = Doctor/);
	screen.keys('R');
	await screen.waitFor('From where?');
	screen.keys('Escape');
	await screen.waitFor(/\[1 Home\][\s\S]*Nothing was restored/);
	screen.keys('R');
	await screen.waitFor('From where?');
	screen.keys('Down', 'Enter');
	await screen.waitFor('> latest    the newest on default');
	screen.keys('Enter');
	const where = await screen.waitFor('A new folder');
	const [target = ''] = /\/\S+-latest/.exec(where) ?? [];
	screen.keys('Enter');
	await screen.waitFor(/all new[\s\S]*Enter starts the restore/, 60_000);
	screen.keys('Enter');
	const ended = await screen.waitFor(/Run \w{4} +restore +ui +ok/, 90_000);
	expect(ended).toMatch(/✔ \S*alpha/);
	expect(await readFile(join(target, alpha.directory, 'letter'), 'utf8')).toBe('dear');
});
