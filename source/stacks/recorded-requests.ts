import { composeLabels } from './container-labels.ts';
import type { Recorded, RecordedImage, RecordedProject } from './recorded.ts';

/** Set by Compose 2.x: the id of the image by which it tells that a tag has moved. */
const imageLabel = 'com.docker.compose.image';

/** What Compose asks the engine for, as far as a record has a say in it. */
export type EngineRequest =
	| { readonly kind: 'inspect-image'; readonly reference: string }
	| { readonly kind: 'create-container'; readonly name: string }
	| { readonly kind: 'create-volume' }
	| { readonly kind: 'other' };

/** @param url path and query as they come, with or without the version of the API */
export function readRequest(method: string, url: string): EngineRequest {
	const { pathname, searchParams } = new URL(url, 'http://docker');
	const path = pathname.replace(/^\/v\d[\d.]*(?=\/)/, '');
	const image = /^\/images\/(.+)\/json$/.exec(path)?.[1];
	if (method === 'GET' && image !== undefined)
		return { kind: 'inspect-image', reference: decodeURIComponent(image) };
	if (method === 'POST' && path === '/containers/create')
		return { kind: 'create-container', name: searchParams.get('name') ?? '' };
	if (method === 'POST' && path === '/volumes/create') return { kind: 'create-volume' };
	return { kind: 'other' };
}

/** A tag without its default parts: `docker.io/library/redis:latest` is `redis`. */
function shortReference(reference: string): string {
	return reference
		.replace(/^(docker\.io|index\.docker\.io)\//, '')
		.replace(/^library\//, '')
		.replace(/:latest$/, '');
}

/** @returns the image that a reference meant when the record was taken */
export function recordedImage(record: RecordedProject, reference: string): RecordedImage | undefined {
	const short = shortReference(reference);
	return Object.values(record.images).find((image) => shortReference(image.reference) === short);
}

interface CreateBody {
	readonly Image?: string;
	readonly Labels?: Readonly<Record<string, string>>;
	readonly Volumes?: Readonly<Record<string, unknown>> | null;
	readonly HostConfig?: { readonly Mounts?: readonly { readonly Target?: string }[] | null };
}

/**
 * A container as Compose wants to make it from the record, as it would have made it from the files: with their paths in
 * its labels, of the recorded image, with the anonymous volumes it had.
 *
 * @param tagMoved whether the reference means another image by now, or none: then the image is named by its id
 */
export function asRecorded(
	record: RecordedProject,
	name: string,
	body: unknown,
	tagMoved: (reference: string, id: string) => boolean,
): unknown {
	const given = body as CreateBody;
	const labels: Record<string, string> = {
		...given.Labels,
		[composeLabels.workingDir]: record.workingDir,
		[composeLabels.configFiles]: record.configFiles.join(','),
	};
	delete labels[composeLabels.environmentFile];
	if (record.envFiles.length > 0) labels[composeLabels.environmentFile] = record.envFiles.join(',');
	const image = record.images[labels[composeLabels.service] ?? ''];
	if (image !== undefined && labels[imageLabel] !== undefined) labels[imageLabel] = image.id;
	const moved = image !== undefined && tagMoved(given.Image ?? image.reference, image.id);
	const inherited = record.anonymous[name] ?? [];
	const others = (given.HostConfig?.Mounts ?? []).filter(
		({ Target }) => !inherited.some(({ destination }) => destination === Target),
	);
	const mounts = [
		...others,
		...inherited.map(({ volume, destination }) => ({ Type: 'volume', Source: volume, Target: destination })),
	];
	return {
		...given,
		...(moved ? { Image: image.id } : {}),
		Labels: labels,
		...(inherited.length === 0
			? {}
			: {
					Volumes: Object.fromEntries(
						Object.entries(given.Volumes ?? {}).filter(
							([path]) => !inherited.some(({ destination }) => destination === path),
						),
					),
					HostConfig: { ...given.HostConfig, Mounts: mounts },
				}),
	};
}

/** @returns whether a volume of this name was there before: it must not be made anew, empty */
export function wasThere(record: Recorded, volume: string): boolean {
	return record.volumes.some(({ name }) => name === volume);
}
