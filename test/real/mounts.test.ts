import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type CaptureRules, planCapture } from '../../source/stacks/capture.ts';
import { createCliEngine } from '../../source/stacks/cli-engine.ts';
import { gatherMounts } from '../../source/stacks/gather-mounts.ts';
import { listHelpers, removeHelpers, removeStrayHelpers } from '../../source/stacks/helper-container.ts';
import { holdVolumes } from '../../source/stacks/hold-volumes.ts';
import { observeStack } from '../../source/stacks/inventory.ts';
import { lookAt, mountPoints } from '../../source/stacks/path-facts.ts';
import { streamVolume } from '../../source/stacks/stream-volume.ts';
import { accessOf, discovered } from './docker-access.ts';
import {
	compareTrees,
	compose,
	composeYaml,
	docker,
	fillWithOddFiles,
	run,
	sleeper,
	stack,
	type TestStack,
	testHost,
	tools,
	volumesRoot,
} from './rig/index.ts';

async function planned(app: TestStack, changes: Partial<CaptureRules> = {}) {
	const access = accessOf(app.host);
	const found = discovered(app);
	const gathered = await gatherMounts(access, found, await observeStack(access, found, [found]), []);
	const rules: CaptureRules = {
		exclude: [],
		excludeVolumes: [],
		oneFileSystem: false,
		ours: [{ path: app.host.repository, what: 'the repository itself' }],
		engineRoot: (await access.engine.info()).rootDir,
		stacksDir: app.host.stacksDir,
		local: access.engine.local,
		projects: [app.project],
		...changes,
	};
	return { ...planCapture(gathered.mounts, rules, lookAt, mountPoints), problems: gathered.problems };
}

const rows = (plan: Awaited<ReturnType<typeof planned>>) =>
	plan.mounts.map(({ mount, capture }) => {
		const what = [mount.kind, mount.name || mount.source, mount.destination]
			.filter((text) => text !== '')
			.join(' ');
		return `${what}: ${capture.state}`;
	});

