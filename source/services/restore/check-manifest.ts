import type { Manifest } from '../backup/manifest.ts';
import {
	anything,
	count,
	fieldsOf,
	flag,
	isFields,
	listOf,
	mapOf,
	orEmpty,
	orNull,
	plainName,
	plainPath,
	plainText,
	type Shape,
	text,
	wrongDocument,
} from './shape.ts';

/** What a restore would use as a volume's name is one that Docker gives. */
const volumeName: Shape = (value, at) =>
	typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/.test(value)
		? undefined
		: `${at} is not the name of a volume`;

/** What was not there before a restore: a path, or `volume NAME`. */
const absent: Shape = (value, at) =>
	typeof value === 'string' && value.startsWith('volume ')
		? volumeName(value.slice('volume '.length), at)
		: plainPath(value, at);

/** An image as `docker pull` takes it, and never a flag. */
const reference: Shape = (value, at) =>
	plainText(value, at) ?? (/^[A-Za-z0-9]\S*$/.test(value as string) ? undefined : `${at} is not an image`);

/** A Compose file; `-` was given on standard input and is not looked for. */
const composeFile: Shape = (value, at) => (value === '-' ? undefined : plainPath(value, at));

const mount = fieldsOf(
	{
		kind: plainText,
		services: listOf(plainText),
		name: orEmpty(volumeName),
		source: text,
		destination: text,
		driver: plainText,
		driverOptions: mapOf(text, 100),
		labels: mapOf(text, 1000),
		external: flag,
	},
	{ path: plainPath, stream: plainText, notCaptured: text },
);

const stack = fieldsOf({
	key: text,
	name: plainText,
	origin: plainText,
	directory: plainPath,
	realDirectory: plainPath,
	composeFiles: listOf(composeFile, 1000),
	project: plainText,
});

const project = fieldsOf({
	project: plainName,
	workingDir: orEmpty(plainPath),
	configFiles: listOf(composeFile, 1000),
	envFiles: listOf(plainPath, 1000),
	replicas: mapOf(count),
});

const container = fieldsOf(
	{
		id: plainText,
		name: plainText,
		project: plainName,
		service: plainName,
		number: count,
		status: plainText,
		oneOff: flag,
		image: orEmpty(reference),
		imageId: orEmpty(reference),
		dependsOn: listOf(fieldsOf({ service: plainText })),
		sharesWith: listOf(plainText),
		networks: listOf(plainText),
		volumes: listOf(plainText),
		anonymousVolumes: listOf(plainText),
		binds: listOf(text),
	},
	{ configHash: plainText, restartPolicy: plainText, health: plainText, autoRemove: flag },
);

const inventory = fieldsOf({
	stack: text,
	directory: text,
	projects: listOf(project),
	containers: listOf(container),
});

const image = fieldsOf({ reference: orEmpty(reference), id: orEmpty(reference), digests: listOf(reference) });

/** A network, volume, config or secret of a Compose file. */
const object = orNull(
	fieldsOf({}, { name: plainText, external: flag, driver: orNull(plainText), file: text, environment: text }),
);

const service = fieldsOf(
	{},
	{
		image: orNull(orEmpty(reference)),
		ports: orNull(listOf(fieldsOf({}))),
		expose: orNull(listOf(anything)),
		volumes: orNull(listOf(fieldsOf({}, { type: plainText, source: text, target: text }))),
		volumes_from: orNull(listOf(text)),
		network_mode: orNull(text),
		pid: orNull(text),
		ipc: orNull(text),
		container_name: orNull(text),
		secrets: orNull(listOf(fieldsOf({}, { source: text }))),
		configs: orNull(listOf(fieldsOf({}, { source: text }))),
	},
);

/** By names as Compose allows them: the engine's names are made of them. */
function namedMapOf(shape: Shape): Shape {
	return (value, at) => {
		const odd = Object.keys(isFields(value) ? value : {}).find((name) => !/^[A-Za-z0-9._-]+$/.test(name));
		return odd === undefined ? mapOf(shape)(value, at) : `${at} has a name that Compose does not take`;
	};
}

const composeConfig = orNull(
	fieldsOf(
		{},
		{
			services: orNull(namedMapOf(service)),
			networks: orNull(namedMapOf(object)),
			volumes: orNull(namedMapOf(object)),
			configs: orNull(namedMapOf(object)),
			secrets: orNull(namedMapOf(object)),
		},
	),
);

const manifest = fieldsOf(
	{ createdAt: plainText, stack, paths: listOf(plainPath), mounts: listOf(mount) },
	{
		state: plainText,
		method: plainText,
		host: plainText,
		composeConfigs: listOf(fieldsOf({ project: plainText, config: composeConfig }), 1000),
		images: listOf(image),
		savedImages: listOf(plainText),
		excludes: listOf(plainText),
		leftOut: fieldsOf({ caches: flag, ifPresent: text, otherFileSystems: flag }),
		absent: listOf(absent),
	},
);

/** A part that is there twice: the second would be written over the first. */
function twice({ paths, mounts }: Pick<Manifest, 'paths' | 'mounts'>): string | undefined {
	const again = <Value>(values: readonly Value[]) =>
		values.find((one, index) => values.indexOf(one) !== index);
	const path = again(paths);
	if (path !== undefined) return `it has ${path} twice`;
	const volumes = paths
		.map((one) => mounts.find((mount) => mount.path === one)?.name ?? '')
		.filter((name) => name !== '');
	const volume = again(volumes);
	return volume === undefined ? undefined : `it has the volume ${volume} twice`;
}

/**
 * Everything of a manifest that a restore acts on: a snapshot may come from somebody else.
 *
 * @returns what is wrong with it, or undefined
 */
export function wrongManifest(value: unknown): string | undefined {
	const wrong = wrongDocument(value) ?? manifest(value, 'manifest');
	if (wrong !== undefined) return wrong;
	const checked = value as Manifest;
	// An inventory of another version is left alone: nothing of it is used.
	const recorded = isFields(checked.inventory) && checked.inventory.version === 1;
	return twice(checked) ?? (recorded ? inventory(checked.inventory, 'manifest.inventory') : undefined);
}
