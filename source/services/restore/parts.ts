import { basename } from 'node:path';
import { isInside } from '../../stacks/path-inside.ts';
import type { Manifest, ManifestMount } from '../backup/manifest.ts';

/** Something of a stack that lies in a snapshot as one tree or one file. */
export interface RestorePart {
	/** `stream`: a volume that lies in a snapshot of its own, as a tar archive. */
	readonly kind: 'directory' | 'volume' | 'bind' | 'stream';
	/** For people: the directory's or bind's path, or the volume's name. */
	readonly label: string;
	/** Snapshot that holds it, 64 hexadecimal digits. */
	readonly snapshot: string;
	/** Absolute path in that snapshot. */
	readonly source: string;
	/** Path below the root of its volume, where only a piece of the volume lies in the snapshot. */
	readonly inside?: string;
	/** What the manifest says of it, for volumes and binds. */
	readonly mount?: ManifestMount;
}

/** A streamed volume's snapshot. */
export interface StreamSnapshot {
	readonly volume: string;
	readonly snapshot: string;
	/** Path of the tar archive in it. */
	readonly path: string;
}

function kindOf(manifest: Manifest, path: string, mount: ManifestMount | undefined): RestorePart['kind'] {
	if (path === manifest.stack.realDirectory || path === manifest.stack.directory) return 'directory';
	return mount !== undefined && mount.name !== '' ? 'volume' : 'bind';
}

/** The volume a path lies in: a safety snapshot holds only the piece that was overwritten. */
function volumeAround(mounts: readonly ManifestMount[], path: string): ManifestMount | undefined {
	return mounts.find((one) => one.name !== '' && one.path !== undefined && isInside(path, one.path));
}

/**
 * What a snapshot holds of a stack, the directory first, then volumes, then binds.
 *
 * @param streams snapshots of the same set
 */
export function partsOfManifest(
	manifest: Manifest,
	snapshot: string,
	streams: readonly StreamSnapshot[],
): readonly RestorePart[] {
	const files = manifest.paths.map((source): RestorePart => {
		const mount = manifest.mounts.find((one) => one.path === source) ?? volumeAround(manifest.mounts, source);
		const kind = kindOf(manifest, source, mount);
		const inside = kind === 'volume' ? source.slice((mount?.path ?? source).length + 1) : '';
		const name = mount?.name ?? source;
		return {
			kind,
			label: kind !== 'volume' ? source : inside === '' ? name : `${name}/${inside}`,
			snapshot,
			source,
			...(inside === '' ? {} : { inside }),
			...(mount === undefined ? {} : { mount }),
		};
	});
	const streamed = streams.map((stream): RestorePart => {
		const mount = manifest.mounts.find((one) => one.name === stream.volume);
		return {
			kind: 'stream',
			label: stream.volume,
			snapshot: stream.snapshot,
			source: stream.path,
			...(mount === undefined ? {} : { mount }),
		};
	});
	const order: readonly RestorePart['kind'][] = ['directory', 'volume', 'stream', 'bind'];
	return [...files, ...streamed].toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

/**
 * A snapshot of the older program has no manifest: its paths are the stack's directory and nothing else is known.
 *
 * @param paths as the snapshot lists them
 */
export function partsOfLegacy(paths: readonly string[], snapshot: string): readonly RestorePart[] {
	return paths.map((source, index) => ({
		kind: index === 0 ? 'directory' : 'bind',
		label: source,
		snapshot,
		source,
	}));
}

/** Names a person may use for a volume: its own, the compose file's, a bind's path, or where it is mounted. */
export function namesOfPart(part: RestorePart): readonly string[] {
	const { mount } = part;
	const inFile = mount?.labels['com.docker.compose.volume'];
	return [
		part.label,
		part.source,
		...(mount === undefined ? [] : [mount.name, mount.source, mount.destination]),
		...(inFile === undefined ? [] : [inFile]),
		...(part.kind === 'bind' ? [basename(part.source)] : []),
	].filter((name) => name !== '');
}

/** Mounts the snapshot does not hold, with the reason: named in every report, so that nobody finds out later. */
export function notInSnapshot(
	manifest: Manifest,
): readonly { readonly label: string; readonly why: string }[] {
	// What lives in memory or in an image comes back with the containers.
	const elsewhere = ['tmpfs', 'image'];
	return manifest.mounts
		.filter((mount) => mount.notCaptured !== undefined && !elsewhere.includes(mount.kind))
		.map((mount) => ({
			label: mount.name !== '' ? mount.name : mount.source,
			why: mount.notCaptured ?? '',
		}));
}
