import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, copyTree, inPlace, mountpoint, restoreConfig } from './restore-rig.ts';
import {
	compareTrees,
	compose,
	composeYaml,
	containersOf,
	fillWithOddFiles,
	type Host,
	initRepository,
	inventory,
	leftovers,
	runCli,
	sleeper,
	stack,
	type TestStack,
	testHost,
	writeDirlist,
} from './rig/index.ts';

/** A running stack with a directory, a volume and a bind outside, backed up once; `copies` is how all was then. */
async function backedUpStack(): Promise<{
	readonly host: Host;
	readonly app: TestStack;
	readonly volume: string;
	readonly outside: string;
	readonly copies: string;
}> {
	const host = await testHost({ config: { docker: { SETTLE_SECONDS: 1 } } });
	const outside = join(host.directory, 'outside');
	await mkdir(outside);
	const yaml = composeYaml(
		[sleeper('web', ['volumes: ["data:/data", "./html:/html", "${OUTSIDE}:/outside"]']), sleeper('job')],
		['data'],
	);
	const app = await stack(host, 'app', yaml, {
		files: { '.env': `OUTSIDE=${outside}\n`, 'html/index.html': 'first\n' },
	});
	await compose(app, ['up', '-d', '--scale', 'web=2']);
	await compose(app, ['stop', 'job']);
	const volume = await mountpoint(host, `${app.project}_data`);
	await fillWithOddFiles(volume);
	await fillWithOddFiles(outside);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	const backup = await runCli(host, ['backup']);
	expect(backup.code, backup.stderr).toBe(0);
	const copies = join(host.directory, 'copies');
	await copyTree(app.directory, join(copies, 'directory'));
	await copyTree(volume, join(copies, 'volume'));
	await copyTree(outside, join(copies, 'outside'));
	return { host, app, volume, outside, copies };
}

test('a whole stack comes back in place, down meanwhile, running as before', async () => {
	const { host, app, volume, outside, copies } = await backedUpStack();
	const before = await inventory(host);
	writeFileSync(join(volume, 'plain.txt'), 'spoilt\n');
	writeFileSync(join(volume, 'added'), 'added\n');
	writeFileSync(join(app.directory, 'html/index.html'), 'second\n');

	const preview = await runCli(host, ['restore', '--stack', app.name, '--in-place', '--dry-run']);
	expect(preview.code, preview.stderr).toBe(0);
	expect(preview.stderr).toMatch(/NEWER than the snapshot/);
	expect(readFileSync(join(volume, 'plain.txt'), 'utf8')).toBe('spoilt\n');

	const refused = await runCli(host, ['restore', '--stack', app.name, '--in-place', '--yes']);
	expect(refused.code).toBe(64);
	expect(readFileSync(join(volume, 'plain.txt'), 'utf8')).toBe('spoilt\n');
	expect(await inventory(host)).toEqual(before);

	const agreed = ['--yes', '--confirm', app.name];
	const restored = await runCli(host, ['restore', '--stack', app.name, '--in-place', ...agreed]);
	expect(restored.code, restored.stderr).toBe(0);
	expect(readFileSync(join(volume, 'added'), 'utf8')).toBe('added\n');
	expect(
		await compareTrees(join(copies, 'volume'), volume, {
			skipRoot: true,
			ignore: (path) => path === 'added',
		}),
	).toEqual([]);
	expect(await compareTrees(join(copies, 'outside'), outside)).toEqual([]);
	expect(await compareTrees(join(copies, 'directory'), app.directory)).toEqual([]);
	expect(await inventory(host)).toEqual(before);
	expect(await leftovers(host)).toEqual([]);

	const back = await runCli(host, ['restore', '--stack', app.name, '--rollback', ...agreed]);
	expect(back.code, back.stderr).toBe(0);
	expect(readFileSync(join(volume, 'plain.txt'), 'utf8')).toBe('spoilt\n');
	expect(readFileSync(join(app.directory, 'html/index.html'), 'utf8')).toBe('second\n');
	expect(await inventory(host)).toEqual(before);
});

test('a stack that runs is never taken down unasked, and its downtime ends where it is up', async () => {
	const host = await testHost();
	const app = await stack(host, 'app', composeYaml([sleeper('web')]));
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	expect((await runCli(host, ['backup'])).code).toBe(0);
	const before = await inventory(host);

	const unasked = await runCli(host, ['restore', '--stack', app.name, '--in-place']);
	expect(unasked.stdout + unasked.stderr).toMatch(/Take \S+ down for this\?[\s\S]*add --confirm/);
	expect(unasked.code).toBe(64);
	expect(unasked.stderr).not.toMatch(/was off for/);
	expect(await inventory(host)).toEqual(before);

	const agreed = await runCli(host, ['restore', '--stack', app.name, '--in-place', '--confirm', app.name]);
	expect(agreed.code, agreed.stderr).toBe(0);
	expect(agreed.stderr).toMatch(/was off for [\s\S]*still up in/);
});

test('what a container would lose outside its volumes is named before it is made anew, and asked for', async () => {
	const host = await testHost({ config: restoreConfig() });
	const yaml = composeYaml(
		[sleeper('web', ['volumes: ["data:/data"]']), sleeper('db'), sleeper('cache')],
		['data'],
	);
	const app = await stack(host, 'app', yaml);
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	const [first] = (await containersOf(host, app.project)).filter(({ service }) => service === 'web');
	const write = (service: string) =>
		compose(app, ['exec', '-T', service, 'sh', '-c', 'mkdir -p /srv && echo precious > /srv/notes']);
	const notes = (service: string) =>
		compose(app, ['exec', '-T', service, 'cat', '/srv/notes'], { anyCode: true });
	// One container is gone, one is of another configuration by now, one is as it was.
	await compose(app, ['up', '-d', '--force-recreate', 'db']);
	await writeFile(
		join(app.directory, 'compose.yaml'),
		yaml.replace('  web:\n', '  web:\n    hostname: later\n'),
	);
	await compose(app, ['up', '-d']);
	for (const service of ['web', 'cache']) await write(service);
	const preview = await cli(host, [...inPlace(app), '--dry-run']);
	expect(preview.stderr).toMatch(/web-1 is made anew: .* is LOST, no snapshot holds it: \/srv\/notes/);
	expect(preview.stderr).not.toMatch(/cache-1 is made anew/);
	const refused = await cli(host, ['restore', '--stack', app.name, '--in-place', '--yes'], 64);
	expect(refused.stdout + refused.stderr).toContain(`--confirm ${app.name}`);
	expect((await notes('web')).stdout).toBe('precious\n');
	const part = await cli(host, [...inPlace(app, '--volume', 'data'), '--dry-run']);
	expect(part.stderr).not.toContain('LOST');
	await cli(host, inPlace(app));
	expect((await notes('web')).stdout).toBe('');
	expect((await notes('cache')).stdout).toBe('precious\n');
	const [now] = (await containersOf(host, app.project)).filter(({ service }) => service === 'web');
	expect(now?.configHash).toBe(first?.configHash);
});
