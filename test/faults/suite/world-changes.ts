import {
	appendFile,
	mkdir,
	readdir,
	readFile,
	rename,
	rm,
	symlink,
	unlink,
	utimes,
	writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
	compose,
	docker,
	dockerLines,
	fillDisk,
	restic,
	run,
	runCli,
	snapshots,
} from '../../real/rig/index.ts';
import type { World, WorldNeed } from './world.ts';

/**
 * What may have become of the containers of the stack right after the run, since the change itself made it so.
 *
 * - `same`: as they were, or the run ended with 7 where the change may keep it down
 * - `off`: somebody has stopped or removed some of them, or all
 * - `deployed`: somebody has brought up what the files say now
 */
export type Live = 'same' | 'off' | 'deployed';

/** A change that somebody else makes while a run goes on. */
export interface Change {
	readonly name: string;
	readonly needs?: WorldNeed;
	/** Makes the change. @returns what takes it back */
	readonly make: (world: World) => Promise<() => Promise<void>>;
	readonly live: Live;
	/** The stack may be left down (7), told by name: it cannot run as it did while the change lasts. */
	readonly mayStayDown?: boolean;
	/** The data in the volume is lost by the change itself: it must not be started without it, and a restore brings it back. */
	readonly losesVolume?: boolean;
	/** Taken back only in part: the scene is not used again. */
	readonly spoilsWorld?: boolean;
	/** What the program remembers of the stack is lost by the change itself: nobody else can know what is owed. */
	readonly losesJournal?: boolean;
}

const nothing = async () => {};

const at = ({ app }: World, name: string) => join(app.directory, name);

/** Changes a file's text. Taken back byte for byte, unless something else has been written meanwhile. */
async function edit(path: string, change: (text: string) => string): Promise<() => Promise<void>> {
	const was = await readFile(path, 'utf8').catch(() => undefined);
	if (was === undefined) return nothing;
	await writeFile(path, change(was));
	return async () => {
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, was);
	};
}

/** Moves something away. What lies in its place when it comes back was not there to be written to. */
async function moveAway(path: string): Promise<() => Promise<void>> {
	const away = `${path}-away`;
	await rename(path, away);
	return async () => {
		await rm(path, { recursive: true, force: true });
		await rename(away, path);
	};
}

/** Empties a directory, which may be a mount point, as `rm -rf DIR` does. */
async function removeDirectory(path: string): Promise<() => Promise<void>> {
	for (const name of await readdir(path).catch(() => []))
		await rm(join(path, name), { recursive: true, force: true, maxRetries: 3 });
	await rm(path, { recursive: true, force: true }).catch(nothing);
	return nothing;
}

const byHand = async (world: World, ...args: readonly string[]) =>
	void (await compose(world.app, args, { anyCode: true }));

/** Containers that use the volume: those of the stack and what the program itself has put there. */
async function removeWithUsers({ host, volume }: World): Promise<void> {
	for (let tries = 0; tries < 5; tries += 1) {
		const users = await dockerLines(host, ['ps', '-aq', '--filter', `volume=${volume}`]);
		if (users.length > 0) await docker(host, ['rm', '-f', ...users], { anyCode: true });
		if ((await docker(host, ['volume', 'rm', volume], { anyCode: true })).code === 0) return;
	}
}

const neighbour = ({ host }: World) => `${host.name}-neighbour`;
const waiting = ['busybox:local', 'sh', '-c', "trap 'exit 0' TERM; sleep 1000000 & wait"];

/** Another container of somebody else. Not made where what it joins is not there. */
const joins = (options: (world: World) => readonly string[]) => async (world: World) => {
	const name = neighbour(world);
	const made = await docker(world.host, ['run', '-d', '--name', name, ...options(world), ...waiting], {
		anyCode: true,
	});
	return async () => {
		const state = await docker(world.host, ['inspect', '-f', '{{.State.Status}}', name], { anyCode: true });
		await docker(world.host, ['rm', '-f', name], { anyCode: true });
		if (made.code === 0 && state.stdout.trim() !== 'running')
			throw new Error(`the container of somebody else does not run any more: ${state.stdout}${state.stderr}`);
	};
};

async function fill(directory: string): Promise<() => Promise<void>> {
	const file = await fillDisk(directory);
	return () => rm(file, { force: true });
}

/** Files dated a year ahead, as a clock that was wrong leaves them. */
async function dateAhead(directories: readonly string[]): Promise<void> {
	const ahead = new Date(Date.now() + 365 * 24 * 3600 * 1000);
	for (const directory of directories)
		for (const name of await readdir(directory, { recursive: true }).catch(() => []))
			await utimes(join(directory, name), ahead, ahead).catch(nothing);
}

