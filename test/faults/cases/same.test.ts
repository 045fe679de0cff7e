import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import {
	compose,
	composeYaml,
	docker,
	dockerLines,
	type RunningCli,
	sleeper,
	tools,
	writeConfig,
} from '../../real/rig/index.ts';
import { fault } from '../suite/fault.ts';
import { phaseStart } from '../suite/kill-points.ts';
import { mergeSections, rememberContainers, rememberFiles, type Scene } from '../suite/scene.ts';

/** A restic whose copy does not end before it is let go: somebody else has time to act. */
async function lingeringRestic(scene: Scene) {
	const [file, held] = [join(scene.host.directory, 'restic-lingers'), join(scene.host.directory, 'hold')];
	const text = [
		'#!/bin/sh',
		`'${tools.restic}' "$@"; code=$?`,
		`case " $* " in *" backup "*) while [ -e '${held}' ]; do sleep 0.05; done;; esac`,
		'exit $code',
		'',
	];
	await writeFile(file, text.join('\n'));
	await chmod(file, 0o755);
	await writeConfig(scene.host, mergeSections(scene.config, { tools: { RESTIC: file } }));
	await rememberFiles(scene);
	return {
		/** Does something while the copy goes on, and lets it end. */
		duringCopy: async (running: RunningCli, act: () => Promise<unknown>) => {
			await writeFile(held, '');
			await running.waitFor(phaseStart('copy'));
			await act().finally(() => rm(held));
		},
	};
}

/** What an engine holds of the containers of a scene that a new container need not have. */
async function inspected(scene: Scene) {
	const ids = await dockerLines(scene.host, ['ps', '-aq', '--filter', `name=${scene.host.name}`]);
	const { stdout } = await docker(scene.host, ['inspect', ...ids]);
	const all = JSON.parse(stdout) as readonly {
		readonly Id: string;
		readonly Name: string;
		readonly HostConfig: unknown;
		readonly NetworkSettings: {
			readonly Networks: Readonly<Record<string, { readonly Aliases: readonly string[] | null }>>;
		};
	}[];
	return all
		.map(({ Id, Name, HostConfig, NetworkSettings: { Networks } }) => ({
			...{ Id, Name, HostConfig },
			networks: Object.entries(Networks).map(([name, { Aliases }]) => [name, Aliases?.toSorted()]),
		}))
		.sort((a, b) => (a.Id < b.Id ? -1 : 1));
}

const layered = 'mkdir -p /app && echo precious > /app/db.sqlite';

fault(47, 'T1: data that a container keeps in no volume', async (trial) => {
	const yaml = composeYaml([sleeper('web'), sleeper('db', ['volumes: ["data:/data"]'])], ['data']);
	const scene = await trial.scene({ yaml });
	const inWeb = (...args: readonly string[]) =>
		compose(scene.app, ['exec', '-T', 'web', ...args], { anyCode: true });
	await inWeb('sh', '-c', layered);
	const stillThere = () =>
		trial.holds('A', async () => expect((await inWeb('cat', '/app/db.sqlite')).stdout).toBe('precious\n'));
	const fine = async (...args: readonly string[]) => {
		const done = await trial.run(scene, args);
		await trial.holds('D', () => expect(done.code, done.stdout + done.stderr).toBe(0));
		await stillThere();
	};

	const partial = await trial.run(scene, ['backup']);
	await trial.told(partial, {
		code: 6,
		words: [scene.app.name, /web-1/, '/app/db.sqlite', /EXCLUDE_VOLUME/],
	});
	await stillThere();
	const coverage = await trial.run(scene, ['coverage', '--strict']);
	await trial.told(coverage, {
		code: 8,
		words: [/NOT captured.*\/app\/db\.sqlite \(9 bytes\)/, /1 missing/],
	});

	const section = { [`stack:${scene.app.name}`]: { EXCLUDE_VOLUME: '/app' } };
	await writeConfig(scene.host, mergeSections(scene.config, section));
	await rememberFiles(scene);
	await trial.run(scene, ['stacks', 'down', scene.app.name]);
	await fine('stacks', 'up', scene.app.name);
	const restore = ['restore', '--stack', scene.app.name, '--in-place', '--yes', '--confirm', scene.app.name];
	await fine(...restore);
	// A run that dies in the downtime, and what recovers it.
	const running = trial.start(scene, ['backup', '--json']);
	await running.waitFor(phaseStart('copy'));
	await trial.kill(running, scene, 'everything');
	await fine('recover');
	await fine('backup');
	await trial.everything(scene);
});

