import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import {
	compose,
	composeYaml,
	containersOf,
	docker,
	dockerLines,
	type Host,
	type Outcome,
	type RunningCli,
	sleeper,
	type TestStack,
} from '../../real/rig/index.ts';
import { fault } from '../suite/fault.ts';
import { phaseEnd } from '../suite/kill-points.ts';
import { mountpoint, rememberContainers, type Scene } from '../suite/scene.ts';
import type { Trial } from '../suite/trial.ts';

/** A backup in whose downtime somebody changes something. */
async function inDowntime(trial: Trial, scene: Scene, change: () => Promise<unknown>): Promise<Outcome> {
	const running = trial.start(scene, ['backup', '--json']);
	await whileStopped(running, change);
	return await running.done;
}

/** Something is changed in the downtime of a run, which does not go on before that is done. */
async function whileStopped(running: RunningCli, change: () => Promise<unknown>): Promise<void> {
	await running.waitFor(phaseEnd('down'));
	running.kill('SIGSTOP');
	await change().finally(() => running.kill('SIGCONT'));
}

/** A backup that is killed while the stack is down; somebody changes something before `recover`. */
async function killedThenChanged(
	trial: Trial,
	scene: Scene,
	change: () => Promise<unknown>,
): Promise<Outcome> {
	const running = trial.start(scene, ['backup', '--json']);
	await running.waitFor(phaseEnd('down'));
	await trial.kill(running, scene, 'everything');
	await change();
	return await trial.recover(scene);
}

const label = async (host: Host, container: string, name: string) =>
	(
		await docker(host, ['inspect', '-f', `{{index .Config.Labels "com.docker.compose.${name}"}}`, container])
	).stdout.trim();

/** A tag of this test's own, and another image it can be moved to. */
function ownImage() {
	const name = `bt-image-${randomBytes(4).toString('hex')}`;
	const images = { was: `${name}:1`, other: `${name}:other` };
	const make = async (host: Host) => {
		await docker(host, ['tag', 'busybox:local', images.was]);
		const made = await docker(host, ['create', 'busybox:local', 'true']);
		await docker(host, ['commit', '--change', 'LABEL other=yes', made.stdout.trim(), images.other]);
		await docker(host, ['rm', made.stdout.trim()]);
		onTestFinished(async () => {
			await docker(host, ['rmi', '-f', images.was, images.other], { anyCode: true });
		});
	};
	return { images, make };
}

const withImage = (image: string) =>
	composeYaml(
		[
			sleeper('web', ['environment:', '  X: "${X}"', 'volumes: ["data:/data"]', 'env_file: [web.env]']),
			sleeper('db').replace('busybox:local', image),
		],
		['data'],
	);

async function changeEverything(app: TestStack, images: { readonly was: string; readonly other: string }) {
	const file = join(app.directory, 'compose.yaml');
	const text = await readFile(file, 'utf8');
	await writeFile(file, text.replace('  db:\n', '  db:\n    hostname: edited\n'));
	await writeFile(join(app.directory, '.env'), 'X=changed\n');
	await writeFile(join(app.directory, 'web.env'), 'Y=changed\n');
	await docker(app.host, ['tag', images.other, images.was]);
}

