import { spawn } from 'node:child_process';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bringUp } from '../../source/stacks/bring-up.ts';
import { takeInventory } from '../../source/stacks/inventory.ts';
import { planQuiesce, type QuiesceSettings } from '../../source/stacks/plan-quiesce.ts';
import { takeDown } from '../../source/stacks/take-down.ts';
import { settle } from '../../source/stacks/verify-up.ts';
import { accessOf, discovered } from './docker-access.ts';
import {
	compose,
	composeYaml,
	containersOf,
	createHost,
	docker,
	dockerLines,
	inventory as everythingOf,
	type Host,
	sleeper,
	stack,
	type TestStack,
	testHost,
	tools,
} from './rig/index.ts';

let host: Host;
beforeAll(async () => {
	host = await createHost();
});
afterAll(() => host.dispose());

const settings: QuiesceSettings = { method: 'down', onDrift: 'keep', timeoutSeconds: 5 };
const upSettings = { timeoutSeconds: 20 };

async function planFor(app: TestStack, changes: Partial<QuiesceSettings> = {}) {
	const access = accessOf(app.host);
	const stackFound = discovered(app);
	const inventory = await takeInventory(access, stackFound, [stackFound]);
	const plan = await planQuiesce(access, inventory, { ...settings, ...changes });
	return { access, inventory, plan };
}

const requiresX = 'environment: ["X=${X:?tell me}"]';

const running = (app: TestStack, project = app.project) =>
	dockerLines(app.host, ['ps', '-q', '--filter', `label=com.docker.compose.project=${project}`]);

/** Ids of all containers, in all states: equal before and after when they were only stopped. */
const ids = (app: TestStack) =>
	dockerLines(app.host, ['ps', '-aq', '--filter', `name=${app.host.name}`]).then((all) => all.sort());

/** Takes a stack down and brings it up; what the engine holds must be as before. */
async function roundTrip(app: TestStack, changes: Partial<QuiesceSettings> = {}) {
	const before = await everythingOf(app.host);
	const { access, inventory, plan } = await planFor(app, changes);
	const { method } = plan;
	// The journal is all a later process has.
	const journaled = JSON.parse(JSON.stringify(inventory)) as typeof inventory;
	const taken = await takeDown(access, inventory, { method, timeoutSeconds: 5 });
	const between = await everythingOf(app.host);
	const report = await bringUp(access, journaled, { method, ...upSettings });
	expect(report.up).toBe(true);
	expect(await everythingOf(app.host)).toEqual(before);
	return { ...plan, taken, between, report };
}

const statuses = (view: Awaited<ReturnType<typeof everythingOf>>) =>
	view.containers.map(({ service, status }) => `${service} ${status}`);

