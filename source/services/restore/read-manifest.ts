import { Writable } from 'node:stream';
import { BackupTuiError } from '../../errors.ts';
import type { Restic } from '../../restic/client.ts';
import { partsOfStackTag, setOfTags } from '../../restic/tags.ts';
import type { Snapshot } from '../../restic/types.ts';
import { type Manifest, manifestPath } from '../backup/manifest.ts';
import type { StreamSnapshot } from './parts.ts';

/** A manifest is some kilobytes; a compose configuration with large inline configs some megabytes. */
const largestBytes = 64 * 1024 * 1024;

function isTextList(value: unknown): value is readonly string[] {
	return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** Absolute, and nothing in it that leads elsewhere: these paths are written to. */
function isPlainPath(path: string): boolean {
	return path.startsWith('/') && !path.split('/').some((step) => step === '..' || step === '.');
}

/**
 * Reads a manifest's text; what a restore acts on is checked, since a repository can be written by others.
 *
 * @throws restore-failed
 */
export function parseManifest(text: string): Manifest {
	const wrong = (what: string) =>
		new BackupTuiError('restore-failed', `the manifest of the snapshot cannot be used: ${what}`, {
			hint: 'files can still be restored: --include PATH --target DIR',
		});
	let value: Partial<Manifest>;
	try {
		value = JSON.parse(text) as Partial<Manifest>;
	} catch {
		throw wrong('it is not JSON');
	}
	if (value.v !== 1 || value.program !== 'backup-tui')
		throw wrong('it is of another program or a newer version');
	const { stack, paths, mounts } = value;
	if (typeof stack?.name !== 'string' || typeof stack.directory !== 'string')
		throw wrong('it names no stack');
	if (!isTextList(paths) || !paths.every(isPlainPath)) throw wrong('its paths are not absolute');
	if (!Array.isArray(mounts)) throw wrong('it has no mounts');
	return {
		...value,
		composeConfigs: value.composeConfigs ?? [],
		images: value.images ?? [],
		savedImages: value.savedImages ?? [],
	} as Manifest;
}

/**
 * The manifest that travels in a snapshot.
 *
 * @returns undefined for a snapshot of the older program
 */
export async function readManifest(
	restic: Pick<Restic, 'dump' | 'ls'>,
	snapshot: string,
	signal?: AbortSignal,
): Promise<Manifest | undefined> {
	const call = signal === undefined ? {} : { signal };
	let there = false;
	const folder = manifestPath.slice(0, manifestPath.lastIndexOf('/'));
	await restic.ls(snapshot, {
		...call,
		path: folder,
		onEntry: (entry) => {
			there ||= entry.path === manifestPath;
		},
	});
	if (!there) return undefined;
	const chunks: Buffer[] = [];
	let size = 0;
	const sink = new Writable({
		write: (chunk: Buffer, _encoding, done) => {
			size += chunk.length;
			if (size <= largestBytes) chunks.push(chunk);
			done();
		},
	});
	await restic.dump(snapshot, manifestPath, sink, call);
	return parseManifest(Buffer.concat(chunks).toString('utf8'));
}

/** The streamed volumes that belong to a snapshot, found by the set both are tagged with. */
export function streamsOf(
	snapshots: readonly Snapshot[],
	snapshot: Snapshot,
	stack: string,
): readonly StreamSnapshot[] {
	const set = setOfTags(snapshot.tags);
	if (set === undefined) return [];
	const mine = partsOfStackTag(stack);
	const found = snapshots
		.filter((one) => one.tags.includes(mine) && setOfTags(one.tags) === set)
		.toSorted((a, b) => a.time - b.time)
		.map((one) => {
			const path = one.paths[0] ?? '';
			const volume = /([^/]+)\.tar$/.exec(path)?.[1] ?? path;
			return { volume, snapshot: one.id, path: path.startsWith('/') ? path : `/${path}` };
		});
	// A second try of a backup streams again into the same set: the last one counts.
	return [...new Map(found.map((one) => [one.volume, one])).values()];
}
