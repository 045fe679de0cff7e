import { join } from 'node:path';
import { expect, test } from 'vitest';
import { syncRemotes } from '../../source/services/sync/sync.ts';
import { testHost } from './rig/index.ts';
import { remoteConfig, syncDeps } from './sync-rig/deps.ts';
import { expectUsable, makeRepository } from './sync-rig/repository.ts';

const all = { remotes: [] };

test('a second disk gets a copy that restic checks and restores, and a second sync sends nothing', async () => {
	const host = await testHost();
	await makeRepository(host);
	const remote = remoteConfig({ remote: host.remoteDir });
	const deps = syncDeps(host);

	const [first] = await syncRemotes(deps, [remote], all);
	expect(deps.of('attempt')).toEqual([]);
	expect(first).toMatchObject({ ok: true, exitCode: 0, way: 'mirror' });
	expect(first?.transferredFiles).toBeGreaterThan(5);
	expect(first?.verified).toContain('hashes');
	await expectUsable(host, join(host.remoteDir, 'backup/restic'));

	const [second] = await syncRemotes(deps, [remote], all);
	expect(second).toMatchObject({ ok: true, transferredFiles: 0, transferredBytes: 0 });
});
