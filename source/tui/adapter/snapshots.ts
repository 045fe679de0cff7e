import type { Config } from '../../config/types.ts';
import type { Restic } from '../../restic/client.ts';
import type { Snapshot, TreeEntry } from '../../restic/types.ts';
import { formatBytes, formatCount } from '../../runs/units.ts';
import type { FileEntry, SnapshotEntry, SnapshotsPort } from '../ports.ts';
import { createFolderSizes } from './folder-sizes.ts';

/** Most entries of a directory, and most lines of a comparison, that are kept. */
const mostEntries = 20_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** Opens restic for one look; reading takes no lock. */
export async function withRestic<T>(
	config: Config,
	env: Environment,
	look: (restic: Restic) => Promise<T>,
): Promise<T> {
	const { openRepository } = await import('../../wiring-repository.ts');
	await using restic = openRepository({ config, env, dryRun: false });
	return await look(restic);
}

function toEntry(snapshot: Snapshot, stack: string, addedBytes: number | undefined): SnapshotEntry {
	const { summary } = snapshot;
	return {
		id: snapshot.id,
		shortId: snapshot.shortId,
		time: snapshot.time,
		stack,
		host: snapshot.hostname,
		tags: snapshot.tags,
		paths: snapshot.paths,
		...(summary === undefined ? {} : { bytes: summary.totalBytes, files: summary.totalFiles }),
		...(addedBytes === undefined ? {} : { addedBytes }),
	};
}

function toFile(entry: TreeEntry): FileEntry {
	return {
		path: entry.path,
		name: entry.name,
		directory: entry.type === 'dir',
		link: entry.type === 'symlink',
		bytes: entry.size,
		modified: Date.parse(entry.mtime),
	};
}

export function createSnapshotsPort(config: Config, env: Environment): SnapshotsPort {
	return {
		list: async (signal) => {
			const [{ addedBytesBySnapshot, groupByStack }, { readHistory }] = await Promise.all([
				import('../../services/snapshots.ts'),
				import('../../runs/history.ts'),
			]);
			const added = addedBytesBySnapshot(readHistory(config.paths.stateDir));
			const { stacks, others } = groupByStack(
				await withRestic(config, env, (restic) => restic.snapshots({}, { signal })),
			);
			return [
				...stacks.flatMap(({ stack, snapshots }) => snapshots.map((one) => toEntry(one, stack, added(one)))),
				...others.map((one) => toEntry(one, '', added(one))),
			].sort((a, b) => b.time - a.time);
		},
		children: async (id, path, signal) => {
			const found: FileEntry[] = [];
			const onEntry = (entry: TreeEntry) => {
				if (entry.path !== path && found.length < mostEntries) found.push(toFile(entry));
			};
			await withRestic(config, env, (restic) => restic.ls(id, { path, recursive: false, onEntry, signal }));
			return found.sort((a, b) => Number(b.directory) - Number(a.directory) || a.name.localeCompare(b.name));
		},
		folderSizes: async (id, path, levels, signal) => {
			const folders = createFolderSizes(path, levels);
			const onEntry = (entry: TreeEntry) => {
				// A folder counts for itself with nothing, so that an empty one has a size too.
				if (entry.type === 'dir') folders.add({ path: `${entry.path}/`, bytes: 0 });
				else folders.add({ path: entry.path, bytes: entry.size });
			};
			await withRestic(config, env, (restic) => restic.ls(id, { path, recursive: true, onEntry, signal }));
			return Object.fromEntries(folders.sizes);
		},
		diff: async (older, newer, signal) => {
			const entries: { change: string; path: string }[] = [];
			let cut = false;
			const summary = await withRestic(config, env, (restic) =>
				restic.diff(older, newer, {
					signal,
					onChange: (change) => {
						if (entries.length < mostEntries) entries.push({ change: change.modifier, path: change.path });
						else cut = true;
					},
				}),
			);
			const { added, removed, changedFiles } = summary;
			return {
				entries,
				cut,
				summary: `${formatCount(changedFiles, 'file')} changed, ${added.files} new (${formatBytes(added.bytes)}), ${removed.files} removed (${formatBytes(removed.bytes)})`,
			};
		},
		prunePreview: async (signal) =>
			(await withRestic(config, env, (restic) => restic.prune({ dryRun: true, signal }))).text,
	};
}
