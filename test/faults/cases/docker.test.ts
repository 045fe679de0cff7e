import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import {
	compose,
	composeYaml,
	docker,
	restic,
	sleeper,
	snapshots,
	type TestStack,
} from '../../real/rig/index.ts';
import { fault } from '../suite/fault.ts';
import { phaseEnd, phaseStart } from '../suite/kill-points.ts';
import { mountpoint, type Scene } from '../suite/scene.ts';
import type { Trial } from '../suite/trial.ts';

const deaf = (name: string) =>
	`  ${name}:\n    image: busybox:local\n    command: ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"]`;

/** A backup that the fault must not trouble: exit 0, a new snapshot, everything as before. */
async function harmless(trial: Trial, scene: Scene): Promise<void> {
	const before = new Set((await snapshots(scene.host)).map(({ id }) => id));
	const outcome = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0));
	await trial.holds('B', async () => {
		const fresh = (await snapshots(scene.host)).filter(({ id }) => !before.has(id));
		expect(fresh).not.toEqual([]);
	});
	await trial.everything(scene);
}

fault(11, 'a container that ignores SIGTERM', async (trial) => {
	const scene = await trial.scene({ yaml: composeYaml([deaf('web')]), config: { docker: { TIMEOUT: 2 } } });
	const started = performance.now();
	await harmless(trial, scene);
	await trial.holds('D', () => expect(performance.now() - started).toBeLessThan(120_000));
});

fault(12, 'docker compose down killed in its grace time', async (trial) => {
	const scene = await trial.scene({ yaml: composeYaml([deaf('web'), sleeper('db')]) });
	const running = trial.start(scene, ['backup', '--json']);
	await running.waitFor(phaseStart('down'));
	await delay(1500);
	await trial.kill(running, scene, 'everything');
	const recovered = await trial.recover(scene);
	await trial.holds('D', () => expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0));
	// The engine's own timer goes on after the kill: what came up must still be up when it is over.
	await delay(6_000);
	const next = await trial.run(scene, ['backup']);
	await trial.holds('D', () => expect(next.code, next.stdout + next.stderr).toBe(0));
	await trial.everything(scene);
});

fault(14, 'a compose file that is no YAML any more', async (trial) => {
	const scene = await trial.scene();
	await writeFile(join(scene.app.directory, 'compose.yaml'), 'services: [this is no compose file\n');
	await harmless(trial, scene);
});

fault(15, 'a required variable that is missing by now; an env file that is gone', async (trial) => {
	const yaml = composeYaml(
		[
			sleeper('web', ['environment:', '  X: ${X:?must be set}', 'volumes: ["data:/data"]']),
			sleeper('db', ['env_file: [db.env]']),
		],
		['data'],
	);
	const scene = await trial.scene({ yaml, files: { '.env': 'X=1\n', 'db.env': 'Y=1\n' } });
	await rm(join(scene.app.directory, '.env'));
	await harmless(trial, scene);
	await writeFile(join(scene.app.directory, '.env'), 'X=1\n');
	await rm(join(scene.app.directory, 'db.env'));
	await harmless(trial, scene);
});

fault(16, 'several -f, -p and --env-file', async (trial) => {
	const up = async (app: TestStack) => {
		const at = (name: string) => join(app.directory, name);
		const project = ['--project-directory', app.directory, '-p', `${app.host.name}-named`];
		const files = ['--env-file', at('my.env'), '-f', at('compose.yaml'), '-f', at('more.yaml')];
		await docker(app.host, ['compose', ...project, ...files, 'up', '-d']);
	};
	const more = composeYaml([sleeper('extra', ['environment:', '  X: $X'])]);
	const scene = await trial.scene({
		yaml: composeYaml([sleeper('web')]),
		files: { 'more.yaml': more, 'my.env': 'X=5\n' },
		up,
	});
	await harmless(trial, scene);
});

fault(17, 'scale, profile, paused, stopped by hand, finished one-shot', async (trial) => {
	const services = [
		sleeper('web', ['volumes: ["data:/data"]']),
		sleeper('debug', ['profiles: [debug]']),
		sleeper('frozen'),
		sleeper('off'),
		'  once:\n    image: busybox:local\n    command: ["true"]',
	];
	const up = async (app: TestStack) => {
		await compose(app, ['--profile', 'debug', 'up', '-d', '--scale', 'web=3']);
		await compose(app, ['pause', 'frozen']);
		await compose(app, ['stop', 'off']);
		await delay(300);
	};
	await harmless(trial, await trial.scene({ yaml: composeYaml(services, ['data']), up }));
});

