import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { compose, composeYaml, sleeper, stack, startCli, testHost } from '../../real/rig/index.ts';
import { openScreen } from './rig/screen.ts';
import { idleStacks } from './rig/stacks.ts';

test('a toggle is on disk at once, undone by u, and keeps what another process writes meanwhile', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha', 'beta', 'gamma']);
	const screen = openScreen(host);
	await screen.waitFor('alpha');
	screen.keys('2');
	await screen.waitFor('[ ] beta');
	screen.keys('j');
	screen.keys('Space');
	await screen.waitFor('beta enabled, saved');
	expect(screen.text()).toContain('[x] beta');
	expect(await readFile(host.dirlist, 'utf8')).toContain('beta=true');
	expect((await startCli(host, ['stacks', 'enable', 'gamma']).done).code).toBe(0);
	await screen.waitFor('[x] gamma');
	screen.keys('u');
	await screen.waitFor('Undone, saved');
	const text = await readFile(host.dirlist, 'utf8');
	expect(text).toContain('beta=false');
	expect(text).toContain('gamma=true');
});

test('forty-one toggles while another process edits lose nothing of either', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha', 'beta']);
	const screen = openScreen(host);
	await screen.waitFor('beta');
	screen.keys('2');
	await screen.waitFor('[ ] alpha');
	const other = (async () => {
		for (let round = 0; round < 5; round += 1) {
			await startCli(host, ['stacks', round % 2 === 0 ? 'enable' : 'disable', 'beta']).done;
		}
	})();
	for (let press = 0; press < 41; press += 1) {
		screen.keys('Space');
		await delay(20);
	}
	await other;
	await screen.waitFor(/\[x\] alpha[\s\S]*\[x\] beta/);
	await delay(500);
	expect((await readFile(host.dirlist, 'utf8')).trim().split('\n').sort()).toEqual([
		'alpha=true',
		'beta=true',
	]);
});

test('keys in one batch act on the right stack; a question is not answered by the same batch', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha', 'beta', 'gamma']);
	const screen = openScreen(host);
	await screen.waitFor('gamma');
	screen.keys('2');
	await screen.waitFor('[ ] gamma');
	screen.keys('j', 'j', 'Space');
	await screen.waitFor('gamma enabled, saved');
	expect(await readFile(host.dirlist, 'utf8')).toContain('beta=false');
	screen.keys('B', 'y');
	const text = await screen.waitFor('Nothing done');
	expect(text).not.toContain('Back up');
});

test.each([true, false])('10 kB pasted over a list (brackets: %s) change nothing', async (bracketed) => {
	const host = await testHost();
	await idleStacks(host, ['alpha', 'beta']);
	const before = await readFile(host.dirlist, 'utf8');
	const screen = openScreen(host);
	await screen.waitFor('beta');
	screen.keys('2');
	await screen.waitFor('[ ] alpha');
	screen.paste('By the way: a y A B q X - yes, \u0020 Space. '.repeat(256), bracketed);
	const text = await screen.waitFor('was dropped');
	expect(text).toContain('[2 Stacks]');
	expect(text).toMatch(/\[ \] alpha[\s\S]*\[ \] beta/);
	await delay(300);
	expect(await readFile(host.dirlist, 'utf8')).toBe(before);
	screen.keys('j');
	await screen.waitFor(/> \[ \] beta/);
});

test('an external stack is found with the picker, added, and removed again', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const elsewhere = `${host.directory}/elsewhere/blog`;
	await mkdir(elsewhere, { recursive: true });
	await writeFile(`${elsewhere}/compose.yaml`, `services:\n  web:\n    image: busybox:local\n`);
	const screen = openScreen(host, { columns: 160, rows: 50 });
	await screen.waitFor('alpha');
	screen.keys('2');
	await screen.waitFor('[ ] alpha');
	screen.keys('+');
	await screen.waitFor('elsewhere/');
	for (let step = 0; step < 40 && !/> elsewhere/.test(screen.text()); step += 1) {
		screen.keys('j');
		await delay(150);
	}
	screen.keys('Enter');
	await screen.waitFor('blog/   a stack');
	screen.keys('j');
	screen.keys('a');
	await screen.waitFor(/\[ \] .*elsewhere\/blog/);
	expect(await readFile(host.dirlist, 'utf8')).toContain(`${elsewhere}=false`);
	screen.keys('G');
	await screen.waitFor(/> \[ \] .*elsewhere\/blog/);
	screen.keys('-');
	await screen.waitFor('taken off the list');
	expect(await readFile(host.dirlist, 'utf8')).not.toContain(elsewhere);
});

test('a project that runs elsewhere is shown with its path; + offers it first', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const blog = await stack(host, 'blog', composeYaml([sleeper('web')]), {
		parent: join(host.directory, 'elsewhere'),
	});
	await compose(blog, ['up', '-d']);
	const screen = openScreen(host, { columns: 200, rows: 50 });
	await screen.waitFor('alpha');
	screen.keys('2');
	await screen.waitFor(/more projects? runs?, not listed \(\+ adds\)/);
	screen.keys('+');
	const offered = `runs as ${blog.project}: ${blog.directory}/`;
	await screen.waitFor(offered);
	// Tests beside this one may have projects running too.
	for (let step = 0; step < 40 && !screen.text().includes(`> ${offered}`); step += 1) {
		screen.keys('j');
		await delay(150);
	}
	screen.keys('a');
	await screen.waitFor(/\[ \] .*blog +running 1\/1/);
	expect(await readFile(host.dirlist, 'utf8')).toContain(`${blog.directory}=false`);
});

test('what is toggled right before leaving is on disk', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const screen = openScreen(host);
	await screen.waitFor('alpha');
	screen.keys('2');
	await screen.waitFor('[ ] alpha');
	screen.keys('Space', 'q');
	await screen.waitFor('exit code 0');
	expect(await readFile(host.dirlist, 'utf8')).toContain('alpha=true');
});
