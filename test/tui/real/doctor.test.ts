import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeQuickRepository, runCli, testHost } from '../../real/rig/index.ts';
import { openScreen } from './rig/screen.ts';
import { idleStacks } from './rig/stacks.ts';

test('Enter explains a check, Enter again runs its fix when y says so; the check is green then', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	await makeQuickRepository(host.repository, host.password);
	const screen = openScreen(host);
	await screen.waitFor('alpha');
	screen.keys('7');
	await screen.waitFor(/! last check +the repository was never checked/);
	for (let step = 0; step < 12 && !/> ! last check/.test(screen.text()); step += 1) {
		screen.keys('j');
		await delay(150);
	}
	screen.keys('Enter');
	await screen.waitFor('Enter runs it');
	screen.keys('Enter');
	const asked = await screen.waitFor('Run the fix for last check?');
	expect(asked).toContain('backup-tui check');
	screen.keys('y');
	await screen.waitFor(/Run \w{4} +check +ui +ok/, 60_000);
	screen.keys('7');
	await delay(100);
	screen.keys('Escape');
	await screen.waitFor(/✔ last check +found nothing/, 60_000);
	const { stdout } = await runCli(host, ['doctor', '--json']);
	expect(stdout).toContain('found nothing');
});
