import { join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { followPath } from '../../process/follow-path.ts';
import type { VolumeDetails } from '../../stacks/engine.ts';
import { mountPoints } from '../../stacks/path-facts.ts';
import { isInside } from '../../stacks/path-inside.ts';
import { isUp } from '../../stacks/state.ts';
import type { ContainerMount, StackContainer } from '../../stacks/types.ts';
import type { LiveStack } from './live-stack.ts';
import type { Placed } from './place.ts';
import type { PlannedPart } from './plan.ts';
import type { RestoreDocker } from './ports.ts';
import type { Removal } from './removals.ts';
import { belowVolume } from './site.ts';

/** Containers that are neither of the stack nor ours, and run. */
function strangersAmong(containers: readonly StackContainer[], live: LiveStack): readonly StackContainer[] {
	const own = new Set(live.inventory.containers.map((container) => container.id));
	return containers.filter((one) => isUp(one) && !own.has(one.id) && one.helperOf === undefined);
}

function refused(what: string, users: readonly StackContainer[]): BackupTuiError {
	const names = users.map((user) => user.name);
	return new BackupTuiError('restore-refused', `${what} is in use by ${names.join(', ')}`, {
		hint: `stop them first: docker stop ${names.join(' ')}`,
	});
}

/**
 * Whether the stack itself uses what is written; and nobody else may use its volumes, while it is.
 *
 * @throws restore-refused naming the containers of others that run on it
 */
export function usesOf(
	containers: readonly StackContainer[],
	placed: readonly Placed[],
	live: LiveStack,
	into: string | undefined,
): boolean {
	const own = new Set(live.inventory.containers.map((container) => container.id));
	let used = into === undefined;
	for (const { place } of placed) {
		if (place.kind !== 'volume') continue;
		const users = containers.filter((one) => one.mounts.some((mount) => mount.name === place.volume));
		if (users.some((user) => own.has(user.id))) used = true;
		const strangers = strangersAmong(users, live);
		if (strangers.length > 0) throw refused(`the volume ${place.volume}`, strangers);
	}
	return used;
}

/** What is written, and the folder it is a part of: the bind, the volume, the stack's directory. */
interface Written {
	readonly path: string;
	readonly root: string;
}

function realPathOf(path: string): string {
	try {
		return followPath(path).real;
	} catch {
		return path;
	}
}

/** A volume of the local driver that is a directory of this host (`driver_opts: {type: none, o: bind, device: DIR}`). */
function deviceOf(volume: VolumeDetails | undefined): string | undefined {
	const { device = '', o = '' } = volume?.options ?? {};
	return device.startsWith('/') && /(^|,)r?bind(,|$)/.test(o) ? realPathOf(device) : undefined;
}

async function writtenBy(
	docker: Pick<RestoreDocker, 'volume'>,
	{ placed, site }: PlannedPart,
): Promise<readonly Written[]> {
	const { place, piece } = placed;
	if (!site.exists || place.kind === 'anonymous') return [];
	const found: Written[] = [];
	if (site.path !== undefined) {
		const below =
			place.kind === 'path' ? place.to.slice((place.root ?? place.to).length) : belowVolume(piece);
		const root = below === '' ? site.path : site.path.slice(0, -join('/', below).length);
		found.push({ path: site.path, root });
	}
	if (place.kind === 'volume') {
		const device = deviceOf(await docker.volume(place.volume));
		if (device !== undefined) found.push({ path: join(device, belowVolume(piece)), root: device });
	}
	return found;
}

/** The folders of this host that a container has, with what it has them as. */
async function foldersOf(
	docker: Pick<RestoreDocker, 'volume'>,
	{ mounts }: StackContainer,
): Promise<readonly (readonly [path: string, mount: ContainerMount])[]> {
	const found: (readonly [string, ContainerMount])[] = [];
	const mounted = new Set(mountPoints());
	for (const mount of mounts) {
		if (mount.type === 'bind') found.push([realPathOf(mount.source), mount]);
		// Only a volume with a device is a mount of its own: the engine is not asked for each.
		if (mount.type !== 'volume' || !mounted.has(mount.source)) continue;
		const device = deviceOf(await docker.volume(mount.name));
		if (device !== undefined) found.push([device, mount]);
	}
	return found;
}

/**
 * Nobody else may run on a folder that is written: what it has open would be replaced, and what it writes meanwhile would be
 * in neither the old data nor the new. One that has a folder around all of it (`/`, the stacks directory), as programs that
 * manage or watch a host do, is named only.
 *
 * @returns notes of who else can write there
 * @throws restore-refused naming the containers of others that run on it
 */
export async function assertUnusedPaths(
	docker: Pick<RestoreDocker, 'volume' | 'local'>,
	question: {
		readonly running: readonly StackContainer[];
		readonly parts: readonly PlannedPart[];
		readonly removals: readonly Removal[];
		readonly live: LiveStack;
	},
): Promise<readonly string[]> {
	if (!docker.local) return [];
	const written: Written[] = question.removals.map(({ path }) => ({ path, root: path }));
	for (const part of question.parts) written.push(...(await writtenBy(docker, part)));
	const notes: string[] = [];
	const users = new Map<string, StackContainer[]>();
	for (const stranger of strangersAmong(question.running, question.live)) {
		for (const [folder, mount] of await foldersOf(docker, stranger)) {
			const inside = written.find(({ path }) => isInside(folder, path));
			const part = written.find(({ path, root }) => isInside(path, folder) && isInside(folder, root));
			const used = inside === undefined ? part : { path: folder };
			if (used !== undefined) {
				const found = users.get(used.path) ?? [];
				if (!found.includes(stranger)) users.set(used.path, [...found, stranger]);
			} else if (mount.readWrite && written.some(({ path }) => isInside(path, folder)))
				notes.push(`${stranger.name} runs and can write there too: it has ${folder}`);
		}
	}
	for (const [path, strangers] of users) throw refused(path, strangers);
	return [...new Set(notes)];
}