export const changes: readonly Change[] = [
	{
		name: 'compose file edited',
		live: 'same',
		make: (world) =>
			edit(at(world, 'compose.yaml'), (text) => text.replace('  db:\n', '  db:\n    hostname: edited\n')),
	},
	{
		name: 'compose file broken',
		live: 'same',
		make: (world) => edit(at(world, 'compose.yaml'), () => 'services: [broken\n'),
	},
	{
		name: 'compose file removed',
		live: 'same',
		make: async (world) => {
			const undo = await edit(at(world, 'compose.yaml'), (text) => text);
			await rm(at(world, 'compose.yaml'), { force: true });
			return undo;
		},
	},
	{ name: '.env edited', live: 'same', make: (world) => edit(at(world, '.env'), () => 'X=changed\n') },
	{
		name: 'env file of a service removed',
		live: 'same',
		make: async (world) => {
			const undo = await edit(at(world, 'web.env'), (text) => text);
			await rm(at(world, 'web.env'), { force: true });
			return undo;
		},
	},
	{
		name: 'image tag moved to another image',
		live: 'same',
		make: async ({ host, images }) => {
			await docker(host, ['tag', images.other, images.was]);
			return async () => void (await docker(host, ['tag', 'busybox:local', images.was]));
		},
	},
	{
		name: 'image tag removed',
		live: 'same',
		make: async ({ host, images }) => {
			await docker(host, ['rmi', '-f', images.was], { anyCode: true });
			return async () => void (await docker(host, ['tag', 'busybox:local', images.was]));
		},
	},
	{
		name: 'volume pruned',
		live: 'same',
		// Refused by Docker while a container holds it; that it is held is the point.
		make: async ({ host, volume }) => {
			await docker(host, ['volume', 'rm', volume], { anyCode: true });
			return nothing;
		},
	},
	{
		name: 'volume removed with all that use it',
		live: 'off',
		mayStayDown: true,
		losesVolume: true,
		make: async (world) => {
			await removeWithUsers(world);
			return nothing;
		},
	},
	{
		name: 'volume made anew, empty',
		live: 'off',
		mayStayDown: true,
		losesVolume: true,
		make: async (world) => {
			await removeWithUsers(world);
			await docker(world.host, ['volume', 'create', world.volume], { anyCode: true });
			return nothing;
		},
	},
	{
		name: 'network pruned',
		live: 'same',
		make: async ({ host, app }) => {
			await docker(host, ['network', 'rm', `${app.project}_default`], { anyCode: true });
			return nothing;
		},
	},
	{
		name: 'network made anew by somebody else',
		live: 'same',
		spoilsWorld: true,
		mayStayDown: true,
		make: async ({ host, app }) => {
			const network = `${app.project}_default`;
			if ((await docker(host, ['network', 'rm', network], { anyCode: true })).code !== 0) return nothing;
			await docker(host, ['network', 'create', network], { anyCode: true });
			return async () => void (await docker(host, ['network', 'rm', network], { anyCode: true }));
		},
	},
	{
		name: "stack's directory renamed",
		live: 'same',
		make: ({ app }) => moveAway(app.directory),
	},
	{
		name: "stack's directory replaced by a link to where it is now",
		live: 'same',
		make: async ({ app: { directory } }) => {
			await rename(directory, `${directory}-moved`);
			await symlink(`${directory}-moved`, directory);
			return async () => {
				await unlink(directory);
				await rename(`${directory}-moved`, directory);
			};
		},
	},
	{
		name: "a file of the stack's directory removed",
		live: 'same',
		make: async (world) => {
			const undo = await edit(at(world, 'conf/settings'), (text) => text);
			await rm(at(world, 'conf'), { recursive: true, force: true });
			return undo;
		},
	},
	{
		name: 'up by hand',
		live: 'same',
		make: async (world) => {
			await byHand(world, 'up', '-d');
			return nothing;
		},
	},
	{
		name: 'edited and brought up by hand',
		live: 'deployed',
		make: async (world) => {
			const undo = await edit(at(world, '.env'), () => 'X=changed\n');
			await byHand(world, 'up', '-d');
			return undo;
		},
	},
	{
		name: 'down by hand',
		live: 'off',
		make: async (world) => {
			await byHand(world, 'down');
			return nothing;
		},
	},
	{
		name: 'stop by hand',
		live: 'off',
		make: async (world) => {
			await byHand(world, 'stop', '--timeout', '1');
			return nothing;
		},
	},
	{
		name: 'restart by hand',
		live: 'same',
		make: async (world) => {
			await byHand(world, 'restart', '--timeout', '1');
			return nothing;
		},
	},
	{
		name: 'one container killed by hand',
		live: 'off',
		make: async ({ host, app }) => {
			await docker(host, ['kill', `${app.project}-web-1`], { anyCode: true });
			return nothing;
		},
	},
	{
		name: 'one container removed by hand',
		live: 'off',
		make: async ({ host, app }) => {
			await docker(host, ['rm', '-f', `${app.project}-web-1`], { anyCode: true });
			return nothing;
		},
	},
	{
		name: 'containers paused by hand',
		live: 'off',
		make: async (world) => {
			await byHand(world, 'pause');
			return () => byHand(world, 'unpause');
		},
	},
	{
		name: 'another container joins the network of one',
		live: 'same',
		make: joins(({ app }) => ['--network', `container:${app.project}-web-1`]),
	},
	{
		name: 'another container mounts the volume',
		live: 'same',
		make: joins(({ volume }) => ['-v', `${volume}:/x`]),
	},
	{
		name: 'state directory removed',
		live: 'same',
		losesJournal: true,
		make: ({ host }) => removeDirectory(host.stateDir),
	},
	{ name: 'run directory removed', live: 'same', make: ({ host }) => removeDirectory(host.runDir) },
	{ name: 'log directory removed', live: 'same', make: ({ host }) => removeDirectory(host.logDir) },
	{ name: 'cache directory removed', live: 'same', make: ({ host }) => removeDirectory(host.cacheDir) },
	{
		name: 'disk of the state directory full',
		needs: 'disks',
		live: 'same',
		make: ({ host }) => fill(host.stateDir),
	},
	{
		name: 'disk of the repository full',
		needs: 'disks',
		live: 'same',
		make: ({ host }) => fill(host.repository),
	},
	{
		name: 'snapshots dated a year ahead',
		live: 'same',
		make: async ({ host }) => {
			const known = new Set((await snapshots(host)).map(({ id }) => id));
			const newest = [...known].at(-1) ?? '';
			const day = new Date(Date.now() + 365 * 24 * 3600 * 1000).toISOString().slice(0, 10);
			await restic(host, ['rewrite', '-q', '--new-time', `${day} 03:00:00`, newest], { anyCode: true });
			return async () => {
				const ahead = (await snapshots(host)).filter(
					({ time }) => Date.parse(time) > Date.now() + 24 * 3600 * 1000,
				);
				if (ahead.length > 0) await restic(host, ['forget', '-q', ...ahead.map(({ id }) => id)]);
			};
		},
	},
	{
		name: 'files of the program dated a year ahead',
		live: 'same',
		make: async ({ host }) => {
			await dateAhead([host.stateDir, host.runDir, host.cacheDir, host.repository]);
			return nothing;
		},
	},
	{
		name: 'repository read-only',
		live: 'same',
		make: async ({ host: { repository } }) => {
			await run('mount', ['--bind', repository, repository]);
			await run('mount', ['-o', 'remount,bind,ro', repository]);
			return async () => void (await run('umount', ['-l', repository]));
		},
	},
	{ name: 'repository moved away', live: 'same', make: ({ host }) => moveAway(host.repository) },
	{
		name: 'locks of the repository removed by hand',
		live: 'same',
		make: async ({ host }) => {
			await restic(host, ['unlock', '--remove-all'], { anyCode: true });
			return nothing;
		},
	},
	{ name: 'password file gone', live: 'same', make: ({ host }) => moveAway(host.passwordFile) },
	{ name: 'remote gone', live: 'same', make: ({ host }) => moveAway(host.remoteDir) },
	{
		name: 'dirlist edited',
		live: 'same',
		make: async ({ host }) => {
			await appendFile(host.dirlist, '# a note of somebody\n');
			return nothing;
		},
	},
	{
		name: 'stack switched off in the dirlist',
		live: 'same',
		make: ({ host, app }) =>
			edit(host.dirlist, (text) => text.replace(`${app.name}=true`, `${app.name}=false`)),
	},
	{
		name: 'configuration edited',
		live: 'same',
		make: ({ host }) => edit(host.configFile, (text) => text.replace(/METHOD = \w+/, 'METHOD = stop')),
	},
	{
		name: 'configuration broken',
		live: 'same',
		make: ({ host }) => edit(host.configFile, (text) => `${text}\n[docker\nMETHOD = sideways\n`),
	},
	{
		name: 'another backup is started',
		live: 'same',
		make: async ({ host }) => {
			const other = await runCli(host, ['backup', '--json'], { timeoutMs: 60_000 });
			if (![0, 2, 6, 7, 8, 75].includes(other.code ?? -1))
				throw new Error(`the other backup ended with ${other.code}: ${other.stdout}${other.stderr}`);
			return nothing;
		},
	},
	{
		name: 'recover by hand',
		live: 'same',
		make: async ({ host }) => {
			const other = await runCli(host, ['recover', '--json'], { timeoutMs: 60_000 });
			// The run stands still while it keeps the stack down: that is a problem (7).
			if (![0, 7, 75].includes(other.code ?? -1))
				throw new Error(`the other recover ended with ${other.code}: ${other.stdout}${other.stderr}`);
			return nothing;
		},
	},
];
