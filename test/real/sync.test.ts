import { join } from 'node:path';
import { expect, test } from 'vitest';
import { syncRemotes } from '../../source/services/sync/sync.ts';
import { testHost } from './rig/index.ts';
import { remoteConfig, syncDeps } from './sync-rig/deps.ts';
import { backUp, expectUsable, makeRepository, writeData } from './sync-rig/repository.ts';

const all = { remotes: [] };

test('a second disk gets a copy that restic checks and restores, and a second sync sends nothing', async () => {
	const host = await testHost();
	await makeRepository(host);
	const remote = remoteConfig({ remote: host.remoteDir });
	const deps = syncDeps(host);

	const [first] = await syncRemotes(deps, [remote], all);
	expect(deps.failedAttempts()).toEqual([]);
	expect(first).toMatchObject({ ok: true, exitCode: 0, way: 'mirror' });
	expect(first?.transferredFiles).toBeGreaterThan(5);
	expect(first?.verified).toContain('hashes');
	await expectUsable(host, join(host.remoteDir, 'backup/restic'));

	const [second] = await syncRemotes(deps, [remote], all);
	expect(second).toMatchObject({ ok: true, transferredFiles: 0, transferredBytes: 0 });
});

test('progress is told while it goes on: bytes, files, rate, what is on its way', async () => {
	const host = await testHost();
	await makeRepository(host);
	await backUp(host, await writeData(host, 'more', 6, 400_000));
	const deps = syncDeps(host);
	const [result] = await syncRemotes(
		deps,
		[remoteConfig({ remote: host.remoteDir, bandwidth: '800k' })],
		all,
	);
	expect(result?.problem).toBeUndefined();
	const progress = deps.of('progress');
	expect(progress.length).toBeGreaterThan(1);
	const done = progress.map(({ bytesDone }) => bytesDone);
	expect(done).toEqual(done.toSorted((a, b) => a - b));
	expect(
		progress.every(
			({ bytesTotal, filesTotal, target }) =>
				bytesTotal > 2_000_000 && filesTotal > 3 && target === 'default',
		),
	).toBe(true);
	expect(
		progress.some(({ bytesPerSecond = 0, secondsLeft = 0 }) => bytesPerSecond > 0 && secondsLeft > 0),
	).toBe(true);
	expect(progress.flatMap(({ currentFiles = [] }) => currentFiles).join()).toMatch(/data\//);
	expect(deps.of('attempt')).toEqual([{ type: 'attempt', remote: 'default', attempt: 1, of: 3 }]);
});