fault(18, 'data in an anonymous volume', async (trial) => {
	const up = async (app: TestStack) => {
		await compose(app, ['up', '-d']);
		await compose(app, ['exec', '-T', 'web', 'sh', '-c', 'echo precious > /anonymous/file']);
	};
	const scene = await trial.scene({ yaml: composeYaml([sleeper('web', ['volumes: [/anonymous]'])]), up });
	await harmless(trial, scene);
	const read = await compose(scene.app, ['exec', '-T', 'web', 'cat', '/anonymous/file'], { anyCode: true });
	await trial.holds('A', () => expect(read.stdout).toBe('precious\n'));
	await trial.holds('B', async () => {
		const files = await lastSnapshot(scene);
		expect(files.some((path) => path.endsWith('/_data/file'))).toBe(true);
	});
});

async function lastSnapshot(scene: Scene): Promise<readonly string[]> {
	const { id } = (await snapshots(scene.host)).at(-1) ?? { id: 'latest' };
	return (await restic(scene.host, ['ls', '-q', id])).stdout.split('\n');
}

fault(19, 'a volume with driver_opts that is unmounted while the stack is down', async (trial) => {
	const yaml = (source: string) =>
		`${composeYaml([sleeper('web', ['volumes: ["data:/data"]'])])}volumes:\n  data:\n    driver: local\n    driver_opts: {type: none, o: bind, device: ${source}}\n`;
	const source = await mkdtemp(join(tmpdir(), 'bt-device-'));
	onTestFinished(() => rm(source, { recursive: true, force: true }));
	await mkdir(join(source, 'photos'));
	await writeFile(join(source, 'photos', 'one.jpg'), 'precious\n');
	const scene = await trial.scene({ yaml: yaml(source) });
	await harmless(trial, scene);
	await trial.holds('B', async () => {
		const files = await lastSnapshot(scene);
		expect(files.some((path) => path.endsWith('/photos/one.jpg'))).toBe(true);
	});
	expect(await mountpoint(scene.app)).not.toBe('');
});

async function listenOn(port: number): Promise<Server> {
	const server = createServer().listen(port, '127.0.0.1');
	await once(server, 'listening');
	return server;
}

fault(20, 'a port that is taken when the stack comes up, and freed later', async (trial) => {
	const port = randomInt(20_000, 40_000);
	const yaml = composeYaml(
		[sleeper('web', [`ports: ["127.0.0.1:${port}:80"]`, 'volumes: ["data:/data"]'])],
		['data'],
	);
	const scene = await trial.scene({ yaml, config: { docker: { UP_TIMEOUT: 5 } } });
	const running = trial.start(scene, ['backup', '--json']);
	await running.waitFor(phaseEnd('down'));
	const thief = await listenOn(port);
	const outcome = await running.done;
	await trial.told(outcome, { code: 7, words: [scene.app.name, /up/, String(port)] });
	await new Promise((resolve) => thief.close(resolve));
	const recovered = await trial.recover(scene);
	await trial.holds('D', () => expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0));
	await trial.everything(scene);
});

fault(21, 'pull_policy always, and the registry is down', async (trial) => {
	const yaml = composeYaml([sleeper('web', ['pull_policy: always'])]);
	const up = async (app: TestStack) => {
		await docker(app.host, ['compose', '-f', 'compose.yaml', 'up', '-d', '--pull', 'never'], {
			cwd: app.directory,
		});
	};
	await harmless(trial, await trial.scene({ yaml, up }));
});

fault(22, 'a container that crashes some seconds after up was reported', async (trial) => {
	const crash = "if [ -e /state/again ]; then sleep 2; exit 1; fi; trap 'exit 0' TERM; sleep 1000000 & wait";
	const yaml = composeYaml(
		[
			`  web:\n    image: busybox:local\n    volumes: ["data:/state"]\n    command: ["sh", "-c", "${crash}"]`,
			sleeper('db'),
		],
		['data'],
	);
	const scene = await trial.scene({ yaml, config: { docker: { SETTLE_SECONDS: 5 } } });
	const sick = join(await mountpoint(scene.app), 'again');
	await writeFile(sick, '');
	const outcome = await trial.run(scene, ['backup']);
	await trial.told(outcome, { code: 7, words: [scene.app.name, /is down/, /web/] });
	await rm(sick);
	const recovered = await trial.recover(scene);
	await trial.holds('D', () => expect(recovered.code, recovered.stdout + recovered.stderr).toBe(0));
	await trial.everything(scene);
});
