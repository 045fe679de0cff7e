import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
	compose,
	composeYaml,
	docker,
	type Host,
	initRepository,
	inventory,
	leftovers,
	restic,
	runCli,
	sleeper,
	snapshots,
	stack,
	startCli,
	type TestStack,
	testHost,
	writeConfig,
	writeDirlist,
} from './rig/index.ts';
import { faultyProxy } from './sync-rig/faulty-proxy.ts';

const fast = { docker: { SETTLE_SECONDS: 1, TIMEOUT: 5, UP_TIMEOUT: 10, UNKNOWN_SECONDS: 2 } };

async function hostWithStack(yaml = composeYaml([sleeper('web')])): Promise<{ host: Host; app: TestStack }> {
	const host = await testHost({ config: fast });
	await initRepository(host);
	const app = await stack(host, 'app', yaml);
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	return { host, app };
}

const idsOf = async (host: Host, app: TestStack) =>
	(
		await docker(host, [
			'ps',
			'-aq',
			'--no-trunc',
			'--filter',
			`label=com.docker.compose.project=${app.project}`,
		])
	).stdout;

/** The command failed with this code and these words, and no container was touched. */
async function expectUntouched(
	host: Host,
	app: TestStack,
	args: readonly string[],
	code: number,
	words: RegExp,
): Promise<void> {
	const ids = await idsOf(host, app);
	const result = await runCli(host, args);
	expect(result.code, result.stdout + result.stderr).toBe(code);
	expect(result.stdout + result.stderr).toMatch(words);
	expect(await idsOf(host, app)).toBe(ids);
	expect(await leftovers(host)).toEqual([]);
}

describe('nothing is stopped when', () => {
	test('nothing is enabled (exit 2, never a success)', async () => {
		const { host, app } = await hostWithStack();
		await writeDirlist(host, { [app.name]: false });
		await expectUntouched(host, app, ['backup'], 2, /none of 1 stacks is enabled[\s\S]*stacks enable/);
	});

	test('the password is missing, empty or wrong', async () => {
		const { host, app } = await hostWithStack();
		await writeFile(host.passwordFile, 'wrong\n', { mode: 0o600 });
		await expectUntouched(host, app, ['backup'], 1, /password/);
		await writeFile(host.passwordFile, '\n', { mode: 0o600 });
		await expectUntouched(host, app, ['backup'], 1, /password/);
		await rm(host.passwordFile);
		await expectUntouched(host, app, ['backup'], 1, /password/i);
		await writeConfig(host, { ...fast, local_backup: { PASSWORD_FILE: undefined } });
		await expectUntouched(host, app, ['backup'], 1, /password/i);
	});

	test('the repository is missing: none is made unasked', async () => {
		const { host, app } = await hostWithStack();
		await rename(host.repository, `${host.repository}.away`);
		await expectUntouched(host, app, ['backup'], 2, /there is no repository[\s\S]*--init/);
		await expect(readdir(host.repository)).rejects.toThrow();
	});

	test('its keys or its config are gone: no new one is made over it', async () => {
		const { host, app } = await hostWithStack();
		await rename(join(host.repository, 'keys'), join(host.directory, 'keys'));
		await expectUntouched(host, app, ['backup', '--init'], 2, /key/);
		await rename(join(host.directory, 'keys'), join(host.repository, 'keys'));
		await rename(join(host.repository, 'config'), join(host.directory, 'config'));
		await expectUntouched(host, app, ['backup', '--init'], 2, /config/);
		await rename(join(host.directory, 'config'), join(host.repository, 'config'));
		expect((await runCli(host, ['backup'])).code).toBe(0);
	});

	test('the Docker daemon does not answer', async () => {
		const { host, app } = await hostWithStack();
		const ids = await idsOf(host, app);
		const result = await runCli(host, ['backup'], {
			env: { DOCKER_HOST: `unix://${host.directory}/none.sock` },
		});
		expect(result.code).toBe(69);
		expect(result.stdout).toMatch(/Docker/);
		expect(await idsOf(host, app)).toBe(ids);
		expect(await snapshots(host)).toEqual([]);
	});

	test('two stacks have one project name: both are named', async () => {
		const { host, app } = await hostWithStack();
		const twin = await stack(host, 'twin', `name: ${app.project}\n${composeYaml([sleeper('web')])}`);
		await writeDirlist(host, { [app.name]: true, [twin.name]: true });
		await expectUntouched(
			host,
			app,
			['backup'],
			1,
			new RegExp(`${app.directory}.*${twin.directory}|${twin.directory}.*${app.directory}`),
		);
	});

	test('what up needs is not there: an image that is gone, and a bind that does not exist', async () => {
		const { host, app } = await hostWithStack();
		const bind = join(host.directory, 'bind');
		await mkdir(bind);
		const bound = await stack(host, 'bound', composeYaml([sleeper('web', [`volumes: ["${bind}:/b"]`])]));
		await compose(bound, ['up', '-d']);
		await rm(bind, { recursive: true });
		await writeDirlist(host, { [bound.name]: true, [app.name]: false });
		await expectUntouched(host, bound, ['backup'], 2, new RegExp(bind));
	});

	test('the stacks directory is unmounted or empty: the dirlist stays as it is', async () => {
		const { host, app } = await hostWithStack();
		await rename(host.stacksDir, `${host.stacksDir}.away`);
		await expectUntouched(host, app, ['backup'], 2, /stacks directory/);
		await mkdir(host.stacksDir);
		await expectUntouched(host, app, ['backup'], 2, /stacks directory/);
		await rm(host.stacksDir, { recursive: true });
		await rename(`${host.stacksDir}.away`, host.stacksDir);
		expect((await runCli(host, ['backup'])).code).toBe(0);
	});

	test('the state directory cannot be written', async () => {
		const { host, app } = await hostWithStack();
		await writeFile(join(host.directory, 'a-file'), '');
		await writeConfig(host, { ...fast, paths: { STATE_DIR: join(host.directory, 'a-file', 'state') } });
		await expectUntouched(host, app, ['backup'], 77, /cannot write.*state/);
	});

	test('the person is not root and may not use Docker', async () => {
		const { host, app } = await hostWithStack();
		const ids = await idsOf(host, app);
		for (const path of [host.directory, host.configFile, host.passwordFile, host.dirlist])
			await chown(path, 65_534, 65_534);
		await chmod(host.directory, 0o755);
		const command = [
			'--reuid=65534',
			'--regid=65534',
			'--clear-groups',
			process.execPath,
			'bin/backup-tui.js',
			'-c',
			host.configFile,
			'backup',
		];
		const result = spawnSync('setpriv', command, {
			env: { ...host.env, HOME: host.directory },
			encoding: 'utf8',
		});
		expect(result.status, result.stdout + result.stderr).toBe(77);
		expect(await idsOf(host, app)).toBe(ids);
	});

	test('an unknown flag, command or stack is named, with what was meant', async () => {
		const { host, app } = await hostWithStack();
		await expectUntouched(host, app, ['backup', '--dryrun'], 64, /unknown flag: --dryrun[\s\S]*--dry-run/);
		await expectUntouched(host, app, ['bakup'], 64, /did you mean backup/);
		await expectUntouched(host, app, ['backup', 'ap'], 64, new RegExp(`Did you mean ${app.name}`));
	});
});

