import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
	await screen.waitFor(
		/Doctor: \d problems?, \d warnings? ─[\s\S]*! last check +the repository was never checked/,
	);
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
	await screen.waitFor(/✔ last check +the check of the repository found nothing/, 60_000);
	const { stdout } = await runCli(host, ['doctor', '--json']);
	expect(stdout).toContain('found nothing');
});

test('what is worth a word in the configuration is said on Home and on Doctor, and not over the screen', async () => {
	const host = await testHost({ config: { local_backup: { LOAD_THRESHOLD: 'x' } } });
	await chmod(host.configFile, 0o644);
	await idleStacks(host, ['alpha']);
	const screen = openScreen(host);
	await screen.waitFor(/Health: \d PROBLEMS?, \d warnings ─/);
	screen.keys('7');
	await screen.waitFor(/! config +config: line \d+, \[local_backup\] LOAD_THRESHOLD/);
	await screen.waitFor(/! config +config: the configuration can be read/);
	screen.keys('q');
	expect(await screen.waitFor('exit code 0')).not.toContain('LOAD_THRESHOLD');
});

test('after the configuration was edited the UI comes back where the person was', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const editor = join(host.directory, 'editor');
	await writeFile(editor, '#!/bin/sh\necho "# looked at" >> "$1"\n', { mode: 0o755 });
	const screen = openScreen(host, { env: { EDITOR: editor } });
	await screen.waitFor('alpha');
	screen.keys('7');
	await screen.waitFor(/Doctor: \d problems?, \d warnings? ─/);
	for (let step = 0; step < 12 && !/> ! last check/.test(screen.text()); step += 1) {
		screen.keys('j');
		await delay(150);
	}
	await screen.waitFor(/> ! last check/);
	screen.keys('e');
	const back = await screen.waitFor('The configuration was read again');
	expect(back).toContain('[7 Doctor]');
	await screen.waitFor(/> ! last check +the repository was never checked/);
	expect(await readFile(host.configFile, 'utf8')).toContain('# looked at');
});
