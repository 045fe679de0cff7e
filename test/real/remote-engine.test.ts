import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wayToEngine } from './docker-access.ts';
import {
	compareTrees,
	compose,
	composeYaml,
	docker,
	fillWithOddFiles,
	initRepository,
	inventory,
	leftovers,
	restic,
	run,
	runCli,
	sleeper,
	snapshots,
	stack,
	testHost,
	volumesRoot,
	writeDirlist,
} from './rig/index.ts';

/** Any address that is not one of those every machine has for itself: its paths are taken for another machine's. */
const elsewhere = '127.0.0.2';

/** Docker's archives have times in whole seconds. */
async function differences(one: string, other: string): Promise<readonly string[]> {
	return (await compareTrees(one, other)).filter((text) => !text.includes(': mtime '));
}

test('an engine on another machine: volumes are streamed, what cannot be had is said, all comes back', async () => {
	const way = await wayToEngine(undefined, elsewhere);
	const host = await testHost({ env: { DOCKER_HOST: way.address } });
	await initRepository(host);
	const app = await stack(host, 'far', composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']), {
		files: { 'settings.txt': 'kept\n' },
	});
	const volume = `${app.project}_data`;
	await compose(app, ['up', '-d']);
	const data = join(await volumesRoot(host), volume, '_data');
	await fillWithOddFiles(data);
	const copy = join(host.directory, 'copy');
	await run('cp', ['-a', data, copy]);
	await writeDirlist(host, { [app.name]: true });
	const before = await inventory(host);

	const first = await runCli(host, ['backup']);
	expect(first.code, `${first.stdout}\n${first.stderr}`).toBe(0);
	expect(await inventory(host)).toEqual(before);
	expect(await leftovers(host)).toEqual([]);
	const made = await snapshots(host);
	const part = made.find(({ tags }) => tags?.includes(`part-${app.name}`));
	expect(part?.tags).toContain(`volume-${volume}`);
	expect(made).toHaveLength(2);

	// As any tool sees it: a tar archive with every name, owner, mode and link.
	const unpacked = join(host.directory, 'unpacked');
	await mkdir(unpacked);
	const archive = join(host.directory, 'volume.tar');
	await restic(host, ['dump', '--target', archive, part?.id ?? '', `/volume-${volume}.tar`]);
	await run('tar', ['-xpf', archive, '-C', unpacked, '--numeric-owner']);
	expect(await differences(copy, unpacked)).toEqual([]);

	// The disaster: volume and directory are gone.
	await compose(app, ['down', '--volumes']);
	await rm(app.directory, { recursive: true });
	const restored = await runCli(host, [
		'restore',
		...['--stack', app.name, '--in-place', '--yes', '--confirm', app.name],
	]);
	expect(restored.code, `${restored.stdout}\n${restored.stderr}`).toBe(0);
	expect(await differences(copy, data)).toEqual([]);

	// A folder of the other machine cannot be read from here: no silence about it.
	await writeFile(
		join(app.directory, 'compose.yaml'),
		composeYaml([sleeper('web', ['volumes: ["data:/data", "/srv:/srv"]'])], ['data']),
	);
	await compose(app, ['up', '-d']);
	const coverage = await runCli(host, ['coverage', '--strict']);
	expect(coverage.code).toBe(8);
	expect(coverage.stdout).toContain('another machine');
	expect((await docker(host, ['ps', '-aq', '--filter', 'label=io.backup-tui.helper-of'])).stdout).toBe('');
});
