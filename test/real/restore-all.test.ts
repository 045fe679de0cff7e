import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, loseStacks, mountpoint, restoreConfig } from './restore-rig.ts';
import {
	compose,
	composeYaml,
	docker,
	initRepository,
	inventory,
	leftovers,
	sleeper,
	stack,
	testHost,
	testImage,
	writeDirlist,
} from './rig/index.ts';

test('every stack that is gone comes back, makers of networks and volumes first; one that is here and one that cannot are told', async () => {
	const host = await testHost({ config: restoreConfig() });
	// By name the user of the others' network and volume would be first.
	const net = await stack(
		host,
		'z-net',
		`${composeYaml([sleeper('proxy', ['networks: [edge]'])])}networks: {edge: {}}\n`,
	);
	// As a database does: from its first moment on the volume is not what the other stack's snapshot holds of it.
	const writer = [
		'  db:',
		`    image: ${testImage}`,
		`    command: ["sh", "-c", "date >> /data/started; trap 'exit 0' TERM; sleep 1000000 & wait"]`,
		'    volumes: ["shared:/data"]',
	].join('\n');
	const store = await stack(host, 'y-store', composeYaml([writer], ['shared']));
	const externals = [
		`networks: {edge: {external: true, name: ${net.project}_edge}}`,
		`volumes: {shared: {external: true, name: ${store.project}_shared}}`,
	];
	const lines = ['networks: [edge]', 'volumes: ["shared:/shared:ro"]'];
	const user = await stack(
		host,
		'a-user',
		`${composeYaml([sleeper('web', lines)])}${externals.join('\n')}\n`,
	);
	const here = await stack(host, 'm-here', composeYaml([sleeper('web')]));
	const off = await stack(
		host,
		'o-off',
		composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']),
	);
	const all = [net, store, user, here, off];
	for (const one of all) await compose(one, ['up', '-d']);
	writeFileSync(join(await mountpoint(host, `${store.project}_shared`), 'file'), 'shared\n');
	await compose(off, ['stop']);
	await writeDirlist(host, Object.fromEntries(all.map(({ name }) => [name, true])));
	await initRepository(host);
	await cli(host, ['backup']);
	const before = await inventory(host);
	const gone = [user, net, store, off];
	await loseStacks(host, gone);

	await cli(host, ['restore', '--all', '--dry-run']);
	expect((await inventory(host)).containers).toHaveLength(1);
	const outcome = await cli(host, ['restore', '--all', '--create-external']);
	const order = [...outcome.stdout.matchAll(/^\S+ (\S+) {2}(runs|is stopped)/gm)].map(([, name]) => name);
	expect(order).toHaveLength(4);
	expect(order.indexOf(net.name)).toBeLessThan(order.indexOf(user.name));
	expect(order.indexOf(store.name)).toBeLessThan(order.indexOf(user.name));
	expect(outcome.stdout).toContain(`${off.name}  is stopped`);
	expect(outcome.stdout).toMatch(/4 stacks restored, 3 running, 1 here already, .* in all; exit code 0/);
	expect(outcome.stderr).toMatch(new RegExp(`${here.name}.*is here already \\(it runs\\): left alone`));
	const file = await docker(host, ['exec', `${user.project}-web-1`, 'cat', '/shared/file']);
	expect(file.stdout).toBe('shared\n');
	const after = await inventory(host);
	// What was off had a container and has none now: nobody started it.
	expect(after.containers).toEqual(before.containers.filter((one) => one.project !== off.project));
	expect(after.volumes).toEqual(before.volumes);

	// A volume that somebody has filled meanwhile is never overwritten, neither by its stack nor by one that shares it.
	await loseStacks(host, [user, store]);
	await docker(host, ['volume', 'create', `${store.project}_shared`]);
	writeFileSync(join(await mountpoint(host, `${store.project}_shared`), 'file'), 'mine');
	const partly = await cli(host, ['restore', '--all'], 4);
	expect(partly.stdout).toMatch(/y-store: some of its volumes or files are here already/);
	expect(partly.stdout).toMatch(/0 stacks restored, 0 running, 2 failed, 3 here already/);
	expect(readFileSync(join(await mountpoint(host, `${store.project}_shared`), 'file'), 'utf8')).toBe('mine');
	expect(await leftovers(host)).toEqual([]);
});
