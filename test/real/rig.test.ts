import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
	compareTrees,
	compose,
	composeYaml,
	containersOf,
	createHost,
	docker,
	fillWithOddFiles,
	initRepository,
	inventory,
	leftovers,
	restic,
	restoreSnapshot,
	sleeper,
	snapshots,
	stack,
	testHost,
} from './rig/index.ts';

test('a host shows what its stacks run and leaves nothing behind', async () => {
	const host = await createHost();
	const yaml = composeYaml([sleeper('app', ['volumes: ["data:/data", "/anonymous"]'])], ['data']);
	const app = await stack(host, 'app', yaml);
	await compose(app, ['up', '-d', '--scale', 'app=2']);

	const containers = await containersOf(host, app.project);
	expect(containers.map((container) => [container.service, container.number, container.status])).toEqual([
		['app', 1, 'running'],
		['app', 2, 'running'],
	]);
	const before = await inventory(host);
	expect(before.volumes).toContain(`${app.project}_data`);
	expect(before.volumes).toHaveLength(3);
	await compose(app, ['stop']);
	expect(await inventory(host)).not.toEqual(before);
	await compose(app, ['start']);
	expect(await inventory(host)).toEqual(before);

	await host.dispose();
	const after = await docker(host, ['volume', 'ls', '-q'], { cwd: '/' });
	for (const volume of before.volumes) expect(after.stdout).not.toContain(volume);
	expect((await docker(host, ['ps', '-a'], { cwd: '/' })).stdout).not.toContain(host.name);
	expect((await docker(host, ['network', 'ls'], { cwd: '/' })).stdout).not.toContain(host.name);
});

test('odd files restored by plain restic compare equal, and a changed one does not', async () => {
	const host = await testHost();
	const data = join(host.directory, 'data');
	await mkdir(data);
	await fillWithOddFiles(data);
	await initRepository(host);
	await restic(host, ['backup', '-q', data]);
	const [snapshot] = await snapshots(host);
	const restored = join(await restoreSnapshot(host, snapshot?.id ?? ''), data);
	expect(await compareTrees(data, restored)).toEqual([]);
	await restic(host, ['check', '--read-data']);

	await writeFile(join(restored, 'plain.txt'), 'PLAIN\n');
	await chmod(join(restored, 'empty'), 0o440);
	const differences = await compareTrees(data, restored);
	expect(differences).toContain('plain.txt: content differs');
	expect(differences).toContain('empty: mode 400 != 440');
});

test('leftovers names locks and processes', async () => {
	const host = await testHost();
	expect(await leftovers(host)).toEqual([]);
	await mkdir(join(host.repository, 'locks'), { recursive: true });
	await writeFile(join(host.repository, 'locks', 'abc'), '');
	expect(await leftovers(host)).toEqual(['repository lock abc']);
});