fault(53, 'T4: compose file, env files and an image tag changed in the downtime', async (trial) => {
	const { images, make } = ownImage();
	const files = { '.env': 'X=a$$b\n', 'web.env': 'Y=1\n' };
	const scene = await trial.scene({ yaml: withImage(images.was), files, prepare: make });
	const { app, host } = scene;
	const outcome = await inDowntime(trial, scene, () => changeEverything(app, images));
	await trial.holds('D', () => expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0));
	await trial.everything(scene);
	await trial.holds('A', async () => {
		const db = `${app.project}-db-1`;
		const text = await docker(host, ['inspect', '-f', '{{.Config.Hostname}}', db]);
		expect(text.stdout.trim()).not.toBe('edited');
		expect(await label(host, db, 'project.config_files')).toBe(join(app.directory, 'compose.yaml'));
		expect(await label(host, db, 'project.environment_file')).toBe('');
	});
	// What was changed waits for a person, who deploys it in the usual way; the next backup works from the same files.
	const next = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
	await trial.everything(scene);
	await compose(app, ['up', '-d']);
	const db = (await containersOf(host, app.project)).find((one) => one.service === 'db');
	await trial.holds('A', () =>
		expect(db?.imageId).not.toBe(scene.before.containers.find((one) => one.service === 'db')?.imageId),
	);
	// Somebody else brings it up in the downtime, from files that were edited once more.
	await rememberContainers(scene);
	const file = join(app.directory, 'compose.yaml');
	const byHand = await inDowntime(trial, scene, async () => {
		await writeFile(file, (await readFile(file, 'utf8')).replace('hostname: edited', 'hostname: again'));
		await compose(app, ['up', '-d']);
	});
	await trial.told(byHand, { code: 8, words: [app.name, /db-1 has another configuration than before/] });
	// The image is removed by force, with whatever holds it; nothing is pulled or built in its place.
	const archive = join(host.directory, 'image.tar');
	await docker(host, ['save', '-o', archive, images.was]);
	await rememberContainers(scene);
	const id = (await docker(host, ['image', 'inspect', '-f', '{{.Id}}', images.was])).stdout.trim();
	const removed = await inDowntime(trial, scene, async () => {
		const holders = await dockerLines(host, ['ps', '-aq', '--filter', `ancestor=${id}`]);
		if (holders.length > 0) await docker(host, ['rm', '-f', ...holders]);
		await docker(host, ['rmi', '-f', id]);
	});
	await trial.told(removed, {
		code: 7,
		words: [app.name, `the image ${images.was}`, /was removed/, /load that image again/, /recover/],
	});
	await docker(host, ['load', '-i', archive]);
	const recovered = await trial.recover(scene);
	await trial.holds('D', () => expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0));
	await trial.everything(scene);
});

fault(54, 'T4: files broken and the image tag removed between a killed run and recover', async (trial) => {
	const { images, make } = ownImage();
	const files = { '.env': 'X=1\n', 'web.env': 'Y=1\n' };
	const scene = await trial.scene({ yaml: withImage(images.was), files, prepare: make });
	const { app } = scene;
	const paths = ['compose.yaml', '.env', 'web.env'].map((name) => join(app.directory, name));
	const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
	const recovered = await killedThenChanged(trial, scene, async () => {
		await writeFile(paths[0] ?? '', 'services: [broken\n');
		await writeFile(paths[1] ?? '', 'X=${\n');
		await rm(paths[2] ?? '');
		await docker(scene.host, ['rmi', images.was]);
	});
	await trial.holds('D', () => expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0));
	const next = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).not.toBe(7));
	await trial.everything(scene);
	// Mended, the same files mean the same containers: nothing is made anew.
	for (const [index, path] of paths.entries()) await writeFile(path, texts[index] ?? '');
	await docker(scene.host, ['tag', 'busybox:local', images.was]);
	const ids = (await compose(app, ['ps', '-q'])).stdout;
	await compose(app, ['up', '-d']);
	await trial.holds('A', async () => expect((await compose(app, ['ps', '-q'])).stdout).toBe(ids));
});

/** What `docker system prune --volumes` does, to this stack alone. */
async function pruneVolume(app: TestStack, volume: string): Promise<void> {
	const helpers = await dockerLines(app.host, ['ps', '-aq', '--filter', `volume=${volume}`]);
	if (helpers.length > 0) await docker(app.host, ['rm', '-f', ...helpers]);
	await docker(app.host, ['volume', 'rm', volume]);
}

