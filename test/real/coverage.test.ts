import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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
	restic,
	restoreSnapshot,
	runCli,
	sleeper,
	snapshots,
	stack,
	testHost,
	volumesRoot,
	writeConfig,
	writeDirlist,
} from './rig/index.ts';

interface Row {
	readonly kind: string;
	readonly name: string;
	readonly source: string;
	readonly state: string;
	readonly how?: string;
	readonly rule?: string;
	readonly reason?: string;
}

async function coverageOf(host: Host, ...args: readonly string[]) {
	const result = await runCli(host, ['coverage', '--json', ...args]);
	const document = JSON.parse(result.stdout) as {
		stacks: { stack: string; missing: number; mounts: Row[] }[];
		missing: number;
	};
	return { ...result, document, rows: document.stacks.flatMap(({ mounts }) => mounts) };
}

describe('coverage', () => {
	test('mount by mount, with the rule that leaves something out; --strict is 8 when something is missing', async () => {
		const host = await testHost();
		await docker(host, ['volume', 'create', `${host.name}-shared`]);
		const volumes =
			'["data:/data", "cache:/cache", "shared:/s", "./logs:/logs", "/var/run/docker.sock:/d.sock"]';
		const yaml = `${composeYaml([sleeper('web', [`volumes: ${volumes}`, 'tmpfs: ["/tmp"]'])])}volumes: {data: {}, cache: {}, shared: {external: true, name: ${host.name}-shared}}\n`;
		const app = await stack(host, 'app', yaml, { files: { 'logs/x': 'x' } });
		await compose(app, ['up', '-d']);
		await writeDirlist(host, { [app.name]: true });
		await writeConfig(host, {
			[`stack:${app.name}`]: { EXCLUDE_VOLUME: 'cache', EXCLUDE: 'logs' },
		});
		const all = await coverageOf(host, '--strict');
		expect(all.stderr).toBe('');
		expect(all.code).toBe(0);
		const byName = (name: string) => all.rows.find((row) => row.name === name || row.source === name);
		expect(byName(app.directory)).toMatchObject({ kind: 'directory', state: 'captured' });
		expect(byName(`${app.project}_data`)).toMatchObject({ state: 'captured', how: 'path' });
		expect(byName(`${app.project}_cache`)).toMatchObject({ state: 'excluded', rule: 'EXCLUDE_VOLUME cache' });
		expect(byName(`${app.directory}/logs`)).toMatchObject({ state: 'excluded', rule: 'EXCLUDE logs' });
		expect(byName(`${host.name}-shared`)).toMatchObject({ state: 'captured', external: true });
		expect(byName('/var/run/docker.sock')).toMatchObject({
			state: 'excluded',
			rule: "never: Docker's socket",
		});

		const text = await runCli(host, ['coverage', app.name]);
		expect(text.stdout).toMatch(/volume +\S+_cache +web +excluded: EXCLUDE_VOLUME cache/);
		expect(text.stdout).toContain('3 captured, 4 excluded, 0 missing');

		await compose(app, ['stop']);
		await rm(join(app.directory, 'logs'), { recursive: true });
		await writeConfig(host);
		const broken = await coverageOf(host, '--strict');
		expect(broken.code).toBe(8);
		expect(broken.rows.find(({ state }) => state === 'impossible')).toMatchObject({
			source: `${app.directory}/logs`,
			reason: expect.stringContaining('not there'),
		});
		expect((await coverageOf(host)).code).toBe(0);
		expect((await runCli(host, ['coverage', 'nope'])).code).toBe(64);
	});
});

