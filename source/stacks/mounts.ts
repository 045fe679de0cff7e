import type { ComposeConfig, ComposeVolume } from './compose-config.ts';
import { composeLabels } from './container-labels.ts';
import type { ContainerDetails, VolumeDetails } from './engine.ts';
import { isAnonymousVolume } from './inventory.ts';
import { isInside } from './path-inside.ts';
import type { PulledInFile } from './pulled-in-files.ts';
import type { ContainerMount, Stack } from './types.ts';

export type MountKind =
	| 'directory'
	| 'compose-file'
	| 'env-file'
	| 'config'
	| 'secret'
	| 'volume'
	| 'anonymous-volume'
	| 'bind'
	| 'tmpfs'
	| 'image'
	/** What a container has written outside its mounts; `source` is the container's name. */
	| 'writable-layer'
	/** The compose files cannot be read and there are no containers: nobody knows what there is. */
	| 'unknown';

/** Something a stack owns or uses, as Docker and the compose files tell it. */
export interface Mount {
	readonly kind: MountKind;
	readonly services: readonly string[];
	/** Volume name; empty for everything else. */
	readonly name: string;
	/** Host path; empty when there is none. */
	readonly source: string;
	/** Path in the containers; empty for files only Compose reads. */
	readonly destination: string;
	readonly driver: string;
	/** `driver_opts` of a volume. */
	readonly driverOptions: Readonly<Record<string, string>>;
	readonly labels: Readonly<Record<string, string>>;
	/** A volume that the stack did not make. */
	readonly external: boolean;
	readonly readOnly: boolean;
	/** Made by a container: it exists, or did. Else it is only written in a compose file. */
	readonly made: boolean;
}

/** A project as its files say it, with what only the files tell. */
export interface ProjectConfig {
	readonly project: string;
	readonly configFiles: readonly string[];
	/** `--env-file` */
	readonly envFiles: readonly string[];
	/** `env_file` by service. */
	readonly serviceEnvFiles: Readonly<Record<string, readonly string[]>>;
	/** Volumes by their key, also those that no service mounts: Compose's resolved form leaves these out. */
	readonly declaredVolumes: Readonly<Record<string, ComposeVolume | null>>;
	/** What `include:` and `extends:` add. */
	readonly pulledIn: readonly PulledInFile[];
	readonly config: ComposeConfig;
}

const plain = {
	services: [],
	name: '',
	source: '',
	destination: '',
	driver: '',
	driverOptions: {},
	labels: {},
	external: false,
	readOnly: false,
	made: true,
} as const satisfies Omit<Mount, 'kind'>;

/** Files of configs and secrets, to tell them from other binds. */
function fileObjects(projects: readonly ProjectConfig[]): ReadonlyMap<string, 'config' | 'secret'> {
	const files = new Map<string, 'config' | 'secret'>();
	for (const { config } of projects) {
		for (const one of Object.values(config.configs ?? {})) if (one?.file) files.set(one.file, 'config');
		for (const one of Object.values(config.secrets ?? {})) if (one?.file) files.set(one.file, 'secret');
	}
	return files;
}

function fromContainer(container: ContainerDetails, mount: ContainerMount): Mount {
	const base = {
		...plain,
		services: [container.service],
		destination: mount.destination,
		readOnly: !mount.readWrite,
	};
	switch (mount.type) {
		case 'volume':
		case 'cluster':
			return {
				...base,
				kind: isAnonymousVolume(mount.name) ? 'anonymous-volume' : 'volume',
				name: mount.name,
				driver: mount.driver,
			};
		case 'tmpfs':
			return { ...base, kind: 'tmpfs' };
		case 'image':
			return { ...base, kind: 'image' };
		default:
			return { ...base, kind: 'bind', source: mount.source };
	}
}

function fromConfig(project: ProjectConfig, made: ReadonlySet<string>): readonly Mount[] {
	const { services = {}, volumes = {} } = project.config;
	return Object.entries(services).flatMap(([service, { volumes: mounts = [], tmpfs = [] }]): Mount[] => {
		if (made.has(`${project.project}\0${service}`)) return [];
		const base = { ...plain, services: [service], made: false };
		const listed = mounts.flatMap((mount): Mount[] => {
			const common = { ...base, destination: mount.target ?? '', readOnly: mount.read_only ?? false };
			if (mount.type === 'bind') return [{ ...common, kind: 'bind', source: mount.source ?? '' }];
			if (mount.type === 'tmpfs') return [{ ...common, kind: 'tmpfs' }];
			if (mount.type !== 'volume' || mount.source === undefined) return [];
			const declared = volumes[mount.source];
			const { name = mount.source, external = false, driver = 'local' } = declared ?? {};
			return [
				{ ...common, kind: 'volume', name, external, driver, driverOptions: declared?.driver_opts ?? {} },
			];
		});
		const memory = [tmpfs]
			.flat()
			.map((entry): Mount => ({ ...base, kind: 'tmpfs', destination: entry.split(':')[0] ?? '' }));
		return [...listed, ...memory];
	});
}

