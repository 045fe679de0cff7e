import { readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ComposeConfig } from './compose-config.ts';
import { composeLabels } from './container-labels.ts';
import type { DockerAccess } from './docker-access.ts';
import type { CallOptions, NetworkDetails, VolumeDetails } from './engine.ts';
import { type Inventory, type InventoryProject, upContainers } from './inventory.ts';
import type { ResolvedProject } from './resolve-project.ts';

/** A volume as it was: one of the same name that was made later is another one, and empty. */
export interface RecordedVolume {
	readonly name: string;
	readonly driver: string;
	/**
	 * Number and birth of the volume's own directory; empty where it cannot be looked at (another machine, another user). Not
	 * the engine's CreatedAt: before Docker 23 that changes whenever a file is made in the volume.
	 */
	readonly identity: string;
}

/** A host path that is mounted. */
export interface RecordedBind {
	readonly path: string;
	/** A directory with something in it. */
	readonly filled: boolean;
	/** An empty directory with another number is the place of a disk that is not mounted. */
	readonly inode: number;
}

/** A network its containers are connected to. */
export interface RecordedNetwork extends NetworkDetails {
	/** `down` leaves it alone. */
	readonly external: boolean;
}

export interface RecordedImage {
	/** What the compose file calls it. */
	readonly reference: string;
	readonly id: string;
	/** `name@sha256:...`, by which it can be pulled again. */
	readonly digests: readonly string[];
}

/** One project as it was resolved before it was taken down: what `up` is given instead of the files. */
export interface RecordedProject
	extends Pick<InventoryProject, 'project' | 'workingDir' | 'configFiles' | 'envFiles'> {
	readonly config: ComposeConfig;
	/** By service. */
	readonly images: Readonly<Record<string, RecordedImage>>;
	/** Anonymous volumes by container name: a container that has to be made again gets them back. */
	readonly anonymous: Readonly<
		Record<string, readonly { readonly volume: string; readonly destination: string }[]>
	>;
}

/**
 * What a stack is brought back from and compared with, taken before it goes down. Plain JSON with everything that is in
 * the compose configuration, secrets included: it lies beside the journal, for its owner only, as long as the stack is
 * owed an `up`.
 */
export interface Recorded {
	readonly version: 1;
	/** Without those whose files cannot be read, and empty where changed files are to be deployed. */
	readonly projects: readonly RecordedProject[];
	readonly volumes: readonly RecordedVolume[];
	readonly binds: readonly RecordedBind[];
	readonly networks: readonly RecordedNetwork[];
}

/** Networks of the engine's own: they are always there. */
const builtIn: readonly string[] = ['bridge', 'host', 'none'];

/** @returns whether two records mean the same project, started from the same files */
export function isSameProject(
	a: Pick<InventoryProject, 'project' | 'workingDir' | 'configFiles' | 'envFiles'>,
	b: Pick<InventoryProject, 'project' | 'workingDir' | 'configFiles' | 'envFiles'>,
): boolean {
	const key = (one: typeof a) => JSON.stringify([one.project, one.workingDir, one.configFiles, one.envFiles]);
	return key(a) === key(b);
}

/** @param local whether the engine's directories are those of this machine */
export function recordedVolume(volume: VolumeDetails, local: boolean): RecordedVolume {
	const { name, driver, mountpoint } = volume;
	return { name, driver, identity: local && mountpoint !== '' ? identityOf(dirname(mountpoint)) : '' };
}

/** The directory around the mountpoint: it is the same whether something is mounted there or not. */
function identityOf(directory: string): string {
	try {
		const { ino, birthtimeMs } = statSync(directory);
		return `${ino}:${birthtimeMs}`;
	} catch {
		return '';
	}
}

/** @returns undefined for a path that is not there */
export function lookAtBind(path: string): RecordedBind | undefined {
	const stats = statSync(path, { throwIfNoEntry: false });
	if (stats === undefined) return undefined;
	const inode = stats.ino;
	if (!stats.isDirectory()) return { path, filled: false, inode };
	try {
		return { path, filled: readdirSync(path).length > 0, inode };
	} catch {
		return { path, filled: false, inode };
	}
}

async function recordProject(
	access: DockerAccess,
	inventory: Inventory,
	resolved: ResolvedProject,
	call: CallOptions,
): Promise<RecordedProject> {
	const own = upContainers(inventory).filter((one) => one.project === resolved.project && !one.oneOff);
	const ids = [...new Set(own.map((container) => container.imageId))];
	const inherited = own.filter((container) => container.anonymousVolumes.length > 0);
	const [images, details] = await Promise.all([
		Promise.all(ids.map(async (id) => [id, await access.engine.inspectImage(id, call)] as const)),
		access.engine.inspectContainers(
			inherited.map((container) => container.id),
			call,
		),
	]);
	const digests = new Map(images.map(([id, image]) => [id, image?.digests ?? []]));
	const { project, workingDir, configFiles, envFiles, config } = resolved;
	const anonymousNames = new Set(inherited.flatMap((container) => container.anonymousVolumes));
	return {
		...{ project, workingDir, configFiles, envFiles, config },
		images: Object.fromEntries(
			own.map(({ service, image, imageId }) => [
				service,
				{
					reference: config.services?.[service]?.image ?? image,
					id: imageId,
					digests: digests.get(imageId) ?? [],
				},
			]),
		),
		anonymous: Object.fromEntries(
			details.map((container) => [
				container.name,
				container.mounts
					.filter((mount) => anonymousNames.has(mount.name))
					.map((mount) => ({ volume: mount.name, destination: mount.destination })),
			]),
		),
	};
}

/**
 * Records what a stack is brought back from.
 *
 * @param resolved its projects as their files say it now; none where changes are to be deployed
 */
export async function takeRecord(
	access: DockerAccess,
	inventory: Inventory,
	resolved: readonly ResolvedProject[],
	call: CallOptions = {},
): Promise<Recorded> {
	const up = upContainers(inventory);
	const names = [...new Set(up.flatMap((one) => [...one.volumes, ...one.anonymousVolumes]))].sort();
	const paths = access.engine.local ? [...new Set(up.flatMap((one) => one.binds))].sort() : [];
	const projectNames = new Set(inventory.projects.map((project) => project.project));
	const networkNames = [...new Set(up.flatMap((one) => one.networks))].filter(
		(name) => !builtIn.includes(name),
	);
	const [volumes, networks, projects] = await Promise.all([
		Promise.all(names.map((name) => access.engine.inspectVolume(name, call))),
		Promise.all(networkNames.map((name) => access.engine.inspectNetwork(name, call))),
		Promise.all(resolved.map((one) => recordProject(access, inventory, one, call))),
	]);
	return {
		version: 1,
		projects,
		volumes: volumes
			.filter((volume) => volume !== undefined)
			.map((volume) => recordedVolume(volume, access.engine.local)),
		binds: paths.map(lookAtBind).filter((bind) => bind !== undefined),
		networks: networks
			.filter((network) => network !== undefined)
			.map((network) => ({
				...network,
				external: !projectNames.has(network.labels[composeLabels.project] ?? ''),
			})),
	};
}
