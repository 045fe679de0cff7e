import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
	composeYaml,
	docker,
	type Host,
	type Outcome,
	type RunningCli,
	sleeper,
	smallDisk,
	type TestStack,
} from '../../real/rig/index.ts';
import { reached } from './kill-points.ts';
import type { LoopResult } from './results.ts';
import { mountpoint, type Scene } from './scene.ts';
import { type CountingTools, installCountingTools } from './tool-wrapper.ts';
import type { Trial } from './trial.ts';

/** A scene for changes made by somebody else. */
export interface World {
	readonly scene: Scene;
	readonly host: Host;
	readonly app: TestStack;
	readonly tools: CountingTools;
	/** The image of the service `db`, by a tag of this scene alone, and another image that it can be moved to. */
	readonly images: { readonly was: string; readonly other: string };
	readonly volume: string;
	readonly method: string;
	/** What lies in the stack's volume and must not be lost. */
	readonly precious: Buffer;
	/** Number and birth of the volume's directory: another one is another volume. */
	volumeMade: string;
}

/** Where a run is stopped: after so many steps of its event file, or before an external command of it. */
export type Boundary = {
	readonly at: 'step' | 'call';
	/** Counted from 1; step 0 is before the run. */
	readonly number: number;
	readonly name: string;
};

export type WorldCommand = LoopResult['command'];

/** Disks of their own, small enough to be filled. */
export type WorldNeed = 'disks';

const files = { '.env': 'X=1\n', 'web.env': 'Y=1\n', 'conf/settings': 'important\n' };

/** The stack's own files as they were when it was made. */
export async function writeStackFiles({ app, images }: Pick<World, 'app' | 'images'>): Promise<void> {
	await mkdir(join(app.directory, 'conf'), { recursive: true });
	for (const [name, text] of Object.entries({ ...files, 'compose.yaml': yaml(images.was) }))
		await writeFile(join(app.directory, name), text);
}

const yaml = (image: string) =>
	composeYaml(
		[
			sleeper('web', ['environment:', '  X: "${X}"', 'env_file: [web.env]', 'volumes: ["data:/data"]']),
			sleeper('db').replace('busybox:local', image),
		],
		['data'],
	);

async function makeImages(host: Host, images: World['images']): Promise<void> {
	await docker(host, ['tag', 'busybox:local', images.was]);
	const made = (
		await docker(host, ['create', '--name', `${host.name}-made`, 'busybox:local', 'true'])
	).stdout.trim();
	await docker(host, ['commit', '--change', 'LABEL other=yes', made, images.other]);
	await docker(host, ['rm', made]);
}

export const preciousFile = async ({ app }: Pick<World, 'app'>) => join(await mountpoint(app), 'precious');

export async function volumeMade({ host, volume }: Pick<World, 'host' | 'volume'>): Promise<string> {
	const args = ['volume', 'inspect', '-f', '{{.Mountpoint}}', volume];
	const directory = (await docker(host, args, { anyCode: true })).stdout.trim();
	const found = await stat(directory).catch(() => undefined);
	return found === undefined ? 'none' : `${found.ino} of ${found.birthtime.toISOString()}`;
}

/** @param method how the stack is taken down */
export async function makeWorld(trial: Trial, method: string, need?: WorldNeed): Promise<World> {
	const tag = `btworld${randomBytes(4).toString('hex')}`;
	const images = { was: `${tag}:1`, other: `${tag}:other` };
	const scene = await trial.scene({
		yaml: yaml(images.was),
		files,
		config: {
			docker: { METHOD: method },
			local_backup: { BACKUP_TIMEOUT: 25, OPEN_TIMEOUT: 15, CHECK_EVERY_DAYS: 0 },
			cloud_sync: { MAX_DELETE: '100%', RETRIES: 1 },
		},
		prepare: async (host) => {
			await makeImages(host, images);
			if (need !== 'disks') return;
			await smallDisk(host.stateDir, 4);
			await smallDisk(host.repository, 32);
		},
		up: async (app) => {
			await docker(app.host, ['compose', 'up', '-d'], { cwd: app.directory });
			await writeFile(join(await mountpoint(app), 'precious'), randomBytes(3_000));
		},
	});
	const { host, app } = scene;
	const precious = await readFile(await preciousFile({ app }));
	const tools = await installCountingTools(scene);
	const volume = `${app.project}_data`;
	const world = { scene, host, app, tools, images, precious, volume, method, volumeMade: '' };
	world.volumeMade = await volumeMade(world);
	return world;
}

export async function disposeWorld(world: World): Promise<void> {
	await world.tools.release();
	await world.host.dispose();
	await docker(world.host, ['rmi', '-f', world.images.was, world.images.other], { anyCode: true });
}

/** Resolves when the run stands at the boundary; true, or false when it has ended before. */
async function standsAt(world: World, running: RunningCli, boundary: Boundary): Promise<boolean> {
	if (boundary.at === 'step') {
		await reached(running, boundary.number);
		if (running.child.exitCode !== null) return false;
		running.kill('SIGSTOP');
		return true;
	}
	while (running.child.exitCode === null && !world.tools.isHeld()) await delay(5);
	return running.child.exitCode === null;
}

/**
 * Runs a command; when it has come to the boundary it waits while somebody else changes something.
 *
 * @returns how it ended and what undoes the change
 */
export async function changedMeanwhile<T>(
	trial: Trial,
	world: World,
	args: readonly string[],
	boundary: Boundary,
	change: () => Promise<T>,
): Promise<{ readonly outcome: Outcome; readonly changed: T }> {
	if (boundary.at === 'step' && boundary.number === 0) {
		const changed = await change();
		return { changed, outcome: await trial.run(world.scene, [...args, '--json']) };
	}
	if (boundary.at === 'call') await world.tools.holdAt(boundary.number);
	const running = trial.start(world.scene, [...args, '--json']);
	await standsAt(world, running, boundary);
	try {
		const changed = await change();
		return { changed, outcome: await release(world, running) };
	} finally {
		await release(world, running);
	}
}

async function release(world: World, running: RunningCli): Promise<Outcome> {
	if (existsSync(world.host.directory)) await world.tools.release();
	running.kill('SIGCONT');
	return await running.done;
}