/** Declared volumes that nothing mounts: a service may have, or will. */
function unmounted(projects: readonly ProjectConfig[], mounts: readonly Mount[]): readonly Mount[] {
	const mounted = new Set(volumeNames(mounts));
	return projects.flatMap(({ project, declaredVolumes }) =>
		Object.entries(declaredVolumes).flatMap(([key, volume]): Mount[] => {
			const { external = false, driver = 'local', driver_opts: driverOptions = {} } = volume ?? {};
			const name = volume?.name ?? (external ? key : `${project}_${key}`);
			if (mounted.has(name)) return [];
			return [{ ...plain, kind: 'volume', name, external, driver, driverOptions, made: false }];
		}),
	);
}

/** Files Compose reads that may lie anywhere. */
function configFiles(project: ProjectConfig): readonly Mount[] {
	const { services = {}, configs = {}, secrets = {} } = project.config;
	const file = (kind: MountKind, source: string, service?: string): Mount => ({
		...plain,
		kind,
		source,
		readOnly: true,
		services: service === undefined ? [] : [service],
	});
	const objects = Object.entries(services).flatMap(([name, service]) => [
		...(service.configs ?? []).map(({ source = '' }) => ({
			kind: 'config' as const,
			name,
			path: configs[source]?.file,
		})),
		...(service.secrets ?? []).map(({ source = '' }) => ({
			kind: 'secret' as const,
			name,
			path: secrets[source]?.file,
		})),
	]);
	return [
		...project.configFiles.filter((path) => path.startsWith('/')).map((path) => file('compose-file', path)),
		...project.envFiles.map((path) => file('env-file', path)),
		...project.pulledIn.map(({ kind, path }) => file(kind, path)),
		...Object.entries(project.serviceEnvFiles).flatMap(([service, paths]) =>
			paths.map((path) => file('env-file', path, service)),
		),
		...objects.flatMap(({ kind, name, path }) => (path === undefined ? [] : [file(kind, path, name)])),
	];
}

/** One entry for the same thing at the same place in several services. */
function merged(mounts: readonly Mount[]): readonly Mount[] {
	const groups = Map.groupBy(mounts, (mount) =>
		[mount.kind, mount.name, mount.source, mount.destination].join('\0'),
	);
	return [...groups.values()].map((group) => ({
		...(group[0] as Mount),
		services: [...new Set(group.flatMap((mount) => mount.services))].sort(),
		readOnly: group.every((mount) => mount.readOnly),
		made: group.some((mount) => mount.made),
	}));
}

/** Volume names among mounts, to be looked up. */
export function volumeNames(mounts: readonly Mount[]): readonly string[] {
	return [...new Set(mounts.filter((mount) => mount.name !== '').map((mount) => mount.name))];
}

/** Fills in what the engine knows of the volumes. A volume that does not exist has no host path. */
export function withVolumes(
	mounts: readonly Mount[],
	volumes: ReadonlyMap<string, VolumeDetails | undefined>,
	projects: readonly string[],
): readonly Mount[] {
	return mounts.map((mount) => {
		const volume = mount.name === '' ? undefined : volumes.get(mount.name);
		if (volume === undefined) return mount;
		const owner = volume.labels[composeLabels.project];
		const foreign = mount.kind === 'volume' && (owner === undefined || !projects.includes(owner));
		return {
			...mount,
			source: volume.mountpoint,
			driver: volume.driver,
			driverOptions: volume.options,
			labels: volume.labels,
			external: mount.external || foreign,
			made: true,
		};
	});
}

/**
 * Everything a stack owns or uses: its directory first. What containers tell outranks the files; services that never had
 * a container are read from the files.
 */
export function collectMounts(
	stack: Stack,
	containers: readonly ContainerDetails[],
	projects: readonly ProjectConfig[],
): readonly Mount[] {
	const objects = fileObjects(projects);
	const made = new Set(containers.map((container) => `${container.project}\0${container.service}`));
	const files = projects.flatMap(configFiles);
	const labelled = containers.flatMap((container) =>
		[...container.configFiles, ...container.envFiles]
			.filter((path) => path.startsWith('/'))
			.map((path): Mount => {
				const kind = container.configFiles.includes(path) ? 'compose-file' : 'env-file';
				return { ...plain, kind, source: path, readOnly: true };
			}),
	);
	const outside = (mount: Mount) =>
		!isInside(mount.source, stack.directory) && !isInside(mount.source, stack.realDirectory);
	const mounts = containers.flatMap((container) => [
		...container.mounts.map((mount) => fromContainer(container, mount)),
		...container.tmpfs.map(
			(destination): Mount => ({ ...plain, kind: 'tmpfs', destination, services: [container.service] }),
		),
	]);
	const used = [
		...mounts.filter((mount) => !objects.has(mount.source)),
		...projects.flatMap((project) => fromConfig(project, made)),
	];
	return merged([
		{ ...plain, kind: 'directory', source: stack.realDirectory },
		...[...files, ...labelled].filter(outside),
		...used,
		...unmounted(projects, used),
	]);
}
