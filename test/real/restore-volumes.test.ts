import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, copyTree, inPlace, mountpoint, restoreConfig } from './restore-rig.ts';
import {
	compareTrees,
	compose,
	composeYaml,
	docker,
	dockerLines,
	fillWithOddFiles,
	initRepository,
	inventory,
	leftovers,
	sleeper,
	stack,
	testHost,
	writeDirlist,
} from './rig/index.ts';

test('one volume comes back into another one, beside a stack that runs on; then over what is there, with what was added deleted', async () => {
	const host = await testHost({ config: restoreConfig() });
	const yaml = composeYaml([sleeper('web', ['volumes: ["data:/data", "other:/other"]'])], ['data', 'other']);
	const app = await stack(host, 'app', yaml);
	await compose(app, ['up', '-d']);
	const volume = await mountpoint(host, `${app.project}_data`);
	const other = await mountpoint(host, `${app.project}_other`);
	await fillWithOddFiles(volume);
	writeFileSync(join(other, 'file'), 'first');
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	const copy = join(host.directory, 'copy');
	await copyTree(volume, copy);
	const before = await inventory(host);
	const [container = ''] = await dockerLines(host, ['ps', '-q', '--filter', `name=${app.project}`]);
	const startedAt = async () =>
		(await docker(host, ['inspect', '-f', '{{.State.StartedAt}}', container])).stdout;
	const since = await startedAt();

	writeFileSync(join(volume, 'added'), 'added');
	writeFileSync(join(other, 'file'), 'second');
	const into = `${host.name}-into`;
	await cli(host, ['restore', '--stack', app.name, '--volume', 'data', '--into', into]);
	expect(await compareTrees(copy, await mountpoint(host, into))).toEqual([]);
	expect(readFileSync(join(volume, 'added'), 'utf8')).toBe('added');
	expect(await startedAt()).toBe(since);
	// The same again is over what is there now: it has to be agreed to.
	writeFileSync(join(await mountpoint(host, into), 'plain.txt'), 'mine');
	await cli(host, ['restore', '--stack', app.name, '--volume', 'data', '--into', into], 64);
	expect(readFileSync(join(await mountpoint(host, into), 'plain.txt'), 'utf8')).toBe('mine');
	await docker(host, ['volume', 'rm', into]);

	const deleting = inPlace(app, '--volume', 'data', '--delete');
	const preview = await cli(host, [...deleting, '--dry-run']);
	expect(preview.stderr).toMatch(/1 DELETED[\s\S]*- .*added/);
	await cli(host, deleting);
	expect(await compareTrees(copy, volume, { skipRoot: true })).toEqual([]);
	expect(readFileSync(join(other, 'file'), 'utf8')).toBe('second');
	expect(await inventory(host)).toEqual(before);
	await cli(host, ['restore', '--stack', app.name, '--rollback', '--confirm', app.name]);
	expect(readFileSync(join(volume, 'added'), 'utf8')).toBe('added');
	expect(await inventory(host)).toEqual(before);
	expect(await leftovers(host)).toEqual([]);
});

test('a volume that is mounted only while it is used comes back into what it is a mount of, also when the stack is off', async () => {
	const host = await testHost({ config: restoreConfig() });
	const device = join(host.directory, 'device');
	await mkdir(device);
	const options = `{driver: local, driver_opts: {type: none, o: bind, device: ${device}}}`;
	const yaml = `${composeYaml([sleeper('web', ['volumes: ["data:/data"]'])])}volumes: {data: ${options}}\n`;
	const app = await stack(host, 'app', yaml);
	await compose(app, ['up', '-d']);
	await fillWithOddFiles(device);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	const copy = join(host.directory, 'copy');
	await copyTree(device, copy);
	const plain = join(device, 'plain.txt');
	const whole = () => compareTrees(copy, device, { skipRoot: true });

	writeFileSync(plain, 'spoilt');
	const before = await inventory(host);
	await cli(host, inPlace(app, '--volume', 'data'));
	expect(await whole()).toEqual([]);
	expect(await inventory(host)).toEqual(before);
	await cli(host, ['restore', '--stack', app.name, '--rollback', '--confirm', app.name]);
	expect(readFileSync(plain, 'utf8')).toBe('spoilt');
	expect(await inventory(host)).toEqual(before);

	await compose(app, ['stop']);
	const under = await mountpoint(host, `${app.project}_data`);
	expect(readdirSync(under)).toEqual([]);
	await cli(host, inPlace(app, '--volume', 'data'));
	expect(await whole()).toEqual([]);
	expect(readdirSync(under)).toEqual([]);

	// As on a new machine: the volume is made anew as it was.
	await compose(app, ['down', '-v']);
	for (const name of readdirSync(device)) rmSync(join(device, name), { recursive: true });
	await cli(host, inPlace(app, '--volume', 'data'));
	expect(await whole()).toEqual([]);
	expect(existsSync(join(under, 'plain.txt'))).toBe(false);
	expect(await leftovers(host)).toEqual([]);
});