fault(55, 'T5: volumes removed in the downtime', async (trial) => {
	const scene = await trial.scene();
	const { app, host } = scene;
	const volume = `${app.project}_data`;
	const precious = await readFile(join(await mountpoint(app), 'precious'));
	const tried = await inDowntime(trial, scene, async () => {
		const removed = await docker(host, ['volume', 'rm', volume], { anyCode: true });
		await trial.holds('B', () => expect(removed.stderr).toContain('in use'));
	});
	await trial.holds('D', () => expect(tried.code, tried.stdout + tried.stderr).toBe(0));
	await trial.everything(scene);
	const lost = await inDowntime(trial, scene, () => pruneVolume(app, volume));
	await trial.told(lost, {
		code: 7,
		words: [app.name, new RegExp(`volume ${volume} was removed`)],
	});
	await trial.holds('A', async () => expect(await containersOf(host, app.project)).toEqual([]));
	const hint = /backup-tui [^;"]*(restore --stack [^;"]*)/.exec(lost.stdout)?.[1] ?? 'no hint';
	const restored = await trial.run(scene, [...hint.trim().split(' '), '--yes', '--confirm', app.name]);
	await trial.holds('D', () => expect(restored.code, restored.stdout + restored.stderr).toBe(0));
	await trial.everything(scene);
	await trial.holds('B', async () =>
		expect(await readFile(join(await mountpoint(app), 'precious'))).toEqual(precious),
	);
});

fault(56, 'T5: a volume made anew between a killed run and recover', async (trial) => {
	const scene = await trial.scene();
	const { app, host } = scene;
	const volume = `${app.project}_data`;
	const recovered = await killedThenChanged(trial, scene, async () => {
		await pruneVolume(app, volume);
		await docker(host, ['volume', 'create', volume]);
	});
	await trial.told(recovered, { code: 7, words: [app.name, volume, 'another one'] });
	await trial.holds('A', async () => expect(await containersOf(host, app.project)).toEqual([]));
	// Somebody who wants the empty one starts it by hand; nothing is owed then.
	await compose(app, ['up', '-d']);
	const again = await trial.recover(scene);
	await trial.holds('D', () => expect(again.code, again.stdout + again.stderr).toBe(0));
	await trial.run(scene, ['backup']);
	await trial.everything(scene);
});

fault(57, 'T18: secrets and configs of variables and inline, changed in the downtime', async (trial) => {
	const objects = [
		'secrets: {shell: {environment: BT_SHELL}, dotenv: {environment: BT_DOTENV}}',
		'configs: {inline: {content: "first"}}',
	];
	const uses = ['secrets: [shell, dotenv]', 'configs: [{source: inline, target: /inline}]'];
	const yaml = `${composeYaml([sleeper('web', uses), sleeper('db')])}${objects.join('\n')}\n`;
	const up = async (app: TestStack) => {
		await docker(app.host, ['compose', 'up', '-d'], { cwd: app.directory, env: { BT_SHELL: 'from-shell' } });
	};
	const scene = await trial.scene({ yaml, up, files: { '.env': 'BT_DOTENV=one\n' } });
	const { app } = scene;
	const outcome = await inDowntime(trial, scene, async () => {
		await writeFile(join(app.directory, 'compose.yaml'), yaml.replace('first', 'second'));
		await writeFile(join(app.directory, '.env'), 'BT_DOTENV=two\n');
	});
	await trial.holds('D', () => expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0));
	await trial.everything(scene);
	const read = await docker(app.host, [
		...['exec', `${app.project}-web-1`, 'sh', '-c'],
		'cat /run/secrets/shell /run/secrets/dotenv /inline',
	]);
	await trial.holds('A', () => expect(read.stdout).toBe('from-shellonefirst'));
});

