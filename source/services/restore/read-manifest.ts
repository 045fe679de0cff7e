import { Writable } from 'node:stream';
import { BackupTuiError } from '../../errors.ts';
import type { Restic } from '../../restic/client.ts';
import { partsOfStackTag, setOfTags } from '../../restic/tags.ts';
import type { Snapshot, TreeEntry } from '../../restic/types.ts';
import { formatBytes } from '../../runs/units.ts';
import { type Manifest, manifestPath } from '../backup/manifest.ts';
import { volumeOfStream } from '../backup/stream-names.ts';
import { wrongManifest } from './check-manifest.ts';
import type { StreamSnapshot } from './parts.ts';

/** A manifest is some kilobytes; a compose configuration with large inline configs some megabytes. */
const largestBytes = 64 * 1024 * 1024;

/**
 * Reads a manifest's text; what a restore acts on is checked, since a repository can be written by others.
 *
 * @throws restore-failed
 */
export function parseManifest(text: string): Manifest {
	let value: Partial<Manifest> | null;
	try {
		value = JSON.parse(text) as Partial<Manifest> | null;
	} catch {
		throw unusable('it is not JSON');
	}
	if (value?.v !== 1 || value.program !== 'backup-tui')
		throw unusable('it is of another program or a newer version');
	const wrong = wrongManifest(value);
	if (wrong !== undefined) throw unusable(wrong);
	return {
		...value,
		composeConfigs: value.composeConfigs ?? [],
		images: value.images ?? [],
		savedImages: value.savedImages ?? [],
	} as Manifest;
}

function unusable(what: string): BackupTuiError {
	return new BackupTuiError('restore-failed', `the manifest of the snapshot cannot be used: ${what}`, {
		hint: 'take another snapshot: backup-tui snapshots; files of this one come back with restic restore ID --target DIR',
	});
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
	const found: TreeEntry[] = [];
	const folder = manifestPath.slice(0, manifestPath.lastIndexOf('/'));
	await restic.ls(snapshot, {
		...call,
		path: folder,
		onEntry: (entry) => {
			if (entry.path === manifestPath && found.length < 2) found.push(entry);
		},
	});
	const [entry, second] = found;
	if (entry === undefined) return undefined;
	if (second !== undefined) throw unusable('it is there twice');
	if (entry.type !== 'file') throw unusable(`it is a ${entry.type}`);
	if (entry.size > largestBytes) throw unusable(`it is larger than ${formatBytes(largestBytes)}`);
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
	if (size > largestBytes) throw unusable(`it is larger than ${formatBytes(largestBytes)}`);
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
			return {
				volume: volumeOfStream(path),
				snapshot: one.id,
				path: path.startsWith('/') ? path : `/${path}`,
			};
		});
	// A second try of a backup streams again into the same set: the last one counts.
	return [...new Map(found.map((one) => [one.path, one])).values()];
}
