import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RemoteConfig } from '../../source/config/types.ts';
import type { SyncResult } from '../../source/services/sync/types.ts';
import {
	type Host,
	initRepository,
	projectRoot,
	rclone,
	restic,
	run,
	snapshots,
	testHost,
	tools,
} from './rig/index.ts';
import { remoteConfig } from './sync-rig/deps.ts';
import { backUp, expectUsable, writeData } from './sync-rig/repository.ts';
import { serveWebdav } from './sync-rig/servers.ts';

/** mulberry32: the same kill points in every run of the test. */
function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
	};
}

interface Ending {
	/** Calls of rclone that change something. */
	readonly calls: number;
	readonly result: SyncResult;
}

async function syncOnce(
	host: Host,
	remote: RemoteConfig,
	dieAt = 0,
	dieAfterMs = 0,
): Promise<Ending | 'killed'> {
	const script = join(projectRoot, 'test/real/sync-rig/sync-once.ts');
	const order = JSON.stringify({ host, remote, dieAt, dieAfterMs });
	const { code, signal, stdout, stderr } = await run(tools.node, [script, order], {
		env: { ...host.env, BACKUP_TUI_TEST_TOOLS: tools.age },
		anyCode: true,
		cwd: host.directory,
	});
	if (signal === 'SIGKILL') return 'killed';
	if (code !== 0) throw new Error(stderr);
	return JSON.parse(stdout) as Ending;
}

/** The source changes as it does from day to day: a new snapshot, the oldest one forgotten, a prune. */
async function change(host: Host, round: number): Promise<void> {
	await backUp(host, await writeData(host, `round-${round}`, 3, 120_000));
	const [oldest] = await snapshots(host);
	await restic(host, ['forget', '--prune', '--max-unused', '0', '-q', oldest?.id ?? '']);
}

async function killLoop(host: Host, remote: RemoteConfig, location: string, kills: number): Promise<void> {
	const random = seeded(34);
	await initRepository(host);
	for (const name of ['a', 'b', 'c']) await backUp(host, await writeData(host, name, 3, 80_000));
	expect(await syncOnce(host, remote)).toMatchObject({ result: { ok: true } });
	await change(host, 0);
	const whole = (await syncOnce(host, remote)) as Ending;
	expect(whole.result).toMatchObject({ ok: true });
	expect(whole.calls).toBeGreaterThan(5);

	let killed = 0;
	for (let round = 1; killed < kills; round += 1) {
		expect(round).toBeLessThan(kills * 2);
		await change(host, round);
		const dieAt = 1 + (round % whole.calls);
		const ending = await syncOnce(host, remote, dieAt, Math.floor(random() * 60));
		if (ending === 'killed') killed += 1;
		await expectUsable(host, location, false);
	}
	const last = (await syncOnce(host, remote)) as Ending;
	expect(last.result.problem).toBeUndefined();
	await expectUsable(host, location);
}

test('killed at every step of a sync to WebDAV, where uploads are not atomic: the remote restores each time', async () => {
	const host = await testHost();
	const { name, directory } = await serveWebdav(host);
	const remote = remoteConfig({
		remote: name,
		rcloneConfig: join(host.directory, 'rclone.conf'),
		maxDelete: '100%',
		bandwidth: '4M',
	});
	// The server's own folder holds what a client would get.
	await killLoop(host, remote, join(directory, 'backup/restic'), 20);
	const { stdout } = await rclone(host, ['lsf', '-R', '--files-only', `${name}:backup/restic`]);
	expect(stdout).not.toContain('incoming/');
}, 600_000);

test('killed at every step of a sync to a second disk: the remote restores each time', async () => {
	const host = await testHost();
	const remote = remoteConfig({ remote: host.remoteDir, maxDelete: '100%', bandwidth: '4M' });
	const copy = join(host.remoteDir, 'backup/restic');
	await killLoop(host, remote, copy, 14);
}, 600_000);
