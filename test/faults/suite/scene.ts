import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
	compose,
	composeYaml,
	docker,
	type Host,
	initRepository,
	inventory,
	processesOf,
	restic,
	type Sections,
	sleeper,
	snapshots,
	stack,
	type TestStack,
	testHost,
	writeConfig,
	writeDirlist,
} from '../../real/rig/index.ts';
import { fingerprint } from '../../real/sync-rig/trees.ts';

/** A machine with a stack that runs, older snapshots and an off-site copy: what a fault may not cost anything of. */
export interface Scene {
	readonly host: Host;
	readonly app: TestStack;
	readonly config: Sections;
	/** Containers and volumes as they shall be again. */
	before: Awaited<ReturnType<typeof inventory>>;
	/** Snapshot id -> what it restores to. */
	readonly earlier: Map<string, Readonly<Record<string, string>>>;
	/** Text of config and dirlist. */
	files: Readonly<Record<'config' | 'dirlist', string>>;
	/** The repository's copy on the remote. */
	readonly copy: string;
}

export interface SceneOptions {
	readonly config?: Sections;
	readonly env?: Readonly<Record<string, string>>;
	/** The compose file of the one stack, default: two services, a named volume. */
	readonly yaml?: string;
	readonly files?: Readonly<Record<string, string | Buffer>>;
	/** Instead of `compose up -d`. */
	readonly up?: (app: TestStack) => Promise<void>;
	/** MiB of random data added after the older snapshots were made: they keep the next copy busy. */
	readonly bulk?: number;
	/** Called before the repository is made, e.g. to mount a small disk there. */
	readonly prepare?: (host: Host) => Promise<void>;
	/** Have no older snapshot and no remote. */
	readonly bare?: boolean;
}

const baseConfig: Sections = {
	docker: { TIMEOUT: 5, SETTLE_SECONDS: 1, UP_TIMEOUT: 20, UNKNOWN_SECONDS: 3 },
	local_backup: { BALLAST_MB: 1, MIN_DISK_SPACE_MB: 0, RETRY_LOCK: 2 },
};

/** Sections laid over each other, key by key. */
export function mergeSections(...all: readonly Sections[]): Sections {
	const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
	return Object.fromEntries(names.map((name) => [name, Object.assign({}, ...all.map((one) => one[name]))]));
}

export const defaultYaml = composeYaml(
	[sleeper('web', ['volumes: ["data:/data"]']), sleeper('db')],
	['data'],
);

/** Host path of a stack's named volume. */
export async function mountpoint(app: TestStack, volume = 'data'): Promise<string> {
	const args = ['volume', 'inspect', '-f', '{{.Mountpoint}}', `${app.project}_${volume}`];
	return (await docker(app.host, args)).stdout.trim();
}

/**
 * @param backUp makes one backup of everything, by whoever is tested
 */
export async function makeScene(
	options: SceneOptions,
	backUp: (host: Host) => Promise<unknown>,
): Promise<Scene> {
	const host = await testHost(options.env === undefined ? {} : { env: options.env });
	const remote = { cloud_sync: { RCLONE_REMOTE: host.remoteDir, RCLONE_PATH: 'backup/restic' } };
	const config = mergeSections(baseConfig, remote, options.config ?? {});
	await writeConfig(host, config);
	await options.prepare?.(host);
	await initRepository(host);
	const files = { '.env': 'A=1\n', 'conf/settings': 'important\n', ...options.files };
	const app = await stack(host, 'app', options.yaml ?? defaultYaml, { files });
	await (options.up ?? ((one) => compose(one, ['up', '-d'])))(app);
	await writeDirlist(host, { [app.name]: true });
	const scene: Scene = {
		host,
		app,
		config,
		before: await inventory(host),
		earlier: new Map(),
		files: { config: '', dirlist: '' },
		copy: join(host.remoteDir, 'backup/restic'),
	};
	if (options.yaml === undefined)
		await writeFile(join(await mountpoint(app), 'precious'), randomBytes(3_000));
	if (options.bare !== true) await layHistory(scene, backUp);
	if (options.bulk !== undefined)
		await writeFile(join(app.directory, 'bulk.bin'), randomBytes(options.bulk * 1024 * 1024));
	await rememberFiles(scene);
	return scene;
}

/** From now on config and dirlist shall stay as they are. */
export async function rememberFiles(scene: Scene): Promise<void> {
	const text = (path: string) => readFile(path, 'utf8').catch(() => '(none)');
	scene.files = { config: await text(scene.host.configFile), dirlist: await text(scene.host.dirlist) };
}

/** From now on containers and volumes shall stay as they are. */
export async function rememberContainers(scene: Scene): Promise<void> {
	scene.before = await inventory(scene.host);
}

/** What a killed program had started may go on for a while: a `restic forget` deletes what others look for. */
export async function untilResticEnds(host: Host): Promise<void> {
	const end = Date.now() + 30_000;
	const works = async () =>
		(await processesOf(host)).some(({ commandLine }) => /^\S*restic /.test(commandLine));
	while (Date.now() < end && (await works())) await delay(100);
}

/** What a snapshot restores to, read with plain restic; also past a lock that a killed restic left. */
export async function restoredFiles(host: Host, id: string): Promise<Readonly<Record<string, string>>> {
	await untilResticEnds(host);
	const directory = join(host.directory, `restored-${randomBytes(4).toString('hex')}`);
	await restic(host, ['restore', '--no-lock', id, '--target', directory]);
	const found = fingerprint(directory);
	await rm(directory, { recursive: true, force: true });
	return found;
}

async function layHistory(scene: Scene, backUp: (host: Host) => Promise<unknown>): Promise<void> {
	const { host } = scene;
	await backUp(host);
	// Dated back, so that retention has no reason to forget it for the sake of today's.
	for (const { id } of await snapshots(host)) {
		const day = new Date(Date.now() - 2 * 24 * 3600 * 1000).toISOString().slice(0, 10);
		await restic(host, ['rewrite', '-q', '--forget', '--new-time', `${day} 03:00:00`, id]);
	}
	for (const { id } of await snapshots(host)) scene.earlier.set(id, await restoredFiles(host, id));
	if (scene.earlier.size === 0) throw new Error('the scene has no older snapshot');
	await copyToRemote(scene);
}

/** Puts the repository as it is now on the remote. */
export async function copyToRemote(scene: Scene): Promise<void> {
	await rm(scene.copy, { recursive: true, force: true });
	await mkdir(scene.copy, { recursive: true });
	for (const name of ['config', 'data', 'index', 'keys', 'snapshots'])
		await cp(join(scene.host.repository, name), join(scene.copy, name), {
			recursive: true,
			preserveTimestamps: true,
		});
}
