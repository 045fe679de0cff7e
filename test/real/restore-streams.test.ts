import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cli, copyTree, inPlace, mountpoint, restoreConfig } from './restore-rig.ts';
import {
	compareTrees,
	compose,
	composeYaml,
	docker,
	fillWithOddFiles,
	type Host,
	initRepository,
	inventory,
	leftovers,
	projectRoot,
	restic,
	run,
	sleeper,
	snapshots,
	stack,
	testHost,
	writeDirlist,
} from './rig/index.ts';

/** The engine of this machine at an address that is not: no volume has a path here then. */
async function farEngine(): Promise<string> {
	const server = createServer((near) => {
		const far = connect('/var/run/docker.sock');
		near.on('error', () => far.destroy());
		far.on('error', () => near.destroy());
		near.pipe(far).pipe(near);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
	onTestFinished(() => void server.close());
	const address = server.address();
	return `tcp://127.0.0.2:${typeof address === 'object' ? address?.port : ''}`;
}

/** Puts a volume's archive where versions of this program before restic 0.18.0 had it. */
async function keepAsEarlierVersions(host: Host, volume: string): Promise<void> {
	const part = (await snapshots(host)).find(({ paths }) => paths[0] === `/volume-${volume}.tar`);
	const archive = join(host.directory, 'archive.tar');
	await restic(host, ['dump', '--target', archive, part?.id ?? '', `/volume-${volume}.tar`]);
	const tags = (part?.tags ?? []).map((tag) => `--tag=${tag}`);
	// By the newest: that of Debian 13 cannot.
	await run(join(projectRoot, '.tools/bin/restic'), [
		...[
			'-r',
			host.repository,
			'--password-file',
			host.passwordFile,
			'--no-cache',
			'backup',
			'--host',
			host.name,
		],
		...[...tags, '--stdin-filename', `volumes/${volume}.tar`, '--stdin-from-command', '--', 'cat', archive],
	]);
	await restic(host, ['forget', part?.id ?? '']);
}

/** An archive has whole seconds. */
async function compareBySeconds(a: string, b: string): Promise<readonly string[]> {
	const found = await compareTrees(a, b, { skipRoot: true });
	return found.filter((line) => {
		const [, left, right] = /mtime (\d+) != (\d+)$/.exec(line) ?? [];
		return left === undefined || right === undefined || left.slice(0, -9) !== right.slice(0, -9);
	});
}

test('F15: a volume of an engine on another machine comes back through the engine: into a new one, and where it is gone', async () => {
	const near = await testHost({ config: restoreConfig() });
	const host: Host = { ...near, env: { ...near.env, DOCKER_HOST: await farEngine() } };
	const yaml = composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']);
	const app = await stack(host, 'app', yaml);
	await compose(app, ['up', '-d']);
	const volume = `${app.project}_data`;
	await fillWithOddFiles(await mountpoint(near, volume));
	// An archive cannot hold it; restic can.
	await run('rm', [join(await mountpoint(near, volume), 'fifo')]);
	await writeDirlist(host, { [app.name]: true });
	await initRepository(host);
	await cli(host, ['backup']);
	const copy = join(host.directory, 'copy');
	await copyTree(await mountpoint(near, volume), copy);
	const before = await inventory(near);

	const into = `${host.name}-into`;
	await cli(host, ['restore', '--stack', app.name, '--volume', 'data', '--into', into]);
	expect(await compareBySeconds(copy, await mountpoint(near, into))).toEqual([]);
	await docker(near, ['volume', 'rm', into]);

	// No safety snapshot can be taken of what is there: it is not overwritten, and the stack stays up.
	const refused = await cli(host, inPlace(app, '--volume', 'data'), 4);
	expect(refused.stdout).toMatch(/cannot be read here, so no safety snapshot can be taken[\s\S]*--into/);
	expect(await inventory(near)).toEqual(before);

	const target = join(host.directory, 'target');
	await cli(host, ['restore', '--stack', app.name, '--volume', 'data', '--target', target]);
	const archive = join(target, `volume-${volume}.tar`);
	expect(existsSync(archive)).toBe(true);
	expect((await run('tar', ['-tf', archive])).stdout).toContain('plain.txt');

	await compose(app, ['down', '-v']);
	await cli(host, inPlace(app, '--start'));
	expect(await compareBySeconds(copy, await mountpoint(near, volume))).toEqual([]);
	expect(await inventory(near)).toEqual(before);

	// Earlier versions kept the archive in a folder.
	await keepAsEarlierVersions(near, volume);
	const again = `${host.name}-again`;
	await cli(host, ['restore', '--stack', app.name, '--volume', 'data', '--into', again]);
	expect(await compareBySeconds(copy, await mountpoint(near, again))).toEqual([]);
	await docker(near, ['volume', 'rm', again]);
	expect(await leftovers(near)).toEqual([]);
});
