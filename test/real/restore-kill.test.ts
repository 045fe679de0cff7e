import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, copyTree, inPlace, mountpoint, restoreConfig } from './restore-rig.ts';
import {
	compareTrees,
	compose,
	composeYaml,
	containersOf,
	type Host,
	initRepository,
	inventory,
	leftovers,
	sleeper,
	stack,
	startCli,
	type TestStack,
	testHost,
	writeDirlist,
} from './rig/index.ts';

/** A running stack with a volume of some size, backed up, then spoilt. */
async function spoiltStack() {
	const host = await testHost({ config: restoreConfig() });
	const app = await stack(
		host,
		'app',
		composeYaml([sleeper('web', ['volumes: ["data:/data", "spare:/spare"]'])], ['data', 'spare']),
	);
	await compose(app, ['up', '-d']);
	const volume = await mountpoint(host, `${app.project}_data`);
	for (let folder = 0; folder < 20; folder += 1) {
		await mkdir(join(volume, `folder${folder}`));
		for (let file = 0; file < 40; file += 1)
			writeFileSync(join(volume, `folder${folder}`, `file${file}`), `${folder} ${file}\n`.repeat(5000));
	}
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	const copy = join(host.directory, 'copy');
	await copyTree(volume, copy);
	const before = await inventory(host);
	for (let file = 0; file < 40; file += 1) writeFileSync(join(volume, 'folder3', `file${file}`), 'spoilt\n');
	return { host, app, volume, copy, before };
}

function restore(host: Host, app: TestStack, more: readonly string[] = []) {
	return startCli(host, inPlace(app, '--json', ...more));
}

const running = async (host: Host, app: TestStack) =>
	(await containersOf(host, app.project)).map(({ status }) => status);

test('killed while it writes: kept down, not backed up, named; done again it is whole', async () => {
	const { host, app, volume, copy, before } = await spoiltStack();
	const first = restore(host, app);
	await first.waitFor(/"phase-start".*"restore"/);
	first.kill('SIGKILL');
	await first.done;
	expect(await running(host, app)).toEqual(['exited']);

	const recovered = await cli(host, ['recover'], 7);
	expect(recovered.stdout + recovered.stderr).toMatch(/half restored[\s\S]*restore again: [\s\S]*--rollback/);
	const backup = await cli(host, ['backup'], 7);
	expect(backup.stdout).toMatch(/half restored/);
	expect(await running(host, app)).toEqual(['exited']);

	// Less than what was begun would start it half restored.
	const less = await cli(host, inPlace(app, '--volume', 'data'), 4);
	expect(less.stdout).toMatch(/did not end: end it first/);
	expect(await running(host, app)).toEqual(['exited']);

	const again = await restore(host, app).done;
	expect(again.code, again.stdout).toBe(0);
	expect(await compareTrees(copy, volume, { skipRoot: true })).toEqual([]);
	expect(await inventory(host)).toEqual(before);
	await cli(host, ['recover']);
	expect(await leftovers(host)).toEqual([]);

	// The safety snapshot is still that of the first try: what was there before anything was written.
	await cli(host, ['restore', '--stack', app.name, '--rollback', '--confirm', app.name]);
	expect(readFileSync(join(volume, 'folder3', 'file1'), 'utf8')).toBe('spoilt\n');
	expect(await inventory(host)).toEqual(before);
});

test('killed while one volume goes into another one the stack uses: done again, the stack runs', async () => {
	const { host, app, volume, copy, before } = await spoiltStack();
	const spare = await mountpoint(host, `${app.project}_spare`);
	writeFileSync(join(spare, 'mine'), 'mine');
	const into = ['--volume', 'data', '--into', `${app.project}_spare`];
	const first = restore(host, app, into);
	await first.waitFor(/"phase-start".*"restore"/);
	first.kill('SIGKILL');
	await first.done;
	const recovered = await cli(host, ['recover'], 7);
	expect(recovered.stdout + recovered.stderr).toContain(`--volume data --into ${app.project}_spare`);

	const again = await restore(host, app, into).done;
	expect(again.code, again.stdout).toBe(0);
	expect(await inventory(host)).toEqual(before);
	const ignore = (path: string) => path === 'mine';
	expect(await compareTrees(copy, spare, { skipRoot: true, ignore })).toEqual([]);
	expect(readFileSync(join(spare, 'mine'), 'utf8')).toBe('mine');
	expect(readFileSync(join(volume, 'folder3', 'file1'), 'utf8')).toBe('spoilt\n');
	expect(await leftovers(host)).toEqual([]);
});

test('a signal while it writes goes back with --rollback, and says how to go on without', async () => {
	const { host, app, volume, before } = await spoiltStack();
	const back = restore(host, app, ['--rollback']);
	await back.waitFor(/"phase-start".*"restore"/);
	back.kill('SIGTERM');
	const ended = await back.done;
	expect(ended.code, ended.stdout).toBe(143);
	expect(readFileSync(join(volume, 'folder3', 'file1'), 'utf8')).toBe('spoilt\n');
	expect(await inventory(host)).toEqual(before);

	const cut = restore(host, app);
	await cut.waitFor(/"phase-start".*"restore"/);
	cut.kill('SIGINT');
	const { code, stdout } = await cut.done;
	expect(code, stdout).toBe(7);
	expect(stdout).toContain('half restored');
	await cli(host, ['restore', '--stack', app.name, '--rollback', '--confirm', app.name]);
	expect(readFileSync(join(volume, 'folder3', 'file1'), 'utf8')).toBe('spoilt\n');
	expect(await inventory(host)).toEqual(before);
	expect(await leftovers(host)).toEqual([]);
});
