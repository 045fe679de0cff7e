import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createCliEngine } from '../../source/stacks/cli-engine.ts';
import type { DockerAccess } from '../../source/stacks/docker-access.ts';
import { takeInventory } from '../../source/stacks/inventory.ts';
import { isOfStack } from '../../source/stacks/read-states.ts';
import { createSocketEngine } from '../../source/stacks/socket-engine.ts';
import type { StackContainer } from '../../source/stacks/types.ts';
import { watchQuiet } from '../../source/stacks/watch-quiet.ts';
import { accessOf, discovered, wayToEngine } from './docker-access.ts';
import { compose, composeYaml, docker, type Host, sleeper, stack, testHost, tools } from './rig/index.ts';

const sleep = ['busybox:local', 'sleep', '1000'];

async function quietStack() {
	const host = await testHost();
	const app = await stack(host, 'app', composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']));
	await compose(app, ['up', '-d']);
	await compose(app, ['stop']);
	const access = accessOf(host);
	const found = discovered(app);
	const inventory = await takeInventory(access, found, [found]);
	const data = { volumes: [`${app.project}_data`], paths: [app.directory] };
	const owner = {
		inventory,
		project: app.project,
		owns: (container: StackContainer) => isOfStack([found], found, container),
	};
	return { host, app, access, owner, data, volume: `${app.project}_data` };
}

const startOther = (host: Host, name: string, options: readonly string[]) =>
	docker(host, ['run', '-d', '--name', `${host.name}-${name}`, ...options, ...sleep]);

test('nothing runs, and what reads or is elsewhere does not matter', async () => {
	const { host, access, owner, data, volume, app } = await quietStack();
	await startOther(host, 'reader', ['-v', `${volume}:/x:ro`]);
	const watch = await watchQuiet(access, owner, data);
	await startOther(host, 'reader2', ['-v', `${app.directory}:/x:ro`]);
	await startOther(host, 'elsewhere', ['-v', `${host.name}-other:/x`]);
	expect(await watch.finish()).toEqual({ quiet: true, culprits: [], bystanders: [], interrupted: false });
});

test('containers of the stack: one that runs before, one that starts, one that came and went', async () => {
	const { app, access, owner, data } = await quietStack();
	const watched = async (during: () => Promise<unknown>) => {
		const watch = await watchQuiet(access, owner, data);
		await during();
		return (await watch.finish()).culprits;
	};
	const web = `${app.project}-web-1 (project ${app.project})`;
	expect(
		await watched(async () => {
			await compose(app, ['start']);
			await compose(app, ['stop']);
		}),
	).toEqual([web]);
	expect(await watched(() => compose(app, ['start']))).toEqual([web]);
	expect(await watched(async () => {})).toEqual([web]);
	await compose(app, ['pause']);
	expect(await watched(async () => {})).toEqual([]);
	expect(await watched(() => compose(app, ['unpause']))).toEqual([web]);
});

test.each(['socket', 'cli'] as const)(
	'others that mount the data for writing, seen over the %s',
	async (kind) => {
		const { host, app, access, owner, data, volume } = await quietStack();
		const { runner, env } = access;
		const cli = createCliEngine({ runner, env, dockerFile: tools.docker, endpoint: 'here', local: true });
		await startOther(host, 'writer', ['-v', `${volume}:/x`]);
		const watch = await watchQuiet(kind === 'cli' ? { ...access, engine: cli } : access, owner, data);
		await mkdir(join(app.directory, 'sub'));
		await startOther(host, 'inside', ['-v', `${app.directory}/sub:/x`]);
		await startOther(host, 'manager', ['-v', `${host.stacksDir}:/x`]);
		await docker(host, [
			'run',
			'--rm',
			'-v',
			`${volume}:/x`,
			'--name',
			`${host.name}-gone`,
			'busybox:local',
			'sleep',
			'0.5',
		]);
		const verdict = await watch.finish();
		expect(verdict.culprits).toEqual(['gone', 'inside', 'writer'].map((name) => `${host.name}-${name}`));
		expect(verdict.bystanders).toEqual([`${host.name}-manager`]);
	},
);

test('events that were lost: judged by start times, also for what has ended since', async () => {
	const { host, app, access, owner, data } = await quietStack();
	const way = await wayToEngine(join(host.directory, 'engine.sock'));
	const cutAccess: DockerAccess = { ...access, engine: createSocketEngine(way.address) };
	const calm = await watchQuiet(cutAccess, owner, data);
	way.cut();
	await delay(200);
	way.mend();
	expect(await calm.finish()).toMatchObject({ quiet: true, interrupted: true });

	const busy = await watchQuiet(cutAccess, owner, data);
	way.cut();
	await compose(app, ['start']);
	await compose(app, ['stop']);
	setTimeout(way.mend, 1500);
	expect(await busy.finish()).toMatchObject({
		quiet: false,
		interrupted: true,
		culprits: [`${app.project}-web-1 (project ${app.project})`],
	});
});