describe('a backup holds what coverage says', () => {
	test('volumes, anonymous ones, binds and files outside, byte by byte; a held volume; nothing excluded', async () => {
		const host = await testHost();
		const outside = join(host.directory, 'outside');
		const device = join(host.directory, 'device');
		await mkdir(outside);
		await mkdir(device);
		await fillWithOddFiles(outside);
		await fillWithOddFiles(device);
		await writeFile(join(host.directory, 'outside.env'), 'A=1\n');
		const opt = `{driver: local, driver_opts: {type: none, o: bind, device: ${device}}}`;
		const volumes = `["data:/data", "/anonymous", "opt:/opt", "${outside}:/outside", "./cache:/cache"]`;
		const web = sleeper('web', [`volumes: ${volumes}`, `env_file: ["${host.directory}/outside.env"]`]);
		const app = await stack(host, 'app', `${composeYaml([web])}volumes: {data: {}, opt: ${opt}}\n`, {
			files: { 'cache/junk': 'x' },
		});
		await compose(app, ['up', '-d']);
		await compose(app, [
			'exec',
			'-T',
			'web',
			'sh',
			'-c',
			'echo named > /data/f; echo anonymous > /anonymous/f',
		]);
		await writeDirlist(host, { [app.name]: true });
		await writeConfig(host, { [`stack:${app.name}`]: { EXCLUDE_VOLUME: `${app.directory}/cache` } });
		await initRepository(host);
		const before = await inventory(host);
		const result = await runCli(host, ['backup']);
		expect(result.code, result.stderr).toBe(0);
		expect(await inventory(host)).toEqual(before);
		expect(await leftovers(host)).toEqual([]);
		const helpers = await docker(host, [
			'ps',
			'-aq',
			'--filter',
			`label=io.backup-tui.helper-of=${app.name}`,
		]);
		expect(helpers.stdout).toBe('');

		const [snapshot] = await snapshots(host);
		const restored = await restoreSnapshot(host, snapshot?.id ?? '');
		const root = await volumesRoot(host);
		const anonymous = before.volumes.find((name) => /^[0-9a-f]{64}$/.test(name)) ?? '';
		const text = (path: string) => readFile(join(restored, path), 'utf8');
		expect(await text(`${root}/${app.project}_data/_data/f`)).toBe('named\n');
		expect(await text(`${root}/${anonymous}/_data/f`)).toBe('anonymous\n');
		expect(await text(join(host.directory, 'outside.env'))).toBe('A=1\n');
		expect(await compareTrees(outside, join(restored, outside))).toEqual([]);
		expect(await compareTrees(device, join(restored, `${root}/${app.project}_opt/_data`))).toEqual([]);
		await expect(text(join(app.directory, 'cache/junk'))).rejects.toThrow('ENOENT');

		const manifest = JSON.parse(await text('.backup-tui/manifest.json'));
		const mounts = manifest.mounts as { name: string; path?: string; notCaptured?: string; source: string }[];
		expect(mounts.find(({ name }) => name === `${app.project}_opt`)).toMatchObject({
			path: `${root}/${app.project}_opt/_data`,
			driverOptions: { device },
		});
		expect(mounts.find(({ source }) => source === `${app.directory}/cache`)?.notCaptured).toContain(
			'EXCLUDE_VOLUME',
		);
		expect(manifest.composeConfigs[0].config.services.web.environment).toEqual({ A: '1' });
		expect(manifest.images[0].reference).toBe('busybox:local');
	});

	test('something that writes to the volume meanwhile: 8, named, and the snapshot is kept', async () => {
		const host = await testHost();
		const app = await stack(
			host,
			'app',
			composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']),
		);
		await compose(app, ['up', '-d']);
		const writer = `${host.name}-writer`;
		await docker(host, [
			'run',
			'-d',
			'--name',
			writer,
			'-v',
			`${app.project}_data:/x`,
			'busybox:local',
			'sleep',
			'900',
		]);
		await writeDirlist(host, { [app.name]: true });
		await initRepository(host);
		const result = await runCli(host, ['backup']);
		expect(result.code).toBe(8);
		expect(result.stderr).toContain(writer);
		expect(await snapshots(host)).toHaveLength(1);
	});

	test('a stopped and a never started stack are copied and left untouched', async () => {
		const host = await testHost();
		const yaml = composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']);
		const stopped = await stack(host, 'stopped', yaml);
		const never = await stack(host, 'never', yaml);
		await compose(stopped, ['up', '-d']);
		await compose(stopped, ['exec', '-T', 'web', 'sh', '-c', 'echo kept > /data/f']);
		await compose(stopped, ['stop']);
		await writeDirlist(host, { [stopped.name]: true, [never.name]: true });
		await initRepository(host);
		const before = await inventory(host);
		const result = await runCli(host, ['backup']);
		expect(result.code, result.stderr).toBe(0);
		expect(await inventory(host)).toEqual(before);
		const found = await snapshots(host);
		expect(found).toHaveLength(2);
		const listing = await restic(host, [
			'ls',
			found.find(({ tags }) => tags?.includes(stopped.name))?.id ?? '',
		]);
		expect(listing.stdout).toContain(`${stopped.project}_data/_data/f`);
	});
});

