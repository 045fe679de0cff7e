import { join } from 'node:path';
import { composeFileNames } from '../../stacks/compose-files.ts';
import { type DirectoryEntry, type DiscoveryFiles, discoveryFiles } from '../../stacks/discover-files.ts';

/** A directory a person may open or add as a stack. */
export interface BrowsedDirectory {
	readonly name: string;
	readonly path: string;
	/** True when a compose file lies in it. */
	readonly isStack: boolean;
}

/**
 * The directories below a path, by name, hidden ones and those whose name cannot be typed left out.
 *
 * @throws the system's error when the path cannot be listed
 */
export async function browseDirectories(
	path: string,
	files: DiscoveryFiles = discoveryFiles,
): Promise<readonly BrowsedDirectory[]> {
	const entries = (await files.list(path)).filter((entry) => entry.isExact && !entry.name.startsWith('.'));
	const found = await Promise.all(entries.map((entry) => describe(path, entry, files)));
	return found
		.filter((directory) => directory !== undefined)
		.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

async function describe(
	parent: string,
	entry: DirectoryEntry,
	files: DiscoveryFiles,
): Promise<BrowsedDirectory | undefined> {
	const path = join(parent, entry.name);
	const kind = entry.kind === 'link' ? await files.kind(path).catch(() => 'other') : entry.kind;
	if (kind !== 'directory') return undefined;
	const kinds = await Promise.all(
		composeFileNames.map((name) => files.kind(join(path, name)).catch(() => 'absent')),
	);
	return { name: entry.name, path, isStack: kinds.includes('file') };
}
