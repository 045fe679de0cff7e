import { BackupTuiError } from '../../errors.ts';
import type { Restic } from '../../restic/client.ts';
import { isSafetyOf, notQuiescedTag } from '../../restic/tags.ts';
import type { Snapshot } from '../../restic/types.ts';
import type { Manifest } from '../backup/manifest.ts';
import { savedImagesPath } from '../backup/save-images.ts';
import type { RestoreDeps, StackSelection } from './deps.ts';
import { notInSnapshot, partsOfLegacy, partsOfManifest, type RestorePart } from './parts.ts';
import { readManifest, streamsOf } from './read-manifest.ts';
import { selectSnapshot } from './select-snapshot.ts';
import { plainPath } from './shape.ts';

/** A snapshot of a stack, and what is known of it. */
export interface OpenedSnapshot {
	readonly stack: string;
	readonly snapshot: Snapshot;
	/** Absent in snapshots of the older program. */
	readonly manifest?: Manifest;
	readonly parts: readonly RestorePart[];
	/** Mounts that are not in it. */
	readonly missing: readonly { readonly label: string; readonly why: string }[];
	/** Snapshot that holds the saved images, when they were saved. */
	readonly images?: string;
	/** When the newest safety snapshot of the stack was taken (ms UTC): the next one must be newer, whatever the clock says. */
	readonly newestSafety?: number;
	/** What a person should know before it is restored. */
	readonly notes: readonly string[];
}

/** Whether the manifest knows of a volume that it lies in a snapshot of its own: anybody can tag one to belong to a set. */
function isStreamedIn({ mounts, paths }: Manifest, volume: string): boolean {
	const own = mounts.filter((mount) => mount.name === volume);
	return (
		own.some((mount) => mount.stream !== undefined) && !own.some((mount) => paths.includes(mount.path ?? ''))
	);
}

/** Streamed volumes whose own snapshot is gone. */
function lostStreams({ mounts }: Manifest, parts: readonly RestorePart[]): OpenedSnapshot['missing'] {
	const streamed = mounts.filter(({ stream }) => stream !== undefined).map(({ name }) => name);
	return [...new Set(streamed)]
		.filter((name) => !parts.some((part) => part.kind === 'stream' && part.label === name))
		.map((label) => ({ label, why: 'the snapshot with its content is gone' }));
}

/** Reads what lies in one snapshot. @throws restore-failed when its manifest cannot be used */
export async function readSnapshot(
	restic: Pick<Restic, 'dump' | 'ls'>,
	stack: string,
	snapshot: Snapshot,
	all: readonly Snapshot[],
	signal?: AbortSignal,
): Promise<OpenedSnapshot> {
	const manifest = await readManifest(restic, snapshot.id, signal);
	const streams = streamsOf(all, snapshot, stack);
	const images = streams.find((stream) => stream.path === savedImagesPath);
	const parts =
		manifest === undefined
			? partsOfLegacy(snapshot.paths, snapshot.id)
			: partsOfManifest(
					manifest,
					snapshot.id,
					streams.filter((stream) => stream !== images && isStreamedIn(manifest, stream.volume)),
				);
	const odd = parts.find(({ source }) => plainPath(source, 'it') !== undefined);
	if (odd !== undefined)
		throw new BackupTuiError(
			'restore-failed',
			`snapshot ${snapshot.shortId} cannot be used: it has a path that leads elsewhere, ${odd.source}`,
			{ hint: `see what is in it: backup-tui snapshots ls ${snapshot.shortId}` },
		);
	const missing = manifest === undefined ? [] : [...notInSnapshot(manifest), ...lostStreams(manifest, parts)];
	const safeties = all.filter((one) => isSafetyOf(one.tags, stack) && !one.future).map(({ time }) => time);
	const unquiet = snapshot.tags.some((tag) => tag === notQuiescedTag || tag === 'not-quiesced');
	return {
		stack,
		snapshot,
		...(manifest === undefined ? {} : { manifest }),
		...(images === undefined ? {} : { images: images.snapshot }),
		parts,
		missing,
		...(safeties.length === 0 ? {} : { newestSafety: Math.max(...safeties) }),
		notes: [
			...(unquiet ? ['something ran while this snapshot was made: it may not be consistent'] : []),
			...(manifest === undefined
				? [
						'made by the older program: it holds only the directory; volumes, images and what ran are not known',
					]
				: []),
			...missing.map(({ label, why }) => `${label} is not in this snapshot: ${why}`),
		],
	};
}

/** Finds and reads the snapshot a person means. @throws snapshot-unknown, stack-unknown, restore-failed */
export async function openSnapshot(
	{ source, config }: Pick<RestoreDeps, 'source' | 'config'>,
	{ stack, snapshot }: Pick<StackSelection, 'stack' | 'snapshot'>,
	signal: AbortSignal,
): Promise<OpenedSnapshot> {
	const all = await source.snapshots({}, { signal });
	const wanted = snapshot === undefined ? {} : { wanted: snapshot };
	const found = selectSnapshot(all, { stack, host: config.repository.hostname, ...wanted });
	return readSnapshot(source, stack, found, all, signal);
}
