import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createProcessRunner } from '../../source/process/run.ts';
import { createRclone } from '../../source/rclone/client.ts';

/** A program in rclone's place. */
function clientOf(script: string) {
	const directory = mkdtempSync(join(tmpdir(), 'backup-tui-rclone-'));
	onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
	const binary = join(directory, 'rclone');
	writeFileSync(binary, `#!/bin/sh\n${script}\n`);
	chmodSync(binary, 0o755);
	return createRclone({
		runner: createProcessRunner({ cookie: 'rclone-test' }),
		binary,
		environment: { PATH: '/usr/bin:/bin' },
		settings: { configFile: '', transfers: 1, bandwidth: '', extraOptions: [] },
	});
}

test('a listing that fails says why, also when the version cannot be asked either', async () => {
	const rclone = clientOf('echo "ERROR : error listing: 503 Service Unavailable" >&2; exit 1');
	await expect(rclone.list('nas:x', [])).rejects.toThrow(/cannot list nas:x: .*503 Service Unavailable/);
});

test('a listing of an rclone that is too old says that', async () => {
	const rclone = clientOf('[ "$1" = version ] && { echo "rclone v1.50.0"; exit 0; }; exit 1');
	await expect(rclone.list('nas:x', [])).rejects.toThrow(/rclone 1\.50\.0 is too old/);
});
