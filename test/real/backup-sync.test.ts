import { expect, test } from 'vitest';
import {
	compose,
	composeYaml,
	initRepository,
	inventory,
	restic,
	runCli,
	sleeper,
	stack,
	testHost,
	writeDirlist,
} from './rig/index.ts';

test('backup --sync: the stack is backed up, and the remote restores it', async () => {
	const host = await testHost({ config: { docker: { SETTLE_SECONDS: 1 }, local_backup: { WARM: 'never' } } });
	await initRepository(host);
	const { writeConfig } = await import('./rig/index.ts');
	await writeConfig(host, {
		docker: { SETTLE_SECONDS: 1 },
		cloud_sync: { REMOTE: host.remoteDir, PATH: 'repository' },
	});
	const app = await stack(host, 'app', composeYaml([sleeper('web')]));
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	const before = await inventory(host);
	const result = await runCli(host, ['backup', '--sync']);
	expect(result.code, result.stdout + result.stderr).toBe(0);
	expect(await inventory(host)).toEqual(before);
	const check = await restic({ ...host, repository: `${host.remoteDir}/repository` }, [
		'check',
		'--read-data',
	]);
	expect(check.code).toBe(0);
	const listed = await restic({ ...host, repository: `${host.remoteDir}/repository` }, [
		'snapshots',
		'--json',
	]);
	expect(JSON.parse(listed.stdout)).toHaveLength(1);
});
