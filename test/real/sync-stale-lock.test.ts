import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { initRepository, runCli, testHost, writeConfig } from './rig/index.ts';
import { backUp, expectUsable, writeData } from './sync-rig/repository.ts';
import { startRestic } from './sync-rig/start-restic.ts';

test('a sync whose check is due comes past the lock of a check that was killed', async () => {
	const host = await testHost();
	await writeConfig(host, {
		local_backup: { RETRY_LOCK: 2 },
		cloud_sync: { RCLONE_REMOTE: host.remoteDir, RCLONE_PATH: 'backup/restic' },
	});
	await initRepository(host);
	await backUp(host, await writeData(host, 'one', 2, 60_000));
	const check = await startRestic(host, ['check', '--read-data']);
	await check.stopWhenLocked();
	await check.kill();
	const synced = await runCli(host, ['sync']);
	expect(synced.code, synced.stdout + synced.stderr).toBe(0);
	expect(await readdir(join(host.repository, 'locks'))).toEqual([]);
	await expectUsable(host, join(host.remoteDir, 'backup/restic'));
});