test('a stack that is off and whose file Compose cannot read is partial, not green: its volumes are not known', async () => {
	const host = await testHost();
	const app = await stack(host, 'app', 'services: [}');
	await writeDirlist(host, { [app.name]: true });
	const backup = await runCli(host, ['backup', '--init']);
	expect(backup.stdout).toMatch(
		/its volumes may be missing from the snapshot: Compose cannot read the project/,
	);
	expect(backup.stdout).toMatch(/hint: mend its files/);
	expect(backup.code).toBe(6);
	expect(await snapshots(host)).toHaveLength(1);
});

test('a stack with data that cannot be had is partial, not green, until it is said that the data need not be there', async () => {
	const host = await testHost();
	const yaml = composeYaml([sleeper('web', ['volumes: ["./data:/data"]'])]);
	const app = await stack(host, 'app', yaml, { files: { 'data/f': 'x' } });
	await compose(app, ['up', '-d']);
	await compose(app, ['stop']);
	await rm(join(app.directory, 'data'), { recursive: true });
	await writeDirlist(host, { [app.name]: true });
	const dry = await runCli(host, ['backup', '--init', '--dry-run']);
	expect(dry.stdout + dry.stderr).toMatch(/would not be in the snapshot: bind: .*data is not there/);
	expect(dry.code).toBe(0);
	const backup = await runCli(host, ['backup', '--init']);
	expect(backup.stdout).toMatch(/app: not in the snapshot: bind: .*data is not there/);
	expect(backup.stdout).toMatch(/hint: .*EXCLUDE_VOLUME/);
	expect(backup.code).toBe(6);
	expect(await snapshots(host)).toHaveLength(1);

	await writeConfig(host, { [`stack:${app.name}`]: { EXCLUDE_VOLUME: join(app.directory, 'data') } });
	expect((await runCli(host, ['backup'])).code).toBe(0);
});

test('T17: a declared volume that no service mounts is named, and captured if it is there', async () => {
	const host = await testHost();
	await initRepository(host);
	const before = composeYaml(
		[
			sleeper('web', ['volumes: ["kept:/kept"]']),
			sleeper('old', ['volumes: ["alone:/a", "outer:/o"]']),
			sleeper('off', ['profiles: [off]', 'volumes: ["profile:/p"]']),
			sleeper('zero', ['deploy: {replicas: 0}', 'volumes: ["zero:/z"]']),
		],
		[],
	);
	const volumes = `volumes:
  kept:
  alone: {name: "\${NAME}-alone"}
  profile:
  zero:
  never:
  outer: {external: true, name: "\${NAME}-outer"}
`;
	await docker(host, ['volume', 'create', `${host.name}-outer`]);
	const app = await stack(host, 'app', before + volumes, { files: { '.env': `NAME=${host.name}\n` } });
	await compose(app, ['--profile', 'off', 'up', '-d', '--scale', 'zero=1']);
	await compose(app, ['down']);
	const without = composeYaml([
		sleeper('web', ['volumes: ["kept:/kept"]']),
		sleeper('off', ['profiles: [off]', 'volumes: ["profile:/p"]']),
		sleeper('zero', ['deploy: {replicas: 0}', 'volumes: ["zero:/z"]']),
	]);
	await writeFile(join(app.directory, 'compose.yaml'), without + volumes);
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	const { rows } = await coverageOf(host);
	const found = Object.fromEntries(
		rows.filter(({ kind }) => kind === 'volume').map(({ name, state }) => [name, state]),
	);
	expect(found).toEqual({
		[`${app.project}_kept`]: 'captured',
		[`${host.name}-alone`]: 'captured',
		[`${app.project}_profile`]: 'captured',
		[`${app.project}_zero`]: 'captured',
		[`${host.name}-outer`]: 'captured',
		[`${app.project}_never`]: 'absent',
	});
	const root = await volumesRoot(host);
	await writeFile(join(root, `${host.name}-alone`, '_data', 'file'), 'alone\n');
	const result = await runCli(host, ['backup']);
	expect(result.code, result.stdout + result.stderr).toBe(0);
	const restored = await restoreSnapshot(host, (await snapshots(host))[0]?.id ?? '');
	expect(await readFile(join(restored, root, `${host.name}-alone`, '_data', 'file'), 'utf8')).toBe('alone\n');
});
