import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { syncRemotes } from '../../source/services/sync/sync.ts';
import { type Host, restic, snapshots, testHost } from './rig/index.ts';
import { remoteConfig, syncDeps } from './sync-rig/deps.ts';
import { backUp, expectUsable, makeRepository, writeData } from './sync-rig/repository.ts';
import { type ServedRemote, serveS3, serveSftp, serveWebdav } from './sync-rig/servers.ts';

const all = { remotes: [] };

const servers: readonly (readonly [string, (host: Host) => Promise<ServedRemote>])[] = [
	['WebDAV', serveWebdav],
	['SFTP', serveSftp],
	['S3', serveS3],
];

test.each(servers)(
	'%s: up, again, a new snapshot, a pruned one; usable and identical each time',
	async (_kind, serve) => {
		const host = await testHost();
		await makeRepository(host);
		const { name } = await serve(host);
		const remote = remoteConfig({
			remote: name,
			rcloneConfig: join(host.directory, 'rclone.conf'),
			maxDelete: '100%',
			path: 'backup/restic',
		});
		const location = `rclone:${name}:backup/restic`;
		const deps = syncDeps(host);

		const [first] = await syncRemotes(deps, [remote], all);
		expect(first?.problem).toBeUndefined();
		expect(first).toMatchObject({ ok: true, way: 'mirror' });
		await expectUsable(host, location);

		const [second] = await syncRemotes(deps, [remote], all);
		expect(second).toMatchObject({ ok: true, transferredFiles: 0 });

		await backUp(host, await writeData(host, 'three', 2, 50_000));
		const [oldest] = await snapshots(host);
		await restic(host, ['forget', '--prune', '-q', oldest?.id ?? '']);
		const [third] = await syncRemotes(deps, [remote], all);
		expect(third?.problem).toBeUndefined();
		expect(third?.quarantinedFiles).toBeGreaterThan(1);
		await expectUsable(host, location);
		const there = await deps.rclone(remote).list(`${name}:backup/restic`, ['/quarantine/**']);
		const here = readdirSync(host.repository, { recursive: true, encoding: 'utf8', withFileTypes: true })
			.filter((entry) => entry.isFile())
			.map((entry) => join(entry.parentPath, entry.name).slice(host.repository.length + 1));
		expect([...there.keys()].sort()).toEqual(here.sort());
	},
);
