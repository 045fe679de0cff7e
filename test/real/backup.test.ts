import { mkdir, writeFile } from 'node:fs/promises';
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
	type TestStack,
	testHost,
	writeConfig,
	writeDirlist,
} from './rig/index.ts';

async function newHost(config = {}): Promise<Host> {
	const host = await testHost({ config: { docker: { SETTLE_SECONDS: 1, TIMEOUT: 5 }, ...config } });
	await initRepository(host);
	return host;
}

async function enable(host: Host, ...stacks: TestStack[]): Promise<void> {
	await writeDirlist(host, Object.fromEntries(stacks.map((one) => [one.name, true])));
}

/** Snapshots of the stack itself, without those of parts. */
async function snapshotsOf(host: Host, one: TestStack) {
	return (await snapshots(host)).filter((snapshot) => snapshot.tags?.includes(one.name));
}

describe('a backup', () => {
	test('copies directory, named volume and bind, byte for byte, and brings the stack up as it was', async () => {
		const host = await newHost();
		const outside = join(host.directory, 'outside data');
		await mkdir(outside);
		await fillWithOddFiles(outside);
		const app = await stack(
			host,
			'app',
			composeYaml(
				[sleeper('web', ['volumes:', `  - data:/data`, `  - ${outside}:/out`, '  - ./local:/local'])],
				['data'],
			),
			{ files: { '.env': 'A=1\n', 'local/file': 'local\n' } },
		);
		await compose(app, ['up', '-d']);
		const mountpoint = (
			await docker(host, ['volume', 'inspect', '-f', '{{.Mountpoint}}', `${app.project}_data`])
		).stdout.trim();
		await fillWithOddFiles(mountpoint);
		await enable(host, app);
		const before = await inventory(host);

		const result = await runCli(host, ['backup']);

		expect(result.stderr + result.stdout).toContain('1 stack backed up');
		expect(result.code).toBe(0);
		expect(await inventory(host)).toEqual(before);
		const [snapshot] = await snapshotsOf(host, app);
		expect(snapshot?.hostname).toBe(host.name);
		expect(snapshot?.tags).toEqual(expect.arrayContaining(['docker-backup', 'selective-backup', app.name]));
		const restored = await restoreSnapshot(host, snapshot?.id as string);
		for (const path of [app.directory, mountpoint, outside]) {
			expect(await compareTrees(path, join(restored, path))).toEqual([]);
		}
		const manifest = JSON.parse(
			(await restic(host, ['dump', snapshot?.id as string, '/.backup-tui/manifest.json'])).stdout,
		);
		expect(manifest.stack.name).toBe(app.name);
		expect(manifest.mounts.map((mount: { path?: string }) => mount.path)).toEqual(
			expect.arrayContaining([mountpoint, outside]),
		);
		expect((await restic(host, ['check', '--read-data'])).code).toBe(0);
		expect(await leftovers(host)).toEqual([]);
	});

	test('is incremental: the second snapshot has the first as parent and adds next to nothing', async () => {
		const host = await newHost();
		const app = await stack(host, 'app', composeYaml([sleeper('web')]), {
			files: { 'big.bin': Buffer.alloc(2_000_000, 'x') },
		});
		await compose(app, ['up', '-d']);
		await enable(host, app);
		await runCli(host, ['backup']);
		const [first] = await snapshotsOf(host, app);
		const result = await runCli(host, ['backup', '--json']);
		const events = result.stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line));
		expect(events.find((event) => event.type === 'snapshot')).toMatchObject({ parent: first?.id });
		expect(events.find((event) => event.type === 'snapshot').addedBytes).toBeLessThan(100_000);
		expect(events.at(-1)).toMatchObject({ type: 'run-end', exitCode: 0 });
		expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
	});

	test('stopped and never-started stacks are copied and left alone; others go on when one fails', async () => {
		const host = await newHost();
		const stopped = await stack(host, 'stopped', composeYaml([sleeper('web')]));
		await compose(stopped, ['up', '-d']);
		await compose(stopped, ['stop']);
		const never = await stack(host, 'never', composeYaml([sleeper('web')]));
		const broken = await stack(host, 'broken', composeYaml([sleeper('web')]));
		await compose(broken, ['up', '-d']);
		await writeFile(join(broken.directory, 'compose.yaml'), 'services: [this is no compose file\n');
		const running = await stack(host, 'running', composeYaml([sleeper('web')]));
		await compose(running, ['up', '-d']);
		await enable(host, broken, never, running, stopped);
		const before = await inventory(host);
		const result = await runCli(host, ['backup']);
		expect(await inventory(host)).toEqual(before);
		for (const one of [stopped, never, running]) expect(await snapshotsOf(host, one)).toHaveLength(1);
		// A broken compose file does not keep the containers that run from being stopped, copied and started again.
		expect(await snapshotsOf(host, broken)).toHaveLength(1);
		expect(result.code).toBe(0);
	});

	test('a scaled, a multi-file, a -p and a profile stack come back as they were', async () => {
		const host = await newHost();
		const scaled = await stack(host, 'scaled', composeYaml([sleeper('web'), sleeper('db')]));
		await compose(scaled, ['up', '-d', '--scale', 'web=3']);
		const multi = await stack(host, 'multi', composeYaml([sleeper('web')]), {
			files: { 'more.yaml': composeYaml([sleeper('extra', ['environment:', '  X: $X'])]), 'my.env': 'X=5\n' },
		});
		await docker(host, [
			...[
				'compose',
				'--project-directory',
				multi.directory,
				'-p',
				`${host.name}-named`,
				'--env-file',
				join(multi.directory, 'my.env'),
			],
			...['-f', join(multi.directory, 'compose.yaml'), '-f', join(multi.directory, 'more.yaml'), 'up', '-d'],
		]);
		const profiles = await stack(
			host,
			'profiles',
			composeYaml([sleeper('web'), sleeper('debug', ['profiles: [debug]'])]),
		);
		await compose(profiles, ['--profile', 'debug', 'up', '-d']);
		const off = await stack(host, 'off', composeYaml([sleeper('web'), sleeper('unwanted')]));
		await compose(off, ['up', '-d']);
		await compose(off, ['stop', 'unwanted']);
		const oneShot = await stack(
			host,
			'oneshot',
			composeYaml([sleeper('web'), '  init:\n    image: busybox:local\n    command: ["true"]']),
		);
		await compose(oneShot, ['up', '-d']);
		await enable(host, scaled, multi, profiles, off, oneShot);
		const before = await inventory(host);
		const result = await runCli(host, ['backup']);
		expect(result.code, result.stderr).toBe(0);
		expect(await inventory(host)).toEqual(before);
	});

	test('anonymous and external volumes, hooks of every kind of mount: nothing is lost', async () => {
		const host = await newHost();
		const external = `${host.name}-ext`;
		await docker(host, ['volume', 'create', external]);
		const app = await stack(
			host,
			'app',
			`${composeYaml([sleeper('web', ['volumes:', '  - /anonymous', '  - ext:/ext', '  - type: tmpfs', '    target: /scratch'])])}volumes:\n  ext:\n    external: true\n    name: ${external}\n`,
		);
		await compose(app, ['up', '-d']);
		await compose(app, [
			'exec',
			'-T',
			'web',
			'sh',
			'-c',
			'echo anonymous > /anonymous/a; echo external > /ext/e',
		]);
		await enable(host, app);
		const before = await inventory(host);
		const result = await runCli(host, ['backup']);
		expect(result.code, result.stderr).toBe(0);
		expect(await inventory(host)).toEqual(before);
		const read = await compose(app, ['exec', '-T', 'web', 'sh', '-c', 'cat /anonymous/a /ext/e']);
		expect(read.stdout).toBe('anonymous\nexternal\n');
		const [snapshot] = await snapshotsOf(host, app);
		const listing = (await restic(host, ['ls', snapshot?.id as string])).stdout;
		expect(listing).toMatch(new RegExp(`/${external}/_data/e`));
		expect(listing).toMatch(/\/[0-9a-f]{64}\/_data\/a/);
	});

	test('a stack of 10,000 small files and odd names', async () => {
		const host = await newHost();
		const app = await stack(host, '-odd näme', composeYaml([sleeper('web')]), { exactName: true });
		await fillWithOddFiles(app.directory);
		await mkdir(join(app.directory, 'many'));
		for (let index = 0; index < 10_000; index += 1)
			await writeFile(join(app.directory, 'many', `f${index}`), `${index}`);
		await docker(host, [
			'compose',
			'--project-directory',
			app.directory,
			'-p',
			`${host.name}-odd`,
			'up',
			'-d',
		]);
		await enable(host, app);
		const before = await inventory(host);
		const result = await runCli(host, ['backup', '--', '-odd näme']);
		expect(result.code, result.stderr).toBe(0);
		expect(await inventory(host)).toEqual(before);
		const [snapshot] = await snapshots(host);
		const restored = await restoreSnapshot(host, snapshot?.id as string);
		expect(await compareTrees(app.directory, join(restored, app.directory))).toEqual([]);
	});

	test('a container that ignores SIGTERM costs its grace time and comes back', async () => {
		const host = await newHost({ docker: { TIMEOUT: 2, SETTLE_SECONDS: 1 } });
		const yaml = composeYaml([
			'  web:\n    image: busybox:local\n    stop_grace_period: 2m\n    command: ["sh", "-c", "trap \'\' TERM; while :; do sleep 1; done"]',
		]);
		const app = await stack(host, 'stubborn', yaml);
		await compose(app, ['up', '-d']);
		await enable(host, app);
		const before = await inventory(host);
		const result = await runCli(host, ['backup']);
		expect(result.code, result.stderr).toBe(0);
		expect(result.ms).toBeLessThan(30_000);
		expect(await inventory(host)).toEqual(before);
	});

	test('--dry-run prints the exact commands and touches nothing', async () => {
		const host = await newHost();
		const app = await stack(host, 'app', composeYaml([sleeper('web')]));
		await compose(app, ['up', '-d']);
		await enable(host, app);
		const ids = (
			await docker(host, ['ps', '-q', '--filter', `label=com.docker.compose.project=${app.project}`])
		).stdout;
		const result = await runCli(host, ['backup', '--dry-run']);
		expect(result.code, result.stderr).toBe(0);
		expect(result.stderr).toMatch(/would run: .*docker.* compose .*down --timeout 5/);
		expect(result.stderr).toMatch(/would run: .*restic.* backup /);
		expect(result.stderr).toMatch(
			/would run: .*docker.* compose .*--file - --env-file \/dev\/null .*up (-d|--detach)/,
		);
		expect(result.stderr).toContain('`up` gets the configuration and images of now on standard input');
		expect(
			(await docker(host, ['ps', '-q', '--filter', `label=com.docker.compose.project=${app.project}`]))
				.stdout,
		).toBe(ids);
		expect(await snapshots(host)).toEqual([]);
		expect((await restic(host, ['list', 'locks'])).stdout).toBe('');
		const { access } = await import('node:fs/promises');
		for (const path of [host.stateDir, host.logDir]) await expect(access(path)).rejects.toThrow();
	});

	test('retention keeps by policy, per stack', async () => {
		const host = await newHost({
			local_backup: { KEEP_DAILY: 1, KEEP_WEEKLY: 0, KEEP_MONTHLY: 0, KEEP_YEARLY: 0 },
		});
		const one = await stack(host, 'one', composeYaml([sleeper('web')]));
		const two = await stack(host, 'two', composeYaml([sleeper('web')]));
		await enable(host, one, two);
		for (let round = 0; round < 3; round += 1) expect((await runCli(host, ['backup'])).code).toBe(0);
		await runCli(host, ['backup', one.name, '--no-retention']);
		expect(await snapshotsOf(host, one)).toHaveLength(2);
		expect(await snapshotsOf(host, two)).toHaveLength(1);
	});

	test('a vanished mount raises the alarm, keeps the old snapshots and can be accepted', async () => {
		const host = await newHost({
			local_backup: { KEEP_DAILY: 1, KEEP_WEEKLY: 0, KEEP_MONTHLY: 0, KEEP_YEARLY: 0 },
		});
		const app = await stack(host, 'app', composeYaml([sleeper('web')]));
		await mkdir(join(app.directory, 'photos'));
		await fillWithOddFiles(join(app.directory, 'photos'));
		await enable(host, app);
		expect((await runCli(host, ['backup'])).code).toBe(0);
		const { rm } = await import('node:fs/promises');
		await rm(join(app.directory, 'photos'), { recursive: true });
		const alarmed = await runCli(host, ['backup']);
		expect(alarmed.code).toBe(8);
		expect(alarmed.stdout).toContain('--accept-shrink');
		expect(await snapshotsOf(host, app)).toHaveLength(2);
		expect((await runCli(host, ['backup'])).code).toBe(8);
		expect(await snapshotsOf(host, app)).toHaveLength(3);
		expect((await runCli(host, ['backup', '--accept-shrink'])).code).toBe(0);
		expect(await snapshotsOf(host, app)).toHaveLength(1);
		expect((await runCli(host, ['backup'])).code).toBe(0);
	});

	test('something that runs on the data during the copy is named, exit code 8', async () => {
		const host = await newHost();
		const app = await stack(
			host,
			'app',
			composeYaml([sleeper('web', ['volumes: ["data:/data"]'])], ['data']),
		);
		await compose(app, ['up', '-d']);
		await docker(host, [
			'run',
			'-d',
			'--name',
			`${host.name}-intruder`,
			'-v',
			`${app.project}_data:/x`,
			'busybox:local',
			'sleep',
			'1000',
		]);
		await enable(host, app);
		const result = await runCli(host, ['backup']);
		expect(result.code).toBe(8);
		expect(result.stdout).toContain(`${host.name}-intruder`);
		const [snapshot] = await snapshotsOf(host, app);
		expect(snapshot?.tags).toContain('backup-tui-not-quiesced');
		expect(
			(await docker(host, ['inspect', '-f', '{{.State.Running}}', `${host.name}-intruder`])).stdout.trim(),
		).toBe('true');
	});

	test.each(['stop', 'pause', 'none'])('method %s', async (method) => {
		const host = await newHost({ docker: { METHOD: method, SETTLE_SECONDS: 1, TIMEOUT: 5 } });
		const app = await stack(host, 'app', composeYaml([sleeper('web')]));
		await compose(app, ['up', '-d']);
		await enable(host, app);
		const ids = (
			await docker(host, [
				'ps',
				'-q',
				'--no-trunc',
				'--filter',
				`label=com.docker.compose.project=${app.project}`,
			])
		).stdout;
		const result = await runCli(host, ['backup']);
		expect(result.code, result.stderr).toBe(0);
		expect(
			(
				await docker(host, [
					'ps',
					'-q',
					'--no-trunc',
					'--filter',
					`label=com.docker.compose.project=${app.project}`,
				])
			).stdout,
		).toBe(ids);
		expect(await snapshotsOf(host, app)).toHaveLength(1);
	});

	test('--jobs 3 and a config written anew between runs', async () => {
		const host = await newHost();
		const stacks = await Promise.all(
			['a', 'b', 'c'].map((name) => stack(host, name, composeYaml([sleeper('web')]))),
		);
		for (const one of stacks) await compose(one, ['up', '-d']);
		await writeConfig(host, { docker: { TIMEOUT: 4 } });
		await enable(host, ...stacks);
		const before = await inventory(host);
		const result = await runCli(host, ['backup', '--jobs', '3']);
		expect(result.code, result.stderr).toBe(0);
		expect(await inventory(host)).toEqual(before);
		expect(await snapshots(host)).toHaveLength(3);
	});
});

test('T5: a service that writes into its volume while it stops comes up again', async () => {
	const host = await newHost();
	const yaml = [
		'services:',
		'  db:',
		'    image: busybox:local',
		'    command: sh -c \'touch /state/pid; trap "rm /state/pid; touch /state/clean; exit 0" TERM; while :; do sleep 0.1; done\'',
		'    volumes: ["state:/state"]',
		'volumes: { state: {} }',
	].join('\n');
	const db = await stack(host, 'db', yaml);
	await compose(db, ['up', '-d']);
	await writeDirlist(host, { [db.name]: true });
	const before = await inventory(host);
	const result = await runCli(host, ['backup', db.name]);
	expect(result.code, result.stdout + result.stderr).toBe(0);
	expect(await inventory(host)).toEqual(before);
});