fault(48, 'T2: containers of others that live in those of the stack', async (trial) => {
	const yaml = composeYaml(
		[
			sleeper('vpn', ['volumes: ["data:/data"]']),
			sleeper('old', ['network_mode: bridge']),
			sleeper('kept'),
			sleeper('db'),
		],
		['data'],
	);
	const scene = await trial.scene({ yaml });
	const { host, app } = scene;
	const [vpn, old, kept] = ['vpn', 'old', 'kept'].map((name) => `${app.project}-${name}-1`);
	const idOfVpn = (await dockerLines(host, ['inspect', '-f', '{{.Id}}', String(vpn)])).join('');
	const name = (short: string) => `${host.name}-${short}`;
	const waiting = ['busybox:local', 'sh', '-c', "trap 'exit 0' TERM; sleep 1000000 & wait"];
	const run = (short: string, ...options: readonly string[]) =>
		docker(host, ['run', '-d', '--name', name(short), ...options, ...waiting]);
	await run('client', '--network', `container:${vpn}`, '--restart', 'always');
	await run('chained', '--network', `container:${name('client')}`);
	await run('debugger', '--pid', `container:${idOfVpn}`);
	await run('linked', '--link', `${old}:old`);
	await run('fleeting', '--rm', '--network', `container:${kept}`);
	await docker(host, ['create', '--name', name('reader'), '--volumes-from', `${vpn}:ro`, ...waiting]);
	const all = ['client', 'chained', 'debugger', 'linked', 'fleeting'];
	await rememberContainers(scene);
	const before = await inspected(scene);
	const asBefore = () =>
		trial.holds('A', async () => {
			expect(await inspected(scene)).toEqual(before);
			const states = await docker(host, ['inspect', '-f', '{{.State.Status}}', ...all.map(name)]);
			expect(states.stdout.trim().split('\n')).toEqual(all.map(() => 'running'));
			for (const one of ['client', 'chained', 'fleeting'])
				expect((await docker(host, ['exec', name(one), 'ip', 'address'])).stdout, one).toContain('eth0');
		});
	const fine = async (...args: readonly string[]) => {
		const done = await trial.run(scene, args);
		await trial.holds('D', () => expect(done.code, done.stdout + done.stderr).toBe(0));
		return done;
	};
	const done = await fine('backup');
	await trial.holds('D', () => expect(done.stdout + done.stderr).toContain(name('client')));
	await asBefore();
	const running = trial.start(scene, ['backup', '--json']);
	await running.waitFor(phaseStart('copy'));
	await trial.kill(running, scene, 'everything');
	await fine('recover');
	await asBefore();
	await fine('restore', '--stack', app.name, '--in-place', '--yes', '--confirm', app.name);
	await asBefore();
	await fine('stacks', 'down', app.name);
	await fine('stacks', 'up', app.name);
	await asBefore();
	await fine('backup');
	await docker(host, ['start', name('reader')]);
	await docker(host, ['restart', '--time', '1', ...all.filter((one) => one !== 'fleeting').map(name)]);
	await docker(host, ['stop', '--time', '1', name('reader')]);
	await rememberContainers(scene);
	await trial.everything(scene);
});

fault(
	49,
	'T3: what somebody has set on running containers: docker update, rename, network connect',
	async (trial) => {
		const services = ['web', 'policy', 'old', 'joined', 'cut'].map((name) => sleeper(name));
		const yaml = `${composeYaml([...services, sleeper('plain', ['networks: [more]'])])}networks: {more: {}}\n`;
		const scene = await trial.scene({ yaml });
		const { host, app } = scene;
		const of = (service: string) => `${app.project}-${service}-1`;
		const before = await inspected(scene);
		const byHand: readonly (readonly string[])[] = [
			[
				'update',
				'--memory',
				'64m',
				'--memory-swap',
				'128m',
				'--cpus',
				'0.5',
				'--pids-limit',
				'90',
				of('web'),
			],
			['update', '--restart', 'unless-stopped', of('policy')],
			['rename', of('old'), `${host.name}-renamed`],
			['network', 'disconnect', `${app.project}_default`, of('joined')],
			['network', 'connect', '--alias', 'byhand', `${app.project}_default`, of('joined')],
			['network', 'disconnect', `${app.project}_default`, of('cut')],
			['network', 'connect', `${app.project}_more`, of('cut')],
		];
		for (const args of byHand) await docker(host, args);
		const changed = await inspected(scene);
		expect(changed).not.toEqual(before);
		await rememberContainers(scene);
		const outcome = await trial.run(scene, ['backup']);
		await trial.holds('D', () => expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0));
		await trial.holds('A', async () => expect(await inspected(scene)).toEqual(changed));
		for (const name of ['web', 'policy', 'joined', 'cut'])
			await trial.holds('D', () => expect(outcome.stdout + outcome.stderr).toMatch(of(name)));
		await trial.everything(scene);
	},
);

fault(
	50,
	'T6: a stack that is off is started, and its external volume is written to, during its copy',
	async (trial) => {
		const yaml = `${composeYaml([sleeper('web', ['volumes: ["shared:/data"]'])])}volumes: {shared: {external: true, name: $SHARED}}\n`;
		const scene = await trial.scene({
			yaml,
			up: async (app) => {
				const name = `${app.host.name}-shared`;
				await docker(app.host, ['volume', 'create', name]);
				await writeFile(join(app.directory, '.env'), `SHARED=${name}\n`);
			},
		});
		const restic = await lingeringRestic(scene);
		const during = async (act: () => Promise<unknown>) => {
			const running = trial.start(scene, ['backup', '--json']);
			await restic.duringCopy(running, act);
			return await running.done;
		};
		// Nothing of it was ever started: no container tells its project.
		const started = await during(() => compose(scene.app, ['up', '-d']));
		await trial.told(started, { code: 8, words: [scene.app.name, /web-1/, /ran during the copy/] });
		await compose(scene.app, ['stop', '--timeout', '1']);
		const again = await during(() => compose(scene.app, ['start']));
		await trial.told(again, { code: 8, words: [scene.app.name, /web-1/] });
		await compose(scene.app, ['stop', '--timeout', '1']);
		const writer = `${scene.host.name}-writer`;
		onTestFinished(async () => void (await docker(scene.host, ['rm', '-f', writer], { anyCode: true })));
		const volume = `${scene.host.name}-shared:/x`;
		const written = await during(() =>
			docker(scene.host, [
				'run',
				'--rm',
				'--name',
				writer,
				'-v',
				volume,
				'busybox:local',
				'touch',
				'/x/late',
			]),
		);
		await trial.told(written, { code: 8, words: [scene.app.name, writer] });
		await compose(scene.app, ['down']);
		await trial.everything(scene);
	},
);
