import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Host, run, testHost, tools } from '../real/rig/index.ts';
import { proveBackup } from './backup-inside.ts';
import { type CleanRoot, cleanRoot } from './clean-root.ts';
import { packages } from './packages.ts';

/** `npm install --global` into the root's /usr/local, with no registry to ask. */
async function installed(host: Host): Promise<CleanRoot> {
	const root = await cleanRoot(host);
	const npm = ['install', '--global', '--offline', '--prefix', join(root.directory, 'usr/local')];
	const env = { PATH: process.env.PATH ?? '', HOME: host.home, npm_config_cache: join(host.home, 'npm') };
	await run('npm', [...npm, packages.tarball()], { env });
	return root;
}

test('the npm tarball backs up beside a Node 24', async () => {
	const host = await testHost();
	const root = await installed(host);
	await root.add(tools.node, 'usr/local/bin/node');
	await proveBackup(host, root, '/usr/local/bin/backup-tui');
});

test('on an older Node it says what it needs', async () => {
	const host = await testHost();
	const root = await installed(host);
	await root.add(tools.node, 'usr/local/lib/node-24');
	// Every Node tells its version; this one tells another.
	const older =
		"Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } });";
	await writeFile(join(root.directory, 'usr/local/lib/older.cjs'), older);
	const script = '#!/bin/sh\nexec /usr/local/lib/node-24 -r /usr/local/lib/older.cjs "$@"\n';
	await writeFile(join(root.directory, 'usr/local/bin/node'), script, { mode: 0o755 });
	const { code, stdout, stderr } = await root.run('backup-tui', ['status']);
	expect(stderr).toMatch(/^error: backup-tui needs Node 24\.15 or newer/);
	expect(stderr).toContain('hint: ');
	expect([code, stdout]).toEqual([69, '']);
});
