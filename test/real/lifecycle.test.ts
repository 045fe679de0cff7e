import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bringUp } from '../../source/stacks/bring-up.ts';
import { createCliEngine } from '../../source/stacks/cli-engine.ts';
import { planQuiesce } from '../../source/stacks/plan-quiesce.ts';
import { readLayers } from '../../source/stacks/read-layers.ts';
import { takeDown } from '../../source/stacks/take-down.ts';
import { accessOf, wayToEngine } from './docker-access.ts';
import {
	compose,
	composeYaml,
	containersOf,
	docker,
	dockerLines,
	inventory as everythingOf,
	sleeper,
	stack,
	type TestStack,
	testHost,
} from './rig/index.ts';
import { ids, observed, planFor, roundTrip, running, settings, statuses, upSettings } from './round-trip.ts';

const requiresX = 'environment: ["X=${X:?tell me}"]';

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

	test('T1: noise in the writable layer, empty folders, and what things are mounted on', async () => {
		const machine = await testHost();
		const mounts = 'volumes: ["data:/deep/in/data", "./file:/new/file", "./file:/etc/mounted"]';
		const yaml = composeYaml([sleeper('web', [mounts, 'tmpfs: ["/scratch"]'])], ['data']);
		const app = await stack(machine, 'noise', yaml, { files: { file: 'x' } });
		await compose(app, ['up', '-d']);
		const noise = [
			'mkdir -p /run/app /var/cache/app /srv/empty/er /app/__pycache__ /tmp/x',
			'for f in /run/app/x.pid /run/x /var/cache/app/x /app/__pycache__/m.pyc /app/x.pid /tmp/x/y; do echo 1 > $f; done',
			'mkfifo /app/pipe; echo 1 > /deep/in/data/file; echo 1 > /scratch/file',
		];
		await compose(app, ['exec', '-T', 'web', 'sh', '-c', noise.join('; ')]);
		expect((await planFor(app)).plan).toMatchObject({ method: 'down', reasons: [] });
		const { access } = await planFor(app);
		const cli = createCliEngine({ ...access, endpoint: 'here', local: false });
		const remote = await readLayers({ ...access, engine: cli }, (await observed(app)).containers);
		// Over the network nobody tells an empty folder or a pipe from a file.
		expect(remote.map(({ data }) => data.map(({ path }) => path).sort())).toEqual([
			['/app/pipe', '/srv/empty/er'],
		]);
	});

	test('T1: a layer that is too large, or whose engine does not tell in time, is not known to be empty', async () => {
		const machine = await testHost();
		const app = await stack(machine, 'large', composeYaml([sleeper('web')]));
		await compose(app, ['up', '-d']);
		const many = 'mkdir /srv; for i in $(seq 9); do echo 1 > /srv/$i; done';
		await compose(app, ['exec', '-T', 'web', 'sh', '-c', many]);
		const seen = await observed(app);
		const access = accessOf(machine);
		const cut = await readLayers(access, seen.containers, {}, { files: 3, ms: 1000 });
		expect(cut).toMatchObject([{ service: 'web', unknown: expect.stringContaining('more than 3 files') }]);
		const late = await readLayers(access, seen.containers, {}, { files: 1000, ms: 0 });
		expect(late).toMatchObject([{ service: 'web', unknown: expect.any(String) }]);
		const plan = await planQuiesce(access, { ...seen, layers: cut }, settings);
		expect(plan).toMatchObject({ method: 'stop', reasons: [expect.stringContaining('web-1')] });
	});

	test('T3: limits, restart policies, names, aliases, addresses and networks that the file has itself', async () => {
		const machine = await testHost();
		const limits = 'limits: {cpus: "0.35", memory: 50M, pids: 50}, reservations: {memory: 20M}';
		const yaml = `${composeYaml([
			sleeper('web', [
				...['mem_limit: 64m', 'cpus: 0.3', 'pids_limit: 100', 'restart: on-failure:3', 'cpu_shares: 512'],
				'networks: {default: {aliases: [other]}, fixed: {ipv4_address: 10.213.77.9}}',
				'links: ["lim:database"]',
			]),
			sleeper('lim', [
				`deploy: {resources: {${limits}}, restart_policy: {condition: on-failure, max_attempts: 2}}`,
				...['cpuset: "0"', 'memswap_limit: 100M', 'blkio_config: {weight: 300}'],
			]),
			sleeper('host', [
				'network_mode: host',
				'restart: unless-stopped',
				`container_name: ${machine.name}-named`,
			]),
			sleeper('bridge', ['network_mode: bridge', 'cpu_quota: 50000', 'cpu_period: 100000']),
			sleeper('alone', ['network_mode: none', 'deploy: {restart_policy: {condition: any}}']),
		])}networks:
  default: {driver_opts: {com.docker.network.bridge.enable_icc: "true"}}
  fixed: {internal: true, ipam: {config: [{subnet: 10.213.77.0/24}]}}
`;
		const app = await stack(machine, 'limits', yaml);
		await compose(app, ['up', '-d']);
		expect(await roundTrip(app)).toMatchObject({ method: 'down', reasons: [] });
		const edited = yaml.replace('internal: true', 'internal: false');
		await writeFile(join(app.directory, 'compose.yaml'), edited);
		expect((await planFor(app)).plan.reasons).toEqual([
			expect.stringMatching(/network .*_fixed was made with/),
		]);
	});

	test('T24: no change is seen where nothing has changed, whatever the file is made of', async () => {
		const machine = await testHost();
		const donor = `${machine.name}-donor`;
		await docker(machine, [
			'run',
			'-d',
			'--name',
			donor,
			'-v',
			`${donor}:/donor`,
			'busybox:local',
			'sleep',
			'999',
		]);
		onTestFinished(async () => {
			await docker(machine, ['volume', 'rm', '-f', donor], { anyCode: true });
		});
		const snippets = [
			['volumes: ["data:/data"]'],
			['volumes_from: [s0]'],
			['volumes_from: ["s0:ro"]'],
			[`volumes_from: ["container:${donor}"]`],
			[`volumes_from: ["s0:ro", "container:${donor}:ro"]`],
			['secrets: [plain]'],
			['secrets: [{source: plain, target: /other, mode: 0400, uid: "7"}]'],
			['secrets: [variable]'],
			['configs: [file]'],
			['configs: [{source: file, target: /etc/file, mode: 0440}, {source: inline, target: /inline}]'],
			['label_file: [labels]', 'labels: {a: b}'],
			['env_file: [plain.env, {path: absent.env, required: false}]', 'environment: {C: "a$$b"}'],
			['network_mode: "service:s0"', 'pid: "service:s0"'],
			['network_mode: "service:s0"', 'volumes_from: [s0]', 'secrets: [plain]'],
			['links: [s0]', 'depends_on: {s0: {condition: service_started, restart: true}}'],
			['tmpfs: /scratch', 'ulimits: {nofile: 1024}', 'sysctls: {net.ipv4.ip_forward: 1}'],
			['logging: {driver: json-file, options: {max-size: 1m}}', 'extra_hosts: ["a:127.0.0.1"]'],
			['extends: {service: s0}', 'x-note: 1'],
			['healthcheck: {test: echo $$HOME, interval: 90s}'],
		].map((lines, index) => sleeper(`s${index}`, lines));
		const objects = `secrets: {plain: {file: ./plain.env}, variable: {environment: A}}
configs: {file: {file: ./plain.env}, inline: {content: "$$x \${A}"}}
`;
		const app = await stack(machine, 'table', `${composeYaml(snippets, ['data'])}${objects}`, {
			files: { 'plain.env': "A='x y'\nB=$$1\n", labels: 'c=d\n', '.env': 'A=1\n' },
		});
		await compose(app, ['up', '-d']);
		const { reasons } = (await planFor(app)).plan;
		expect(reasons.filter((one) => one.includes('has changed since'))).toEqual([]);
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
			'T1: a file outside every volume',
			sleeper('web'),
			(app) => compose(app, ['exec', '-T', 'web', 'sh', '-c', 'mkdir /app; echo data > /app/db.sqlite']),
			/web-1 has files outside its volumes, .*: \/app\/db\.sqlite \(5 bytes\)/,
		],
		[
			'T1: a file of the image that was deleted, a system file that was edited',
			sleeper('web'),
			(app) => compose(app, ['exec', '-T', 'web', 'sh', '-c', 'rm /bin/vi; echo x > /etc/app.conf']),
			/\/etc\/app\.conf \(2 bytes\), \/bin\/vi \(deleted\)/,
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

	test('quiet is told once all containers have ended, also a slow one, and before the network is gone', async () => {
		const machine = await testHost();
		const slow = sleeper('slow', [
			'entrypoint: ["sh", "-c", "trap \'sleep 1; exit\' TERM; sleep 1000 & wait"]',
		]);
		const app = await stack(machine, 'quiet', composeYaml([sleeper('quick'), slow]));
		await compose(app, ['up', '-d']);
		const { access, inventory } = await planFor(app);
		const seen: string[] = [];
		let whenQuiet: Promise<readonly unknown[]> | undefined;
		const onQuiet = () => {
			seen.push('quiet');
			whenQuiet = running(app);
		};
		const began = performance.now();
		await takeDown(access, inventory, { method: 'down', timeoutSeconds: 5, onQuiet });
		seen.push('down');
		expect(performance.now() - began).toBeGreaterThan(900);
		expect(seen).toEqual(['quiet', 'down']);
		expect(await whenQuiet).toEqual([]);
		expect(await bringUp(access, inventory, { method: 'down', ...upSettings })).toMatchObject({ up: true });
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

	test('containers of others, by name and by id: shared again, or told why not before anything is stopped', async () => {
		const machine = await testHost();
		const name = `${machine.name}-donor`;
		const run = ['run', '-d', '--name', name, '--ipc', 'shareable', '-v', `${name}:/data`];
		const donor = (await docker(machine, [...run, 'busybox:local', 'sleep', '3600'])).stdout.trim();
		onTestFinished(async () => {
			await docker(machine, ['volume', 'rm', '-f', name], { anyCode: true });
		});
		const ways = [name, donor, donor.slice(0, 12)];
		const yaml = composeYaml([
			...ways.map((to, index) => sleeper(`from${index}`, [`volumes_from: ["container:${to}:ro"]`])),
			sleeper('in', [`network_mode: "container:${name}"`, `pid: "container:${donor.slice(0, 12)}"`]),
			sleeper('ipc', [`ipc: "container:${donor}"`]),
		]);
		const app = await stack(machine, 'shares', yaml);
		await compose(app, ['up', '-d']);
		expect(await roundTrip(app)).toMatchObject({ method: 'down', reasons: [] });
		// Under another name a new container would not find it; those that are there know its id.
		await docker(machine, ['rename', name, `${name}-renamed`]);
		const renamed = await roundTrip(app);
		expect(renamed.method).toBe('stop');
		expect(renamed.reasons.join('\n')).toContain(
			`needs the container ${name}, and there is none of that name`,
		);
		await docker(machine, ['rename', `${name}-renamed`, name]);
		await docker(machine, ['stop', '-t', '0', name]);
		await expect(planFor(app)).rejects.toMatchObject({
			code: 'plan-refused',
			message: expect.stringContaining(`${name}, whose`),
		});
		// The one in its process namespace has ended with it.
		expect(await running(app)).toHaveLength(4);
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

describe('an engine that is reached over TCP', () => {
	test.each(['down', 'stop', 'pause'] as const)('%s and up again, by the docker command', async (method) => {
		const machine = await testHost();
		const app = await stack(
			machine,
			'tcp',
			composeYaml([sleeper('web', ['depends_on: [db]']), sleeper('db')]),
		);
		await compose(app, ['up', '-d', '--scale', 'web=2']);
		const before = await everythingOf(machine);
		const access = accessOf(machine, { DOCKER_HOST: (await wayToEngine()).address });
		expect(access.engine.kind).toBe('cli');
		const seen = await observed(app, access);
		const { inventory } = seen;
		const plan = await planQuiesce(access, seen, { ...settings, method });
		expect(plan).toMatchObject({ method, reasons: [] });
		await takeDown(access, inventory, { method, timeoutSeconds: 5 });
		expect(statuses(await everythingOf(machine)).filter((line) => line.endsWith('running'))).toEqual([]);
		await bringUp(access, inventory, { method, ...upSettings });
		expect(await everythingOf(machine)).toEqual(before);
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
