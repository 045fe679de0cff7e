import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bringUp } from '../../source/stacks/bring-up.ts';
import { takeDown } from '../../source/stacks/take-down.ts';
import { settle } from '../../source/stacks/verify-up.ts';
import { accessOf, wayToEngine } from './docker-access.ts';
import {
	compose,
	composeYaml,
	docker,
	dockerLines,
	inventory as everythingOf,
	sleeper,
	stack,
	testHost,
	tools,
} from './rig/index.ts';
import { ids, planFor, running, statuses, upSettings } from './round-trip.ts';

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
		expect(taken).toEqual({ survivors: [], neighbours: [], newcomers: [`${machine.name}-newcomer`] });
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

	test('ids of containers of somebody else in what was written down: neither stopped nor started', async () => {
		const machine = await testHost();
		const app = await stack(machine, 'app', composeYaml([sleeper('web')]));
		const other = await stack(machine, 'other', composeYaml([sleeper('runs'), sleeper('off')]));
		for (const one of [app, other]) await compose(one, ['up', '-d']);
		await compose(other, ['stop', '-t', '0', 'off']);
		const before = await everythingOf(machine);
		const started = () =>
			dockerLines(machine, ['inspect', '-f', '{{.State.StartedAt}}', `${other.project}-runs-1`]);
		const startedAt = await started();
		const { access, inventory } = await planFor(app);
		const [web] = inventory.containers;
		const strangers = (await ids(app)).filter((id) => !web?.id.startsWith(id));
		expect(strangers).toHaveLength(2);
		const full = await access.engine.inspectContainers(strangers);
		const containers = full.flatMap(({ id }) => (web === undefined ? [] : [{ ...web, id }]));
		const interrupted = { since: Date.now() + 60_000, graceSeconds: 0 };
		await bringUp(access, { ...inventory, containers }, { method: 'stop', ...upSettings, interrupted }).catch(
			() => undefined,
		);
		expect(await started()).toEqual(startedAt);
		expect(await everythingOf(machine)).toEqual(before);
	});

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

	test.each(['down', 'stop'] as const)('an engine that goes away is waited for, after %s', async (method) => {
		const machine = await testHost();
		const app = await stack(machine, 'away', composeYaml([sleeper('web')]));
		await compose(app, ['up', '-d']);
		const before = await everythingOf(machine);
		const { inventory } = await planFor(app);
		const way = await wayToEngine(join(machine.directory, 'engine.sock'));
		const access = accessOf(machine, { DOCKER_HOST: `unix://${way.address}` });
		await takeDown(access, inventory, { method, timeoutSeconds: 5 });
		way.cut();
		setTimeout(way.mend, 2500);
		const retries: string[] = [];
		await bringUp(access, inventory, { method, ...upSettings, onRetry: (text) => retries.push(text) });
		expect(retries.join()).toMatch(/Docker daemon/);
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
		await compose(app, ['kill', 'web']);
		expect(await settle(access, inventory, report, 1.5)).toMatchObject([
			{ kind: 'not-up', message: expect.stringContaining('137') },
		]);
		await compose(app, ['start', 'web']);
		expect(await settle(access, inventory, report, 1.5)).toMatchObject([{ kind: 'restarting' }]);
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