describe('down and up, where that is a proven round trip', () => {
	test('several services, scaled beyond the file, a volume, a bind, health, an env file', async () => {
		const machine = await testHost();
		const yaml = composeYaml(
			[
				sleeper('db', [
					'volumes: ["data:/data", "./sub:/sub"]',
					'healthcheck: {test: ["CMD", "true"], interval: 1s}',
				]),
				sleeper('web', ['depends_on: {db: {condition: service_healthy}}', 'env_file: [web.env]']),
				sleeper('unused', ['profiles: [off]']),
			],
			['data'],
		);
		const app = await stack(machine, 'plain', yaml, { files: { 'web.env': 'A=$$1 "2"\n', 'sub/file': 'x' } });
		await compose(app, ['up', '-d', '--scale', 'web=3']);
		const plan = await roundTrip(app);
		expect(plan).toMatchObject({ method: 'down', reasons: [], taken: { survivors: [], newcomers: [] } });
		expect(plan.between.containers).toEqual([]);
		expect(plan.up[0]?.join(' ')).toContain('up --detach --no-build --pull never --scale web=3 -- db web');
	});

	test('another project name, several files, an env file, a profile', async () => {
		const machine = await testHost();
		const app = await stack(machine, 'opts', composeYaml([sleeper('web', [requiresX])]), {
			files: { 'more.yaml': composeYaml([sleeper('debug', ['profiles: [debug]'])]), 'my.env': 'X=1\n' },
		});
		const project = `${machine.name}-renamed`;
		const options = ['-p', project, '-f', 'compose.yaml', '-f', 'more.yaml', '--env-file', 'my.env'];
		await compose(app, [...options, '--profile', 'debug', 'up', '-d']);
		const plan = await roundTrip(app);
		expect(plan).toMatchObject({ method: 'down', reasons: [] });
		expect(plan.between.containers).toEqual([]);
		expect(await running(app, project)).toHaveLength(2);
	});

	test('a service in the network of another, and one in a restart loop', async () => {
		const machine = await testHost();
		const yaml = composeYaml([
			sleeper('vpn'),
			sleeper('app', ['network_mode: "service:vpn"', 'pid: "service:vpn"']),
			'  loop:\n    image: busybox:local\n    command: ["false"]\n    restart: always',
		]);
		const app = await stack(machine, 'shared', yaml);
		await compose(app, ['up', '-d']);
		const { access, inventory, plan } = await planFor(app);
		expect(plan).toMatchObject({ method: 'down', reasons: [] });
		await takeDown(access, inventory, { method: plan.method, timeoutSeconds: 5 });
		expect(await containersOf(machine, app.project)).toEqual([]);
		expect(await bringUp(access, inventory, { method: plan.method, ...upSettings })).toMatchObject({
			up: true,
		});
		const up = await containersOf(machine, app.project);
		expect(up.map(({ service }) => service)).toEqual(['app', 'loop', 'vpn']);
	});

	test('external volume and network', async () => {
		const machine = await testHost();
		const name = `${machine.name}-outside`;
		await docker(machine, ['volume', 'create', name]);
		await docker(machine, ['network', 'create', name]);
		const yaml = `${composeYaml([sleeper('web', ['volumes: ["vol:/v"]', 'networks: [n]'])])}volumes: {vol: {external: true, name: ${name}}}
networks: {n: {external: true, name: ${name}}}\n`;
		const app = await stack(machine, 'external', yaml);
		await compose(app, ['up', '-d']);
		expect(await roundTrip(app)).toMatchObject({ method: 'down', reasons: [] });
	});
});

