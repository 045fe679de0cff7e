import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Host, initRepository, leftovers, runCli, testHost, writeConfig } from './rig/index.ts';
import { makeQuickRepository } from './rig/quick-repository.ts';
import { backUp, expectUsable, writeData } from './sync-rig/repository.ts';
import { addRemote } from './sync-rig/servers.ts';
import { fingerprint } from './sync-rig/trees.ts';

const copyOf = (host: Host) => join(host.remoteDir, 'backup/restic');

test('T12: a second repository made by restic copy is remembered: another one in its place gets nothing', async () => {
	const host = await testHost();
	await initRepository(host);
	await backUp(host, await writeData(host, 'a', 1, 1000));
	await addRemote(host, 'disk', 'local', {});
	await writeConfig(host, {
		local_backup: { REPOSITORY: `rclone:disk:${host.repository}` },
		cloud_sync: { RCLONE_REMOTE: host.remoteDir, RCLONE_CONFIG: join(host.directory, 'rclone.conf') },
	});
	const sync = (...args: readonly string[]) => runCli(host, ['sync', ...args]);
	const first = await sync();
	expect(first.code, first.stdout + first.stderr).toBe(0);
	const copy = copyOf(host);
	const away = join(host.directory, 'away');
	renameSync(copy, away);
	// Another repository with the same password, as on another disk of the same set.
	await makeQuickRepository(copy, host.password);
	const other = fingerprint(copy);
	for (const again of [1, 2]) {
		const held = await sync();
		expect(held.code, `${again}: ${held.stdout}`).toBe(3);
		expect(held.stdout + held.stderr).toMatch(/sync default --new-place/);
		expect(fingerprint(copy)).toEqual(other);
	}
	// None at all is not made anew either.
	rmSync(copy, { recursive: true });
	mkdirSync(copy);
	const none = await sync();
	expect(none.code, none.stdout).toBe(3);
	expect(readdirSync(copy)).toEqual([]);
	rmSync(copy, { recursive: true });
	renameSync(away, copy);
	const back = await sync();
	expect(back.code, back.stdout + back.stderr).toBe(0);
	renameSync(copy, away);
	await makeQuickRepository(copy, host.password);
	const accepted = await sync('--new-place');
	expect(accepted.code, accepted.stdout + accepted.stderr).toBe(0);
	expect((await sync()).code).toBe(0);
	await expectUsable(host, copy);
	expect(await leftovers(host)).toEqual([]);
});
