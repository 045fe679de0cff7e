import { spawnSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { processStat } from '../../../source/process/proc.ts';
import { runCli, testHost, writeDirlist } from '../../real/rig/index.ts';
import { openScreen } from './rig/screen.ts';
import { idleStacks } from './rig/stacks.ts';

const gone = async (pid: number) => {
	for (let wait = 0; wait < 100; wait += 1) {
		const stat = processStat(pid);
		if (stat === undefined || stat.state === 'Z') return true;
		await delay(50);
	}
	return false;
};

test('q leaves the terminal as it was', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const screen = openScreen(host, { around: 'echo before; $UI; echo "exit code $?"; exec cat -v' });
	await screen.waitFor('alpha');
	screen.keys('q');
	const text = await screen.waitFor('exit code 0');
	expect(text).toContain('before');
	expect(text).not.toContain('┌');
	// Raw mode and bracketed paste are off: what is typed and pasted is echoed as it is.
	screen.paste('pasted', true);
	expect(await screen.waitFor('pasted')).not.toContain('200~');
});

test.each([
	['HUP', 129],
	['TERM', 143],
	['INT', 130],
] as const)('SIG%s ends the UI with %i and a clean terminal', async (signal, code) => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const screen = openScreen(host);
	await screen.waitFor('alpha');
	process.kill(screen.pid(), `SIG${signal}`);
	const text = await screen.waitFor(`exit code ${code}`);
	expect(text).not.toContain('┌');
});

test('a closed terminal ends the UI; nothing is left spinning', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const screen = openScreen(host);
	await screen.waitFor('alpha');
	const pid = screen.pid();
	screen.hangUp();
	expect(await gone(pid)).toBe(true);
});

test('a storm of sizes ends with a whole screen', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha', 'beta']);
	await writeDirlist(host, { alpha: true, beta: false });
	const screen = openScreen(host);
	await screen.waitFor('beta');
	for (let step = 0; step < 30; step += 1) {
		screen.resize(30 + ((step * 37) % 150), 8 + ((step * 13) % 45));
		await delay(10);
	}
	screen.resize(40, 10);
	await screen.waitFor(/1 Home +idle/);
	screen.resize(80, 24);
	await screen.waitFor('Needs attention');
	await delay(400);
	const rows = screen.text().trimEnd().split('\n');
	expect(rows[0]).toContain('[1 Home]');
	expect(rows[1]).toMatch(/^┌─ Health.*┐$/);
	expect(rows.filter((row) => row.startsWith('┌'))).toHaveLength(3);
	expect(rows.filter((row) => row.startsWith('└'))).toHaveLength(3);
	expect(rows.at(-1)).toContain('q quit');
});

test('without UTF-8, on a plain terminal, only ASCII is drawn', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const screen = openScreen(host, { env: { LANG: 'C', TERM: 'linux', LC_ALL: 'C' } });
	const text = await screen.waitFor('alpha');
	expect(text).toMatch(/^[\x20-\x7e\n]*$/);
	expect(text).toContain('+- Health');
});

test('NO_COLOR leaves colours out; the selected row has its mark', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const colored = openScreen(host);
	await colored.waitFor('alpha');
	// Foreground colours: 30-37, 90-97.
	expect(colored.styled()).toMatch(/\u001b\[[\d;]*(3[0-7]|9[0-7])m/);
	const screen = openScreen(host, { env: { NO_COLOR: '1' } });
	expect(await screen.waitFor('alpha')).toMatch(/> . alpha/);
	expect(screen.styled()).not.toMatch(/\u001b\[[\d;]*(3[0-7]|9[0-7])m/);
});

test('for a screen reader there are words, no boxes, and the terminal scrolls as ever', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha', 'beta']);
	const screen = openScreen(host, { args: ['--screen-reader'] });
	const home = await screen.waitFor(/selected, off: alpha/);
	expect(home).toMatch(/^[\x20-\x7e\n]*$/);
	screen.keys('2');
	await screen.waitFor('selected, off alpha');
	screen.keys('j', 'Space');
	await screen.waitFor('selected, on  beta');
	screen.keys('q');
	await screen.waitFor('exit code 0');
});

test('c puts the command on the clipboard of the terminal (OSC 52), also through tmux', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const screen = openScreen(host);
	await screen.waitFor('alpha');
	screen.keys('2');
	await screen.waitFor('[ ] alpha');
	screen.keys('c');
	const shown = await screen.waitFor('command copied');
	expect(shown).toContain('backup-tui stacks enable alpha');
	await delay(200);
	expect(screen.clipboard()).toContain(`backup-tui stacks enable alpha --config ${host.configFile}`);
});

test('a broken configuration is said on the screen one had, with its exit code', async () => {
	const host = await testHost({ config: { local_backup: { KEEP_NONSENSE: 'x' } } });
	const screen = openScreen(host);
	const text = await screen.waitFor('exit code 1');
	expect(text).toContain('KEEP_NONSENSE');
});

test('not a terminal: short help and exit 64', async () => {
	const host = await testHost();
	const { code, stderr } = await runCli(host, []);
	expect(code).toBe(64);
	expect(stderr).toContain('backup-tui');
});

test('keys typed before the UI is there leave no trace on the screen and are not lost', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const screen = openScreen(host, {
		around: 'echo before; echo ready; sleep 1; $UI; echo "exit code $?"; exec sleep 600',
	});
	await screen.waitFor('ready');
	screen.type('2s');
	await screen.waitFor(/\[2 Stacks\][\s\S]*sort: state[\s\S]*alpha +down/);
	screen.keys('q');
	const text = await screen.waitFor('exit code 0');
	expect(text.trimEnd().split('\n')).toEqual(['before', 'ready', 'exit code 0']);
});

test('keys typed while the UI starts are not echoed over its first frame', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	const screen = openScreen(host);
	for (let key = 0; key < 40; key += 1) {
		screen.type('k');
		await delay(15);
	}
	const text = await screen.waitFor(/alpha +down/);
	expect(text).not.toContain('kk');
	screen.keys('q');
	expect(await screen.waitFor('exit code 0')).not.toContain('k');
});

test('a daemon that cannot be reached is said, keys go on, and it comes back by itself', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	// The socket is a link that leads nowhere until the daemon is 'there'.
	const socket = join(host.directory, 'docker.sock');
	const screen = openScreen(host, { env: { DOCKER_HOST: `unix://${socket}` } });
	await screen.waitFor(/the Docker daemon/);
	screen.keys('2');
	await screen.waitFor('unknown');
	screen.keys('Space');
	await screen.waitFor('[x] alpha');
	await symlink('/var/run/docker.sock', socket);
	await screen.waitFor(/\[x\] alpha +down/);
});

test('a disk that does not answer holds up no key', async () => {
	const host = await testHost();
	await idleStacks(host, ['alpha']);
	// Nobody writes into these pipes: who reads them waits.
	for (const file of ['last-check.json', 'journal/1.json']) {
		await mkdir(dirname(join(host.stateDir, file)), { recursive: true });
		spawnSync('mkfifo', [join(host.stateDir, file)]);
	}
	const screen = openScreen(host);
	await screen.waitFor(/alpha[\s\S]*Repo +looking|Repo +looking[\s\S]*alpha/);
	screen.keys('2', 'Space');
	await screen.waitFor('[x] alpha', 2000);
	screen.keys('7');
	await screen.waitFor(/last check +looking \.\.\./, 2000);
	screen.keys('1');
	await screen.waitFor('[1 Home]', 2000);
});