describe('trouble on the way', () => {
	test('a file that cannot be read: exit 6, the snapshot is kept, nothing is forgotten', async () => {
		const { host, app } = await hostWithStack();
		await writeConfig(host, {
			...fast,
			local_backup: { KEEP_DAILY: 1, KEEP_WEEKLY: 0, KEEP_MONTHLY: 0, KEEP_YEARLY: 0 },
		});
		expect((await runCli(host, ['backup'])).code).toBe(0);
		const before = await inventory(host);
		// Root reads every ordinary file: the memory of a process is one that opens and fails at the first read.
		await writeFile(join(app.directory, 'unreadable'), '');
		const mounted = spawnSync('mount', ['--bind', '/proc/1/mem', join(app.directory, 'unreadable')]);
		expect(mounted.status).toBe(0);
		try {
			const result = await runCli(host, ['backup']);
			expect(result.code, result.stdout + result.stderr).toBe(6);
			expect(result.stdout).toMatch(/could not be read.*unreadable/);
			expect(await inventory(host)).toEqual(before);
			expect((await snapshots(host)).filter((one) => one.tags?.includes(app.name))).toHaveLength(2);
		} finally {
			spawnSync('umount', [join(app.directory, 'unreadable')]);
		}
	});

	test('a damaged repository: the backup is not called good', async () => {
		const { host, app } = await hostWithStack();
		await writeFile(join(app.directory, 'data'), 'x'.repeat(100_000));
		expect((await runCli(host, ['backup'])).code).toBe(0);
		for (const shard of await readdir(join(host.repository, 'data'))) {
			for (const pack of await readdir(join(host.repository, 'data', shard))) {
				await chmod(join(host.repository, 'data', shard, pack), 0o600);
				await truncate(join(host.repository, 'data', shard, pack), 100);
			}
		}
		const before = await inventory(host);
		await writeConfig(host, { ...fast, local_backup: { VERIFICATION_DEPTH: 'data' } });
		const result = await runCli(host, ['backup']);
		expect([2, 8]).toContain(result.code);
		expect(result.stdout).not.toContain('1 stack backed up, 0 failed');
		expect(await inventory(host)).toEqual(before);
	});

	test('a port that is taken at up: exit 7, the journal keeps it, recover brings it up once it is free', async () => {
		const host = await testHost({ config: fast });
		await initRepository(host);
		const port = 20_000 + Math.floor(Math.random() * 20_000);
		const app = await stack(host, 'app', composeYaml([sleeper('web', [`ports: ["127.0.0.1:${port}:80"]`])]));
		await compose(app, ['up', '-d']);
		await writeDirlist(host, { [app.name]: true });
		const before = await inventory(host);
		const { startCli } = await import('./rig/index.ts');
		const cli = startCli(host, ['backup', '--json']);
		await cli.waitFor('"type":"phase-end","phase":"down"');
		const { createServer } = await import('node:net');
		const thief = createServer().listen(port, '127.0.0.1');
		const result = await cli.done;
		expect(result.code, result.stdout).toBe(7);
		expect(result.stdout).toMatch(/"outcome":"left-down"/);
		const still = await runCli(host, ['recover']);
		expect(still.code).toBe(7);
		await new Promise((resolve) => thief.close(resolve));
		const recovered = await runCli(host, ['recover']);
		expect(recovered.code, recovered.stderr).toBe(0);
		expect(await inventory(host)).toEqual(before);
	});

	test('a container that crashes after up was reported: seen by looking again, exit 7', async () => {
		const host = await testHost({ config: { docker: { ...fast.docker, SETTLE_SECONDS: 6 } } });
		await initRepository(host);
		const app = await stack(
			host,
			'app',
			composeYaml(
				[
					'  web:\n    image: busybox:local\n    volumes: ["state:/state"]\n    command: ["sh", "-c", "if [ -e /state/again ]; then sleep 3; exit 1; fi; touch /state/again; trap \'exit 0\' TERM; sleep 1000000 & wait"]',
				],
				['state'],
			),
		);
		await compose(app, ['up', '-d']);
		await writeDirlist(host, { [app.name]: true });
		const result = await runCli(host, ['backup']);
		expect(result.code, result.stdout + result.stderr).toBe(7);
		expect(result.stdout).toMatch(/is down/);
		expect((await restic(host, ['check'])).code).toBe(0);
	});

	test('an unhealthy service after up is told', async () => {
		const health = [
			'healthcheck:',
			'  test: ["CMD", "test", "!", "-e", "/state/sick"]',
			'  interval: 1s',
			'  retries: 1',
			'volumes: ["state:/state"]',
		];
		const { host, app } = await hostWithStack(composeYaml([sleeper('web', health)], ['state']));
		for (let tries = 0; tries < 30; tries += 1) {
			const { stdout } = await docker(host, [
				'ps',
				'--filter',
				`label=com.docker.compose.project=${app.project}`,
				'--format',
				'{{.Status}}',
			]);
			if (stdout.includes('(healthy)')) break;
			await new Promise((resolve) => setTimeout(resolve, 300));
		}
		const { startCli } = await import('./rig/index.ts');
		const cli = startCli(host, ['backup', '--json']);
		await cli.waitFor('"type":"phase-end","phase":"down"');
		const mountpoint = (
			await docker(host, ['volume', 'inspect', '-f', '{{.Mountpoint}}', `${app.project}_state`])
		).stdout.trim();
		await writeFile(join(mountpoint, 'sick'), '');
		const result = await cli.done;
		expect(result.code, result.stdout).toBe(7);
		expect(result.stdout).toMatch(/unhealthy/);
	});

	test('an image that is gone and a required variable that is missing: stopped and started as it is', async () => {
		const { host, app } = await hostWithStack(
			composeYaml([sleeper('web', ['environment:', '  X: $' + '{X:-5}'])]),
		);
		await writeFile(
			join(app.directory, 'compose.yaml'),
			composeYaml([sleeper('web', ['environment:', '  X: $' + '{REQUIRED:?must be set}'])]),
		);
		const before = await inventory(host);
		const ids = await idsOf(host, app);
		const result = await runCli(host, ['backup']);
		expect(result.code, result.stdout + result.stderr).toBe(0);
		expect(result.stderr).toMatch(/stop instead of down: .*must be set|REQUIRED/);
		expect(await inventory(host)).toEqual(before);
		expect(await idsOf(host, app)).toBe(ids);
	});
});

test('a repository that does not answer is told of while it is waited for, and nothing is stopped', async () => {
	const host = await testHost();
	const server = await faultyProxy(0);
	server.set({ kind: 'blackhole' });
	await writeConfig(host, { local_backup: { REPOSITORY: `rest:http://127.0.0.1:${server.port}/` } });
	const app = await stack(host, 'app', composeYaml([sleeper('web')]));
	await compose(app, ['up', '-d']);
	await writeDirlist(host, { [app.name]: true });
	const before = await inventory(host);
	const cli = startCli(host, ['backup']);
	await cli.waitFor(/the repository has not answered for 15 s: rest:http/);
	cli.kill('SIGINT');
	expect((await cli.done).code).toBe(130);
	expect(await inventory(host)).toEqual(before);
	expect(await leftovers(host)).toEqual([]);
});