describe('stop and start, where down would lose or change something', () => {
	const cases: readonly [string, string, (app: TestStack) => Promise<unknown>, RegExp][] = [
		['an anonymous volume', sleeper('web', ['volumes: ["/anonymous"]']), async () => {}, /anonymous volume/],
		[
			'a one-shot that has finished',
			`${sleeper('web')}\n  once:\n    image: busybox:local\n    command: ["true"]`,
			async () => {},
			/once-1 has finished and would be run again/,
		],
		[
			'a service stopped by hand',
			`${sleeper('web')}\n${sleeper('off', ['stop_signal: SIGKILL'])}`,
			(app) => compose(app, ['stop', 'off']),
			/off-1 is exited and would be removed/,
		],
		[
			'a paused service',
			`${sleeper('web')}\n${sleeper('frozen')}`,
			(app) => compose(app, ['pause', 'frozen']),
			/frozen-1 is paused/,
		],
		[
			'a configuration that was changed',
			sleeper('web'),
			(app) =>
				writeFile(join(app.directory, 'compose.yaml'), composeYaml([sleeper('web', ['hostname: other'])])),
			/configuration of web has changed/,
		],
		[
			'a service that is not in the file any more',
			`${sleeper('web')}\n${sleeper('old')}`,
			(app) => writeFile(join(app.directory, 'compose.yaml'), composeYaml([sleeper('web')])),
			/old is not in the compose file any more/,
		],
		[
			'an invalid compose file',
			sleeper('web'),
			(app) => writeFile(join(app.directory, 'compose.yaml'), 'services: [}'),
			/cannot read the project .*yaml/,
		],
		[
			'a required variable that is missing by now',
			sleeper('web', [requiresX]),
			(app) => rm(join(app.directory, '.env')),
			/required variable X is missing a value/,
		],
		[
			'an env file that is gone',
			sleeper('web', ['env_file: [.env]']),
			(app) => rm(join(app.directory, '.env')),
			/\.env not found/,
		],
		[
			'a network connected by hand',
			sleeper('web'),
			async (app) => {
				await docker(app.host, ['network', 'create', `${app.host.name}-hand`]);
				await docker(app.host, ['network', 'connect', `${app.host.name}-hand`, `${app.project}-web-1`]);
			},
			/was connected to bt\w+-hand by hand/,
		],
		[
			'a one-off container that runs',
			sleeper('web'),
			(app) => compose(app, ['run', '-d', 'web']),
			/was started with `compose run`/,
		],
		[
			'a service whose dependency was removed',
			`${sleeper('web', ['depends_on: [db]'])}\n${sleeper('db')}`,
			(app) => compose(app, ['rm', '-fs', 'db']),
			/db does not run, but `up` would start it/,
		],
	];

	test.each(cases)('%s', async (_name, services, prepare, reason) => {
		const machine = await testHost();
		const app = await stack(machine, 'kept', composeYaml([services]), { files: { '.env': 'X=1\n' } });
		await compose(app, ['up', '-d']);
		await delay(200);
		await prepare(app);
		const before = await ids(app);
		const plan = await roundTrip(app);
		expect(plan.method).toBe('stop');
		expect(plan.reasons.join('\n')).toMatch(reason);
		expect(await ids(app)).toEqual(before);
		const quiet = statuses(plan.between).filter((line) => !/ (exited|paused)$/.test(line));
		expect(quiet).toEqual([]);
	});

	test('a tag that was moved, and an image that is gone', async () => {
		const machine = await testHost();
		const tag = `${machine.name}:tag`;
		await docker(machine, ['tag', 'busybox:local', tag]);
		const app = await stack(machine, 'moved', composeYaml([sleeper('web').replace('busybox:local', tag)]));
		await compose(app, ['up', '-d']);
		const change = await docker(machine, ['import', '-', tag], { input: '' });
		expect(change.stdout).toContain('sha256:');
		const moved = await roundTrip(app);
		expect(moved.reasons).toEqual([expect.stringMatching(/the image .*:tag of web has changed/)]);
		await docker(machine, ['rmi', tag]);
		const gone = await roundTrip(app);
		expect(gone).toMatchObject({
			method: 'stop',
			reasons: [expect.stringMatching(/image .*:tag of web is gone/)],
		});
	});

	test('a changed configuration is deployed when the config says so', async () => {
		const machine = await testHost();
		const app = await stack(machine, 'deploy', composeYaml([sleeper('web')]));
		await compose(app, ['up', '-d']);
		await writeFile(join(app.directory, 'compose.yaml'), composeYaml([sleeper('web', ['hostname: other'])]));
		const { access, inventory, plan } = await planFor(app, { onDrift: 'deploy' });
		expect(plan).toMatchObject({ method: 'down', deploys: [expect.stringContaining('web has changed')] });
		await takeDown(access, inventory, { method: 'down', timeoutSeconds: 5 });
		expect(await bringUp(access, inventory, { method: 'down', ...upSettings })).toMatchObject({ up: true });
		const [name] = await dockerLines(machine, [
			'inspect',
			'-f',
			'{{.Config.Hostname}}',
			`${app.project}-web-1`,
		]);
		expect(name).toBe('other');
	});

	test('a bind source that is gone: refused, nothing stopped', async () => {
		const machine = await testHost();
		const app = await stack(machine, 'bind', composeYaml([sleeper('web', ['volumes: ["./sub:/sub"]'])]), {
			files: { 'sub/file': 'x' },
		});
		await compose(app, ['up', '-d']);
		await rename(join(app.directory, 'sub'), join(app.directory, 'away'));
		await expect(planFor(app)).rejects.toMatchObject({
			code: 'plan-refused',
			message: expect.stringContaining(`${app.directory}/sub`),
			hint: expect.stringContaining('METHOD='),
		});
		expect(await running(app)).toHaveLength(1);
	});
});