fault(59, 'stopped containers and networks pruned in the downtime', async (trial) => {
	const network = `bt-net-${randomBytes(4).toString('hex')}`;
	const yaml = `${composeYaml([
		sleeper('web', ['volumes: [/anonymous]', 'networks: [default, outside]']),
		sleeper('db'),
	])}networks: {outside: {external: true, name: ${network}}}\n`;
	const scene = await trial.scene({
		yaml,
		prepare: async (host) => {
			await docker(host, ['network', 'create', network]);
			onTestFinished(async () => {
				await docker(host, ['network', 'rm', network], { anyCode: true });
			});
		},
		up: async (app) => {
			await compose(app, ['up', '-d']);
			await compose(app, ['exec', '-T', 'web', 'sh', '-c', 'echo precious > /anonymous/file']);
		},
	});
	const { app, host } = scene;
	// An anonymous volume: it is stopped, not taken down.
	const first = await inDowntime(trial, scene, async () => {
		await docker(host, ['network', 'rm', network, `${app.project}_default`]);
	});
	await trial.holds('D', () => expect(first.code, first.stdout + first.stderr).toBe(0));
	await trial.everything(scene);
	const second = await inDowntime(trial, scene, async () => {
		await docker(host, ['rm', `${app.project}-web-1`, `${app.project}-db-1`]);
		await docker(host, ['network', 'rm', network, `${app.project}_default`]);
	});
	await trial.holds('D', () => expect(second.code, second.stdout + second.stderr).toBe(0));
	await trial.everything(scene);
	const read = await compose(app, ['exec', '-T', 'web', 'cat', '/anonymous/file'], { anyCode: true });
	await trial.holds('A', () => expect(read.stdout).toBe('precious\n'));
});

fault(
	58,
	'T20: a health check that takes longer than UP_TIMEOUT, and services that wait for it',
	async (trial) => {
		const check = `healthcheck: {test: ["CMD", "test", "-e", "/state/well"], interval: 200ms, start_period: 90s, retries: 3}`;
		const yaml = composeYaml(
			[
				sleeper('db', [check, 'volumes: ["./state:/state"]']),
				sleeper('web', ['depends_on: {db: {condition: service_healthy}}', 'volumes: ["data:/data"]']),
			],
			['data'],
		);
		const scene = await trial.scene({
			yaml,
			files: { 'state/well': '' },
			config: { docker: { UP_TIMEOUT: 8 }, local_backup: { EXCLUDE: 'state' } },
			up: async (app) => void (await compose(app, ['up', '-d', '--wait'])),
		});
		const { app } = scene;
		const well = join(app.directory, 'state', 'well');
		const doctor = await trial.run(scene, ['doctor']);
		await trial.holds('D', () =>
			expect(doctor.stdout).toContain(`the health check of ${app.project}-db-1 may take 90 s`),
		);
		const waited = trial.start(scene, ['backup', '--json']);
		await waited.waitFor(phaseEnd('down'));
		await rm(well);
		// The run goes on meanwhile; dependents are started as soon as it is healthy.
		await waited.waitFor(/waiting for it on the side/);
		await writeFile(well, '');
		const outcome = await waited.done;
		const text = outcome.stdout + outcome.stderr;
		await trial.holds('D', () => {
			expect(outcome.code, text).toBe(0);
			expect(text).toContain(`${app.project}-db-1 is not healthy after 8 s (UP_TIMEOUT)`);
			expect(text).toContain(`the health check of ${app.project}-db-1 may take`);
		});
		await trial.everything(scene);
		// Given up by a signal it is left down, with what is to be done; `recover` waits for as long as the check may take.
		const given = trial.start(scene, ['backup', '--json']);
		await given.waitFor(phaseEnd('down'));
		await rm(well);
		await given.waitFor(/waiting for it on the side/);
		given.kill('SIGINT');
		await trial.told(await given.done, { code: 7, words: [`${app.project}-db-1`, /UP_TIMEOUT/, /recover/] });
		const recovering = trial.recover(scene);
		await writeFile(well, '');
		const recovered = await recovering;
		await trial.holds('D', () => expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0));
		await trial.everything(scene);
	},
);
