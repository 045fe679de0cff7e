import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run, testHost } from '../real/rig/index.ts';
import { proveBackup } from './backup-inside.ts';
import { type CleanRoot, cleanRoot } from './clean-root.ts';
import { packages } from './packages.ts';

/** dpkg of this machine on the database of the root; maintainer scripts run inside. */
async function dpkg(root: CleanRoot, args: readonly string[]): Promise<string> {
	const path = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
	const done = await run('dpkg', [`--root=${root.directory}`, '--force-depends', ...args], { env: path });
	return done.stdout;
}

async function rootWithDpkg(host: Awaited<ReturnType<typeof testHost>>): Promise<CleanRoot> {
	const root = await cleanRoot(host);
	for (const name of ['info', 'updates', 'triggers'])
		await mkdir(join(root.directory, 'var/lib/dpkg', name), { recursive: true });
	await writeFile(join(root.directory, 'var/lib/dpkg/status'), '');
	// The libraries that the package depends on.
	await root.add(packages.executable(), 'tmp/with-libraries');
	return root;
}

/** A systemd that runs, and a systemctl that writes down what it is told. */
async function fakeSystemd(root: CleanRoot): Promise<() => string[]> {
	const at = (path: string) => join(root.directory, path);
	await mkdir(at('run/systemd/system'), { recursive: true });
	const script = [
		'#!/bin/sh',
		'echo "$*" >> /tmp/told',
		'case "$*" in *show*) echo ActiveState=active; echo UnitFileState=enabled;',
		'echo "NextElapseUSecRealtime=Sun 2026-11-22 02:37:11 UTC";; esac',
	];
	for (const name of ['systemctl', 'systemd-analyze']) {
		await writeFile(at(`usr/bin/${name}`), `${script.join('\n')}\n`);
		await chmod(at(`usr/bin/${name}`), 0o755);
	}
	return () => (existsSync(at('tmp/told')) ? readFileSync(at('tmp/told'), 'utf8').trimEnd().split('\n') : []);
}

test('the .deb installs a program that backs up where no Node is, and schedules it', async () => {
	const host = await testHost();
	const root = await rootWithDpkg(host);
	const at = (path: string) => join(root.directory, path);
	const told = await fakeSystemd(root);

	await dpkg(root, ['-i', packages.deb()]);

	// Nothing is turned on by installing.
	expect(told()).toEqual(['daemon-reload']);
	expect(await dpkg(root, ['--verify', 'backup-tui'])).toBe('');
	for (const path of ['etc/backup-tui', 'var/lib/backup-tui', 'var/log/backup-tui'])
		expect((await stat(at(path))).mode & 0o7777, path).toBe(0o700);
	const completions = ['bash-completion/completions/backup-tui', 'zsh/vendor-completions/_backup-tui'];
	for (const path of [
		...completions,
		'fish/vendor_completions.d/backup-tui.fish',
		'man/man8/backup-tui.8.gz',
	])
		expect((await stat(at(`usr/share/${path}`))).size, path).toBeGreaterThan(500);

	await proveBackup(host, root, '/usr/bin/backup-tui');

	const schedule = (...args: string[]) =>
		root.run('backup-tui', ['schedule', ...args, '--config', host.configFile]);
	const installed = await schedule('install', '--time', '02:30', '--yes');
	expect(installed.stdout).toMatch(/^systemd timer: on \(\*-\*-\* 02:30:00\)/);
	expect(installed.code).toBe(0);
	expect(told()).toContain('enable --now backup-tui.timer');
	expect(readFileSync(at('etc/systemd/system/backup-tui.service'), 'utf8')).toContain(
		`ExecStart=/usr/bin/backup-tui backup --config ${host.configFile} `,
	);
	expect(JSON.parse((await schedule('status', '--json')).stdout)).toMatchObject({
		kind: 'timer',
		nextRun: '2026-11-22T02:37:11.000Z',
	});
	expect((await schedule('remove', '--yes')).code).toBe(0);
	expect(await readdir(at('etc/systemd/system'))).toEqual([]);
});

test('systemd finds nothing wrong with the units of the .deb', async () => {
	const host = await testHost();
	const root = await rootWithDpkg(host);
	await dpkg(root, ['-i', packages.deb()]);
	const units = join(root.directory, 'usr/lib/systemd/system');
	const names = (await readdir(units)).sort();
	expect(names).toEqual(['backup-tui-recover.service', 'backup-tui.service', 'backup-tui.timer']);
	// The program is looked for on this machine: there it is another.
	for (const name of names.filter((one) => one.endsWith('.service'))) {
		const text = readFileSync(join(units, name), 'utf8');
		await writeFile(
			join(units, name),
			text.replace('/usr/bin/backup-tui', join(root.directory, 'usr/bin/backup-tui')),
		);
	}
	const args = ['verify', '--man=no', ...names.map((name) => join(units, name))];
	const { stdout, stderr } = await run('systemd-analyze', args);
	expect(stdout + stderr).toBe('');
});

test('purging the .deb keeps the configuration and the journal', async () => {
	const host = await testHost();
	const root = await rootWithDpkg(host);
	const at = (path: string) => join(root.directory, path);
	await dpkg(root, ['-i', packages.deb()]);
	await writeFile(at('etc/backup-tui/password'), 'secret\n', { mode: 0o600 });
	await writeFile(at('var/lib/backup-tui/journal'), 'owed\n');
	await writeFile(at('var/log/backup-tui/log'), 'x\n');
	const told = await fakeSystemd(root);
	await dpkg(root, ['--purge', 'backup-tui']);
	expect(told()).toContain('disable --now backup-tui.timer');
	expect(existsSync(at('usr/bin/backup-tui'))).toBe(false);
	expect(existsSync(at('var/log/backup-tui'))).toBe(false);
	expect(await readdir(at('etc/backup-tui'))).toEqual(['password']);
	expect(await readdir(at('var/lib/backup-tui'))).toEqual(['journal']);
});