describe('pause', () => {
	test('freezes and thaws; what was frozen before stays so', async () => {
		const machine = await testHost();
		const app = await stack(machine, 'pause', composeYaml([sleeper('web'), sleeper('frozen')]));
		await compose(app, ['up', '-d']);
		await compose(app, ['pause', 'frozen']);
		const before = await ids(app);
		const plan = await roundTrip(app, { method: 'pause' });
		expect(statuses(plan.between)).toEqual(['frozen paused', 'web paused']);
		expect(await ids(app)).toEqual(before);
	});

	test('is used for a one-off container that stopping would delete', async () => {
		const machine = await testHost();
		const app = await stack(machine, 'run', composeYaml([sleeper('web')]));
		await compose(app, ['up', '-d']);
		await compose(app, ['run', '--rm', '-d', 'web']);
		const plan = await roundTrip(app);
		expect(statuses(plan.between).sort()).toEqual(['web exited', 'web paused']);
	});
});

describe('trouble on the way down', () => {
	test('a container that ignores SIGTERM is killed after the grace', async () => {
		const machine = await testHost();
		const deaf = `  deaf:\n    image: busybox:local\n    stop_grace_period: 2m\n    command: ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"]`;
		const app = await stack(machine, 'deaf', composeYaml([deaf]));
		await compose(app, ['up', '-d']);
		for (const method of ['down', 'stop'] as const) {
			const { access, inventory } = await planFor(app);
			const started = Date.now();
			await takeDown(access, inventory, { method, timeoutSeconds: 1 });
			expect(Date.now() - started).toBeLessThan(6000);
			expect(await running(app)).toEqual([]);
			await compose(app, ['up', '-d']);
		}
	});

	test('something started meanwhile is named and left alone', async () => {
		const machine = await testHost();
		const app = await stack(
			machine,
			'late',
			composeYaml([sleeper('web'), sleeper('late', ['profiles: [x]'])]),
		);
		await compose(app, ['up', '-d']);
		const { access, inventory, plan } = await planFor(app);
		await compose(app, ['run', '-d', '--name', `${machine.name}-newcomer`, 'late']);
		const taken = await takeDown(access, inventory, { method: plan.method, timeoutSeconds: 5 });
		expect(taken).toEqual({ survivors: [], newcomers: [`${machine.name}-newcomer`] });
	});

	test.each(['down', 'stop'] as const)(
		'%s cut short by a signal: the stack is brought up and stays up',
		async (method) => {
			const machine = await testHost();
			const slow = `  slow:\n    image: busybox:local\n    command: ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"]`;
			const app = await stack(machine, 'slow', composeYaml([slow, sleeper('web')]));
			await compose(app, ['up', '-d']);
			const before = await everythingOf(machine);
			const { access, inventory } = await planFor(app);
			const since = Date.now();
			const controller = new AbortController();
			setTimeout(() => controller.abort('SIGINT'), 1000);
			const down = takeDown(access, inventory, { method, timeoutSeconds: 4, signal: controller.signal });
			await expect(down).rejects.toBe('SIGINT');
			const report = await bringUp(access, inventory, {
				method,
				...upSettings,
				interrupted: { since, graceSeconds: 1 },
			});
			expect(report.up).toBe(true);
			expect(await settle(access, inventory, report, 5)).toEqual([]);
			expect(await everythingOf(machine)).toEqual(before);
		},
	);

	test('docker compose down killed by others, recovered from the journal', async () => {
		const machine = await testHost();
		const slow = `  slow:\n    image: busybox:local\n    command: ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"]`;
		const app = await stack(machine, 'killed', composeYaml([slow]));
		await compose(app, ['up', '-d']);
		const { access, inventory } = await planFor(app);
		const since = Date.now();
		const down = spawn(tools.docker, ['compose', 'down', '--timeout', '4'], {
			cwd: app.directory,
			env: machine.env,
			detached: true,
			stdio: 'ignore',
		});
		await delay(1000);
		process.kill(-(down.pid ?? 0), 'SIGKILL');
		expect(await running(app)).toHaveLength(1);
		const interrupted = { since, graceSeconds: 1 };
		const report = await bringUp(access, inventory, { method: 'down', ...upSettings, interrupted });
		expect(await settle(access, inventory, report, 5)).toEqual([]);
		// Again, as a second recover would: nothing happens.
		const same = await ids(app);
		await bringUp(access, inventory, { method: 'down', ...upSettings, interrupted });
		expect(await ids(app)).toEqual(same);
	});
});