describe('what a stack owns', () => {
	const yaml = (outside: string) => `services:
${sleeper('web', [
	'volumes: ["data:/data", "./sub:/sub", "/anonymous", "shared:/shared", "/var/run/docker.sock:/docker.sock"]',
	'tmpfs: ["/scratch"]',
	`env_file: ["\${NOWHERE:-${outside}}/web.env"]`,
	'secrets: [token]',
	'configs: [settings]',
])}
${sleeper('idle', ['profiles: [off]', `volumes: ["${outside}/media:/media:ro", "later:/later"]`])}
volumes: {data: {}, later: {}, shared: {external: true, name: SHARED}}
secrets: {token: {file: ${outside}/token}}
configs: {settings: {file: ./settings}}
`;

	async function prepare() {
		const host = await testHost();
		const outside = join(host.directory, 'outside');
		await mkdir(join(outside, 'media'), { recursive: true });
		for (const name of ['web.env', 'token']) await writeFile(join(outside, name), 'A=1\n');
		const shared = `${host.name}-shared`;
		await docker(host, ['volume', 'create', shared]);
		const app = await stack(host, 'own', yaml(outside).replace('SHARED', shared), {
			files: { 'sub/file': 'x', settings: 'y' },
		});
		return { host, outside, shared, app };
	}

	test('running: everything, captured or with the rule that leaves it out', async () => {
		const { app, outside, shared } = await prepare();
		await compose(app, ['up', '-d']);
		const plan = await planned(app);
		const anonymous = plan.mounts.find(({ mount }) => mount.kind === 'anonymous-volume')?.mount;
		expect(rows(plan).sort()).toEqual(
			[
				`directory ${app.directory}: captured`,
				`env-file ${outside}/web.env: captured`,
				`secret ${outside}/token: captured`,
				`volume ${app.project}_data /data: captured`,
				`volume ${shared} /shared: captured`,
				`anonymous-volume ${anonymous?.name} /anonymous: captured`,
				`bind ${app.directory}/sub /sub: captured`,
				'bind /var/run/docker.sock /docker.sock: excluded',
				'tmpfs /scratch: excluded',
				`bind ${outside}/media /media: captured`,
				`volume ${app.project}_later /later: absent`,
			].sort(),
		);
		expect(plan.mounts.find(({ mount }) => mount.name === shared)?.mount.external).toBe(true);
		const root = await volumesRoot(app.host);
		expect(plan.paths.toSorted()).toEqual(
			[
				app.directory,
				`${outside}/media`,
				`${outside}/token`,
				`${outside}/web.env`,
				`${root}/${anonymous?.name}/_data`,
				`${root}/${app.project}_data/_data`,
				`${root}/${shared}/_data`,
			].sort(),
		);
	});

	test('what include: and extends: pull in from elsewhere, and what that pulls in', async () => {
		const host = await testHost();
		const outside = join(host.directory, 'outside');
		const files = {
			'one.yaml': `include: [deep/two.yaml]\nservices:\n${sleeper('one', [])}\n`,
			'.env': 'A=1\n',
			'deep/two.yaml': `services:\n${sleeper('two', [])}\n`,
			'deep/override.yaml': 'services: {two: {labels: {a: b}}}\n',
			'own.env': 'B=2\n',
			'base.yaml': `services:\n${sleeper('base', [])}\n`,
		};
		await mkdir(join(outside, 'deep'), { recursive: true });
		for (const [name, text] of Object.entries(files)) await writeFile(join(outside, name), text);
		const yaml = `include:
  - \${ELSEWHERE}/one.yaml
services:
  web:
    extends: {file: ${outside}/base.yaml, service: base}
`;
		const app = await stack(host, 'pulls', yaml, { files: { '.env': `ELSEWHERE=${outside}\n` } });
		const names = ['.env', 'base.yaml', 'deep/two.yaml', 'one.yaml'];
		const expected = [app.directory, ...names.map((name) => join(outside, name))].sort();
		expect((await planned(app)).paths).toEqual(expected);
		await compose(app, ['up', '-d']);
		expect((await planned(app)).paths).toEqual(expected);

		const chosen = `include:
  - path: [../../outside/deep/two.yaml, ../../outside/deep/override.yaml]
    env_file: ../../outside/own.env
`;
		const other = await stack(host, 'chosen', chosen);
		const wanted = ['deep/override.yaml', 'deep/two.yaml', 'own.env'].map((name) => join(outside, name));
		expect((await planned(other)).paths).toEqual([...wanted, other.directory].sort());
	});

	test('stopped and never started tell the same, as far as it exists', async () => {
		const { app } = await prepare();
		const never = rows(await planned(app));
		expect(never).toContain(`volume ${app.project}_data /data: absent`);
		expect(never.filter((row) => row.includes('anonymous'))).toEqual([]);
		await compose(app, ['up', '-d']);
		const running = rows(await planned(app)).sort();
		await compose(app, ['stop']);
		expect(rows(await planned(app)).sort()).toEqual(running);
	});

	test('a stack whose file cannot be read: known by its containers, unknown without', async () => {
		const { app } = await prepare();
		await compose(app, ['up', '-d']);
		await writeFile(join(app.directory, 'compose.yaml'), 'services: [}');
		const plan = await planned(app);
		expect(plan.problems).toEqual([expect.stringContaining('cannot read the project')]);
		expect(rows(plan)).toContain(`volume ${app.project}_data /data: captured`);
		const dead = await stack(app.host, 'dead', 'services: [}');
		expect((await planned(dead)).mounts.map(({ capture }) => capture.state)).toEqual([
			'captured',
			'impossible',
		]);
	});

	test('a bind that is a link, and one whose source vanished', async () => {
		const host = await testHost();
		const real = await mkdtemp(join(tmpdir(), `${host.name}-real-`));
		onTestFinished(() => rm(real, { recursive: true }));
		const app = await stack(
			host,
			'link',
			composeYaml([sleeper('web', ['volumes: ["./link:/l", "./gone:/g"]'])]),
			{
				files: { 'gone/file': 'x' },
			},
		);
		await symlink(real, join(app.directory, 'link'));
		await compose(app, ['up', '-d']);
		await compose(app, ['stop']);
		await rm(join(app.directory, 'gone'), { recursive: true });
		const plan = await planned(app);
		expect(plan.paths).toEqual([app.directory, real].sort());
		expect(rows(plan)).toContain(`bind ${app.directory}/gone /g: impossible`);
	});
});

