import { join } from 'node:path';
import { type DirlistDocument, type DirlistEntry, dirlistEntries, emptyDirlist } from './dirlist.ts';
import { compareDirlist, type DirlistComparison, isExternal } from './dirlist-sync.ts';
import { type DirectoryEntry, type DiscoveryFiles, discoveryFiles } from './discover-files.ts';
import { type Candidate, inspectCandidate, missingStack } from './discover-inspect.ts';
import { stackNames } from './discover-names.ts';
import { scanStacksDirectory, stacksDirMissing, within } from './discover-scan.ts';
import type { Stack } from './types.ts';

export interface DiscoverOptions {
	/** Absolute. */
	readonly stacksDir: string;
	/** Undefined when there is no file yet: every stack is off. */
	readonly dirlist: DirlistDocument | undefined;
	/** The environment Compose will run with (`childEnvironment`); it outranks `.env` files. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly files?: DiscoveryFiles;
	/** Bound of one look into one directory, in ms. Default 10,000. */
	readonly timeoutMs?: number;
	/** No stack at all is no error, unless the dirlist says that there were some: for adding the first external. */
	readonly mayBeEmpty?: boolean;
}

export interface Discovery {
	/** In the order of the dirlist, then new ones by name, then what cannot be managed. */
	readonly stacks: readonly Stack[];
	readonly comparison: DirlistComparison;
}

/** Enough to keep a disk busy, few enough not to run out of files or threads. */
const parallel = 24;

/**
 * Finds all stacks: one scan of the stacks directory, one look into each child, and the externals of the dirlist.
 * Only reads.
 *
 * @throws stacks-dir-missing also when the directory is empty although the dirlist lists stacks in it, or when
 *   there is nothing to manage at all; no-permission
 */
export async function discoverStacks(options: DiscoverOptions): Promise<Discovery> {
	const files = options.files ?? discoveryFiles;
	const timeoutMs = options.timeoutMs ?? 10_000;
	const document = options.dirlist ?? emptyDirlist;
	const entries = dirlistEntries(document);
	const enabled = new Map(entries.map((entry) => [entry.key, entry.enabled]));

	const children = await scanStacksDirectory(options.stacksDir, files, timeoutMs);
	const realStacksDir = await within(timeoutMs, files.realPath(options.stacksDir));
	const candidates = [
		...children.map((child) => childCandidate(options.stacksDir, realStacksDir, child, enabled)),
		...entries.filter(isExternal).map((entry) => listedCandidate(entry, options.stacksDir)),
	];
	const lookup = (name: string): string | undefined => options.environment[name];
	const inspected = await inParallel(candidates, (one) => inspectCandidate(one, lookup, files, timeoutMs));
	const stacks = inspected.filter((stack) => stack !== undefined);

	const inside = stacks.filter((stack) => stack.origin === 'stacks-dir' && !stack.missing);
	// What cannot be looked into is not gone, and is not new either.
	const present = inside.filter((stack) => stack.unmanageable === undefined || !stack.unlisted);
	const comparison = compareDirlist(
		document,
		present.map((stack) => stack.key),
	);
	const mayBeEmpty = options.mayBeEmpty ?? entries.some(isExternal);
	if (inside.length === 0 && (comparison.refusal !== undefined || !mayBeEmpty)) {
		const why =
			comparison.refusal === undefined ? 'holds no Compose stack' : `is empty: ${comparison.refusal}`;
		throw stacksDirMissing(`the stacks directory ${options.stacksDir} ${why}`);
	}
	return { stacks: named(inOrder(entries, stacks, options.stacksDir)), comparison };
}

/** What the dirlist cannot name gets a key that no entry can have. */
function childCandidate(
	stacksDir: string,
	realStacksDir: string,
	entry: DirectoryEntry,
	enabled: ReadonlyMap<string, boolean>,
): Candidate {
	const real = entry.kind === 'directory' ? { realDirectory: join(realStacksDir, entry.name) } : {};
	return {
		key: entry.isExact ? entry.name : `./${entry.name}`,
		directory: join(stacksDir, entry.name),
		...real,
		origin: 'stacks-dir',
		enabled: entry.isExact ? enabled.get(entry.name) : undefined,
		entry,
	};
}

function listedCandidate(entry: DirlistEntry, stacksDir: string): Candidate {
	const external = isExternal(entry);
	return {
		key: entry.key,
		directory: external ? entry.key : join(stacksDir, entry.key),
		origin: external ? 'external' : 'stacks-dir',
		enabled: entry.enabled,
	};
}

function inOrder(
	entries: readonly DirlistEntry[],
	found: readonly Stack[],
	stacksDir: string,
): readonly Stack[] {
	const byKey = new Map(found.map((stack) => [stack.key, stack]));
	const listed = entries.map(
		(entry) => byKey.get(entry.key) ?? missingStack(listedCandidate(entry, stacksDir)),
	);
	const keys = new Set(entries.map((entry) => entry.key));
	const [bad, fresh] = partition(
		found.filter((stack) => !keys.has(stack.key)),
		(stack) => stack.unmanageable !== undefined,
	);
	return [...listed, ...fresh, ...bad];
}

function named(stacks: readonly Stack[]): readonly Stack[] {
	const names = stackNames(stacks.map((stack) => stack.key));
	return stacks.map((stack) => ({ ...stack, name: names.get(stack.key) ?? stack.key }));
}

function partition<T>(
	items: readonly T[],
	isFirst: (item: T) => boolean,
): readonly [readonly T[], readonly T[]] {
	return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

async function inParallel<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<readonly R[]> {
	const results: R[] = [];
	const queue = items.entries();
	const worker = async (): Promise<void> => {
		for (const [index, item] of queue) results[index] = await run(item);
	};
	await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, worker));
	return results;
}
