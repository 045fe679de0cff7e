import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot, run, testHost } from '../real/rig/index.ts';
import { proveBackup } from './backup-inside.ts';
import { cleanRoot } from './clean-root.ts';
import { packages } from './packages.ts';

test('the single executable backs up where no Node is', async () => {
	const host = await testHost();
	const root = await cleanRoot(host);
	await root.add(packages.executable(), 'usr/local/bin/backup-tui');
	expect((await root.run('sh', ['-c', 'command -v node'])).code).not.toBe(0);

	const { version } = JSON.parse(readFileSync(`${projectRoot}/package.json`, 'utf8'));
	const told = await root.run('backup-tui', ['--version'], { NODE_OPTIONS: '--no-such-option' });
	expect([told.code, told.stdout, told.stderr]).toEqual([0, `backup-tui ${version}\n`, '']);

	await proveBackup(host, root, 'backup-tui');
});

test('the checksums are those of the files', async () => {
	const directory = dirname(packages.executable());
	expect(
		(await run('sha256sum', ['-c', 'SHA256SUMS'], { cwd: directory })).stdout.match(/: OK$/gm),
	).toHaveLength(3);
});