describe('a volume whose mountpoint vanishes', () => {
	async function withDevice() {
		const host = await testHost();
		const device = join(host.directory, 'device');
		await mkdir(device);
		await fillWithOddFiles(device);
		const options = `{driver: local, driver_opts: {type: none, o: bind, device: ${device}}}`;
		const yaml = `${composeYaml([sleeper('web', ['volumes: ["opt:/opt"]'])])}volumes: {opt: ${options}}\n`;
		const app = await stack(host, 'opt', yaml);
		await compose(app, ['up', '-d']);
		const volume = `${app.project}_opt`;
		return { host, device, app, volume, path: `${await volumesRoot(host)}/${volume}/_data` };
	}
	const owner = (app: TestStack) => ({ stack: app.name, run: `${app.host.name}-run` });

	test('is held while its stack is down, and let go', async () => {
		const { app, device, volume, path, host } = await withDevice();
		const { engine } = accessOf(host);
		const plan = await planned(app);
		expect(plan.holds).toEqual([volume]);
		expect(plan.paths).toContain(path);
		const held = await holdVolumes(engine, owner(app), new Map([[volume, path]]), []);
		expect(held.failed).toEqual([]);
		await compose(app, ['down']);
		expect(await compareTrees(device, path)).toEqual([]);
		expect(await listHelpers(engine)).toContainEqual({ id: expect.any(String), alive: true, ...owner(app) });
		await held.release();
		expect(await listHelpers(engine)).not.toContainEqual(expect.objectContaining({ stack: app.name }));
		expect(await compareTrees(device, path)).not.toEqual([]);
	});

	test('in memory: its content lives on through down and up', async () => {
		const host = await testHost();
		const options = '{driver: local, driver_opts: {type: tmpfs, device: tmpfs}}';
		const yaml = `${composeYaml([sleeper('web', ['volumes: ["mem:/mem"]'])])}volumes: {mem: ${options}}\n`;
		const app = await stack(host, 'mem', yaml);
		await compose(app, ['up', '-d']);
		await compose(app, ['exec', '-T', 'web', 'sh', '-c', 'echo kept > /mem/file']);
		const path = `${await volumesRoot(host)}/${app.project}_mem/_data`;
		const held = await holdVolumes(
			accessOf(host).engine,
			owner(app),
			new Map([[`${app.project}_mem`, path]]),
			[],
		);
		await compose(app, ['down']);
		expect(await readFile(join(path, 'file'), 'utf8')).toBe('kept\n');
		await compose(app, ['up', '-d']);
		await held.release();
		expect((await compose(app, ['exec', '-T', 'web', 'cat', '/mem/file'])).stdout).toBe('kept\n');
	});

	test('a device that is not there: told why, no helper left', async () => {
		const { app, device, volume, path, host } = await withDevice();
		await compose(app, ['down']);
		await rm(device, { recursive: true });
		const { engine } = accessOf(host);
		const held = await holdVolumes(engine, owner(app), new Map([[volume, path]]), []);
		expect(held.failed).toEqual([{ volume, reason: expect.stringContaining('no such file or directory') }]);
		expect(await listHelpers(engine)).not.toContainEqual(expect.objectContaining({ stack: app.name }));
	});

	test('helpers of a dead run are removed', async () => {
		const { app, volume, path, host } = await withDevice();
		const { engine } = accessOf(host);
		await holdVolumes(engine, owner(app), new Map([[volume, path]]), []);
		expect(await removeHelpers(engine, 'some-other-run')).toBe(0);
		const dead = JSON.stringify({ pid: process.pid, startTime: 1, bootId: 'another' });
		const labels = ['io.backup-tui.helper-of=x', `io.backup-tui.process=${dead}`].flatMap((one) => [
			'--label',
			one,
		]);
		await docker(host, ['create', '--name', `${host.name}-stray`, ...labels, 'busybox:local', 'true']);
		await removeStrayHelpers(engine);
		const left = await docker(host, ['ps', '-a', '--filter', `name=${host.name}-stray`, '-q']);
		expect(left.stdout).toBe('');
		expect(await removeHelpers(engine, owner(app).run)).toBe(1);
	});

	// The engine's archives have times in whole seconds.
	const exceptTimes = (differences: readonly string[]) =>
		differences.filter((text) => !text.includes(': mtime '));

	test.each(['socket', 'cli'] as const)(
		'is streamed as tar over the %s, with owners and modes',
		async (kind) => {
			const { app, device, volume, host } = await withDevice();
			await compose(app, ['down']);
			const { runner, env, engine: socket } = accessOf(host);
			const cli = createCliEngine({ runner, env, dockerFile: tools.docker, endpoint: 'here', local: true });
			const engine = kind === 'cli' ? cli : socket;
			const { data, complete } = await streamVolume(engine, owner(app), volume, []);
			const archive = join(host.directory, 'archive.tar');
			await pipeline(data, createWriteStream(archive));
			await complete;
			const target = join(host.directory, 'target');
			await mkdir(target);
			await run('tar', ['-xpf', archive, '-C', target, '--numeric-owner']);
			expect(exceptTimes(await compareTrees(device, target))).toEqual([]);
			expect(await listHelpers(engine)).not.toContainEqual(expect.objectContaining({ stack: app.name }));
		},
	);

	test('a stream that is cut short rejects', async () => {
		const { app, device, volume, host } = await withDevice();
		await writeFile(join(device, 'large'), Buffer.alloc(20_000_000));
		const { engine } = accessOf(host);
		const controller = new AbortController();
		const { data, complete } = await streamVolume(engine, owner(app), volume, [], controller.signal);
		data.once('data', () => controller.abort('SIGINT'));
		data.on('error', () => {});
		await expect(complete).rejects.toBeDefined();
		expect(await listHelpers(engine)).not.toContainEqual(expect.objectContaining({ stack: app.name }));
	});
});