describe('trouble on the way up', () => {
	const take = async (port: number) => {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
		onTestFinished(() => void server.close());
		const address = server.address();
		return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
	};

	test('a port that is taken names the culprit; freed, the same call succeeds', async () => {
		const machine = await testHost();
		const { server, port } = await take(0);
		server.close();
		const app = await stack(
			machine,
			'port',
			composeYaml([sleeper('web', [`ports: ["127.0.0.1:${port}:80"]`])]),
		);
		await compose(app, ['up', '-d']);
		const before = await everythingOf(machine);
		const { access, inventory, plan } = await planFor(app);
		await takeDown(access, inventory, { method: plan.method, timeoutSeconds: 5 });
		const thief = await take(port);
		const retries: string[] = [];
		const tooEarly = bringUp(access, inventory, {
			method: plan.method,
			timeoutSeconds: 2,
			onRetry: (message) => retries.push(message),
		});
		await expect(tooEarly).rejects.toMatchObject({
			code: 'up-failed',
			message: expect.stringMatching(
				new RegExp(`${port}.*(address already in use|port is already allocated)`),
			),
			hint: expect.stringContaining('ss -ltnp'),
		});
		expect(retries.length).toBeGreaterThan(0);
		setTimeout(() => thief.server.close(), 1500);
		await bringUp(access, inventory, { method: plan.method, ...upSettings });
		expect(await everythingOf(machine)).toEqual(before);
	});

	test('stopped containers that were pruned meanwhile are made again', async () => {
		const machine = await testHost();
		const app = await stack(machine, 'pruned', composeYaml([sleeper('web'), sleeper('db')]));
		await compose(app, ['up', '-d', '--scale', 'web=2']);
		const before = await everythingOf(machine);
		const { access, inventory } = await planFor(app);
		await takeDown(access, inventory, { method: 'stop', timeoutSeconds: 5 });
		await docker(machine, ['rm', `${app.project}-web-1`, `${app.project}-db-1`]);
		await bringUp(access, inventory, { method: 'stop', ...upSettings });
		// Compose gives a new replica the next free number.
		expect(statuses(await everythingOf(machine))).toEqual(statuses(before));
	});

	test('a crash after up was reported is seen by the second look', async () => {
		const machine = await testHost();
		const app = await stack(machine, 'crash', composeYaml([sleeper('web')]));
		await compose(app, ['up', '-d']);
		const { access, inventory } = await planFor(app);
		const report = await bringUp(access, inventory, { method: 'none', ...upSettings });
		expect(report).toMatchObject({ up: true, differences: [] });
		const looked = settle(access, inventory, report, 1.5);
		await compose(app, ['kill', 'web']);
		expect(await looked).toMatchObject([{ kind: 'not-up', message: expect.stringContaining('137') }]);
		const restarted = settle(access, inventory, report, 1.5);
		await compose(app, ['start', 'web']);
		expect(await restarted).toMatchObject([{ kind: 'restarting' }]);
	});

	test('a service that was healthy and is not any more is a failure', async () => {
		const machine = await testHost();
		const check = 'healthcheck: {test: ["CMD", "test", "-e", "/data/well"], interval: 200ms, retries: 1}';
		const app = await stack(
			machine,
			'ill',
			composeYaml([sleeper('web', [check, 'volumes: ["./data:/data"]'])]),
			{
				files: { 'data/well': '' },
			},
		);
		await compose(app, ['up', '-d', '--wait']);
		const { access, inventory, plan } = await planFor(app);
		await takeDown(access, inventory, { method: plan.method, timeoutSeconds: 5 });
		await rm(join(app.directory, 'data/well'));
		const up = bringUp(access, inventory, { method: plan.method, timeoutSeconds: 3 });
		await expect(up).rejects.toMatchObject({
			code: 'up-failed',
			message: expect.stringContaining('unhealthy'),
		});
		expect(await readFile(join(app.directory, 'compose.yaml'), 'utf8')).toContain('well');
		await writeFile(join(app.directory, 'data/well'), '');
		await bringUp(access, inventory, { method: plan.method, ...upSettings });
	});
});
