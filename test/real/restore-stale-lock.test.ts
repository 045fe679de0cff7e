import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, inPlace, restoreConfig } from './restore-rig.ts';
import { composeYaml, initRepository, sleeper, stack, testHost, writeDirlist } from './rig/index.ts';
import { startRestic } from './sync-rig/start-restic.ts';

test('a restore takes away the lock of a restic that was killed, and says so; a dry run leaves it', async () => {
	const host = await testHost({ config: restoreConfig() });
	const app = await stack(host, 'app', composeYaml([sleeper('web')]), { files: { letter: 'dear' } });
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	const restore = ['restore', '--stack', app.name];
	const locks = () => readdir(join(host.repository, 'locks'));
	for (const how of [
		[...restore, '--target', join(host.directory, 'files')],
		[...restore, '--as', `${app.project}-second`],
		inPlace(app),
		[...restore, '--rollback', '--yes', '--confirm', app.name],
	]) {
		const check = await startRestic(host, ['check', '--read-data']);
		await check.stopWhenLocked();
		await check.kill();
		await cli(host, [...how, '--dry-run']);
		expect(await locks()).toHaveLength(1);
		const { stdout, stderr } = await cli(host, how);
		expect(stdout + stderr).toMatch(/removed a stale .*lock of .*nobody holds it any more/);
		expect(await locks()).toEqual([]);
	}
});
