import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createCliEngine } from '../../source/stacks/cli-engine.ts';
import { connectEngine } from '../../source/stacks/connect-engine.ts';
import { readStates } from '../../source/stacks/read-states.ts';
import { createSocketEngine } from '../../source/stacks/socket-engine.ts';
import { accessOf, discovered } from './docker-access.ts';
import {
	compose,
	composeYaml,
	createHost,
	docker,
	dockerLines,
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

const statusOf = async (app: TestStack) => {
	const { states } = await readStates(accessOf(app.host).engine, [discovered(app)]);
	const status = states.get(app.name);
	if (status === undefined) return undefined;
	const { state, up, expected } = status;
	return { state, text: state === 'running' || state === 'partial' ? `up ${up}/${expected}` : state };
};

describe('the state of a real stack', () => {
	test('never started, running, partial, stopped, and down again', async () => {
		const app = await stack(host, 'life', composeYaml([sleeper('web'), sleeper('db')]));
		expect(await statusOf(app)).toEqual({ state: 'not_found', text: 'not_found' });
		await compose(app, ['up', '-d']);
		expect(await statusOf(app)).toEqual({ state: 'running', text: 'up 2/2' });
		await compose(app, ['kill', 'web']);
		expect(await statusOf(app)).toEqual({ state: 'partial', text: 'up 1/2' });
		await compose(app, ['kill', 'db']);
		expect(await statusOf(app)).toMatchObject({ state: 'stopped' });
		await compose(app, ['down']);
		expect(await statusOf(app)).toMatchObject({ state: 'not_found' });
	});

	test('scaled, paused, with another project name, several files and an env file', async () => {
		const app = await stack(host, 'named', composeYaml([sleeper('web', ['environment: ["X=$X"]'])]), {
			files: { 'more.yaml': composeYaml([sleeper('db')]), 'my.env': 'X=1\n' },
		});
		const options = [
			'-p',
			`${host.name}-other`,
			'-f',
			'compose.yaml',
			'-f',
			'more.yaml',
			'--env-file',
			'my.env',
		];
		await compose(app, [...options, 'up', '-d', '--scale', 'web=3']);
		await compose(app, [...options, 'pause', 'db']);
		expect(await statusOf(app)).toEqual({ state: 'running', text: 'up 4/4' });
		const { states } = await readStates(accessOf(host).engine, [discovered(app)]);
		const [container] = states.get(app.name)?.containers ?? [];
		expect(container).toMatchObject({
			project: `${host.name}-other`,
			configFiles: [join(app.directory, 'compose.yaml'), join(app.directory, 'more.yaml')],
			envFiles: [join(app.directory, 'my.env')],
		});
	});

	test('a one-shot, a profile that is off, a one-off and a restart loop', async () => {
		const yaml = composeYaml([
			sleeper('web', ['depends_on: {migrate: {condition: service_completed_successfully}}']),
			'  migrate:\n    image: busybox:local\n    command: ["true"]',
			sleeper('debug', ['profiles: [debug]']),
			'  loop:\n    image: busybox:local\n    command: ["false"]\n    restart: always',
		]);
		const app = await stack(host, 'odd', yaml);
		await compose(app, ['up', '-d']);
		await compose(app, ['run', '-d', 'web', 'false']);
		expect(await statusOf(app)).toEqual({ state: 'running', text: 'up 2/2' });
	});

	test('a service that others need is missed though it exited with 0', async () => {
		const app = await stack(host, 'hand', composeYaml([sleeper('db'), sleeper('web', ['depends_on: [db]'])]));
		await compose(app, ['up', '-d']);
		await compose(app, ['stop', 'db']);
		const [code] = await dockerLines(host, ['inspect', '-f', '{{.State.ExitCode}}', `${app.project}-db-1`]);
		expect(code).toBe('0');
		expect(await statusOf(app)).toEqual({ state: 'partial', text: 'up 1/2' });
	});

	test('started through a symbolic link', async () => {
		const app = await stack(host, 'linked', composeYaml([sleeper('web')]));
		const link = join(host.directory, `${host.name}-link`);
		await symlink(app.directory, link);
		await docker(host, ['compose', '--project-directory', link, 'up', '-d'], { cwd: '/' });
		expect(await statusOf(app)).toMatchObject({ state: 'running' });
	});

	test('a project elsewhere is foreign, also one of the same name', async () => {
		const app = await stack(host, 'twin', composeYaml([sleeper('web')]));
		const parent = join(host.directory, 'elsewhere');
		await mkdir(parent, { recursive: true });
		const twin = await stack(host, app.name, composeYaml([sleeper('web')]), { parent, exactName: true });
		await compose(twin, ['up', '-d']);
		const { states, foreign } = await readStates(accessOf(host).engine, [discovered(app)]);
		expect(states.get(app.name)?.state).toBe('not_found');
		expect(foreign).toContainEqual({
			project: app.project,
			workingDir: twin.directory,
			running: 1,
			containers: 1,
		});
	});
});

describe('an engine that does not answer', () => {
	const own = async (name: string, answer: boolean) => {
		const machine = await testHost();
		const socket = join(machine.directory, `${name}.sock`);
		const server = createServer((connection) => {
			if (!answer) connection.destroy();
		});
		await new Promise<void>((resolve) => server.listen(socket, resolve));
		onTestFinished(() => void server.close());
		return socket;
	};

	test('no socket: unknown, never stopped, with a hint', async () => {
		const app = discovered(await stack(host, 'unknown', composeYaml([sleeper('web')])));
		const access = accessOf(host, { DOCKER_HOST: `unix://${host.directory}/nothing.sock` });
		const { states, error } = await readStates(access.engine, [app]);
		expect(states.get(app.key)?.state).toBe('unknown');
		expect(error).toMatchObject({ code: 'daemon-unreachable', hint: expect.stringContaining('systemctl') });
	});

	test('no permission, with what to do about it', async () => {
		process.seteuid?.(65534);
		try {
			const error = createSocketEngine('/var/run/docker.sock').listContainers();
			await expect(error).rejects.toMatchObject({
				code: 'no-permission',
				hint: expect.stringContaining('docker group'),
			});
		} finally {
			process.seteuid?.(0);
		}
	});

	test('one that closes the connection', async () => {
		const engine = createSocketEngine(await own('closing', false));
		await expect(engine.listContainers()).rejects.toMatchObject({ code: 'daemon-unreachable' });
	});

	test('one that hangs is given up after the time limit', async () => {
		const engine = createSocketEngine(await own('hanging', true));
		const started = Date.now();
		await expect(engine.listContainers({ timeoutMs: 300 })).rejects.toMatchObject({
			code: 'daemon-unreachable',
			message: expect.stringContaining('0.3 s'),
		});
		expect(Date.now() - started).toBeLessThan(2000);
	});

	test('an aborted call ends with the reason of the abort', async () => {
		const engine = createSocketEngine(await own('aborted', true));
		const controller = new AbortController();
		setTimeout(() => controller.abort('SIGINT'), 100);
		await expect(engine.listContainers({ signal: controller.signal })).rejects.toBe('SIGINT');
	});

	test('a TCP engine that is not there, by the docker command', async () => {
		const access = accessOf(host, { DOCKER_HOST: 'tcp://127.0.0.1:1' });
		expect(access.engine).toMatchObject({ kind: 'cli', local: true });
		await expect(access.engine.listContainers()).rejects.toMatchObject({ code: 'daemon-unreachable' });
	});
});

describe('the docker command as engine', () => {
	test('tells the same as the socket', async () => {
		const machine = await testHost();
		const yaml = composeYaml([sleeper('web', ['volumes: ["data:/data", "/anonymous"]'])], ['data']);
		const app = await stack(machine, 'same', yaml);
		await compose(app, ['up', '-d']);
		const { runner, env, engine: socket } = accessOf(machine);
		const cli = createCliEngine({ runner, env, dockerFile: tools.docker, endpoint: 'here', local: true });
		expect([socket.kind, cli.kind]).toEqual(['socket', 'cli']);

		const [bySocket] = await socket.listContainers({ project: app.project });
		const [byCli] = await cli.listContainers({ project: app.project });
		const id = bySocket?.id ?? '';
		expect(byCli).toEqual((await socket.inspectContainers([id]))[0]);
		const { createdAt, ...listed } = bySocket ?? { createdAt: 0 };
		expect(byCli).toMatchObject(listed);
		expect(Math.abs((byCli?.createdAt ?? 0) - createdAt)).toBeLessThan(1001);
		expect(await cli.inspectContainers([id, 'nope'])).toHaveLength(1);

		expect(await cli.info()).toEqual(await socket.info());
		expect(await cli.inspectVolume(`${app.project}_data`)).toEqual(
			await socket.inspectVolume(`${app.project}_data`),
		);
		expect(await cli.inspectImage('busybox:local')).toEqual(await socket.inspectImage('busybox:local'));
		for (const engine of [socket, cli]) {
			expect(await engine.inspectVolume(`${machine.name}-nope`)).toBeUndefined();
			expect(await engine.inspectImage(`${machine.name}:nope`)).toBeUndefined();
			expect(await engine.networkExists(`${app.project}_default`)).toBe(true);
			expect(await engine.networkExists(`${machine.name}-nope`)).toBe(false);
			expect((await engine.listImages()).map(({ id: image }) => image)).toContain(bySocket?.imageId);
			await engine.pauseContainer(id);
			await engine.unpauseContainer(id);
			await engine.stopContainer(id, 5);
			await engine.stopContainer(id, 5);
			await engine.startContainer(id);
			await engine.startContainer(id);
			expect((await engine.listContainers({ project: app.project }))[0]?.status).toBe('running');
			await expect(engine.startContainer(`${machine.name}-nope`)).rejects.toMatchObject({ code: 'internal' });
		}
	});
});

test('the engine of a docker context is found as the docker client finds it', async () => {
	const machine = await testHost();
	const own = { DOCKER_CONFIG: join(machine.directory, 'docker-config') };
	const { runner, env } = accessOf(machine, own);
	const connect = (more: Record<string, string> = {}) =>
		connectEngine({ runner, dockerFile: tools.docker, env: { ...env, ...more } });
	expect(connect()).toMatchObject({ kind: 'socket', endpoint: '/var/run/docker.sock' });
	const context = (...args: string[]) => docker(machine, ['context', ...args], { env: own });
	await context('create', 'rootless', '--docker', 'host=unix:///tmp/other.sock');
	await context('create', 'far', '--docker', 'host=ssh://far');
	await context('use', 'rootless');
	expect(connect()).toMatchObject({ kind: 'socket', endpoint: '/tmp/other.sock' });
	expect(connect({ DOCKER_CONTEXT: 'far' })).toMatchObject({ kind: 'cli', local: false });
	expect(connect({ DOCKER_HOST: 'unix:///x.sock', DOCKER_CONTEXT: 'far' }).endpoint).toBe('/x.sock');
	await writeFile(join(own.DOCKER_CONFIG, 'config.json'), 'not json');
	expect(connect().endpoint).toBe('/var/run/docker.sock');
});
