import type { Dirent } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import type { TreeSize } from './verify.ts';

/** What restic leaves out besides patterns. */
export interface WalkOptions {
	readonly oneFileSystem: boolean;
	/** Leaves out directories with a CACHEDIR.TAG. */
	readonly excludeCaches: boolean;
	/** Name of a file that leaves out its directory; empty = none. */
	readonly excludeIfPresent: string;
	readonly signal?: AbortSignal;
}

const cacheTag = 'CACHEDIR.TAG';
/** Source: https://bford.info/cachedir/ */
const cacheSignature = 'Signature: 8a477f597d28d172789f06886806bc55';
const sideBySide = 16;

/**
 * Counts the regular files below some paths and their bytes, as restic would copy them without exclude patterns. Symbolic links
 * are not followed; a file with several names counts for each. Names are bytes: one that is not UTF-8 counts too.
 *
 * @returns undefined when something could not be read, or when it was stopped: then there is nothing to compare with
 */
export async function walkFiles(
	paths: readonly string[],
	options: WalkOptions,
): Promise<TreeSize | undefined> {
	let files = 0;
	let bytes = 0;
	const pending: { readonly path: Buffer; readonly device: number | undefined }[] = paths.map((path) => ({
		path: Buffer.from(path),
		device: undefined,
	}));
	const visit = async ({ path, device }: (typeof pending)[number]): Promise<void> => {
		const stat = await lstat(path);
		if (stat.isFile()) {
			files += 1;
			bytes += stat.size;
		}
		const sameDevice = device === undefined || !options.oneFileSystem || stat.dev === device;
		if (!stat.isDirectory() || !sameDevice) return;
		const entries = await readdir(path, { withFileTypes: true, encoding: 'buffer' });
		if (await isLeftOut(path, entries, options)) {
			await countMarkers(path, entries);
			return;
		}
		for (const entry of entries) pending.push({ path: below(path, entry.name), device: device ?? stat.dev });
	};
	// restic keeps the file that marks an excluded directory.
	const countMarkers = async (path: Buffer, entries: readonly Dirent<Buffer>[]) => {
		for (const entry of entries.filter(({ name }) => isMarker(name.toString(), options))) {
			files += 1;
			bytes += (await lstat(below(path, entry.name))).size;
		}
	};
	try {
		while (pending.length > 0) {
			if (options.signal?.aborted) return undefined;
			await Promise.all(pending.splice(-sideBySide).map(visit));
		}
	} catch {
		return undefined;
	}
	return { files, bytes };
}

function below(path: Buffer, name: Buffer): Buffer {
	return Buffer.concat([path, Buffer.from('/'), name]);
}

function isMarker(name: string, options: WalkOptions): boolean {
	return (options.excludeCaches && name === cacheTag) || name === options.excludeIfPresent;
}

async function isLeftOut(
	path: Buffer,
	entries: readonly Dirent<Buffer>[],
	options: WalkOptions,
): Promise<boolean> {
	const names = new Set(entries.map(({ name }) => name.toString()));
	if (options.excludeIfPresent !== '' && names.has(options.excludeIfPresent)) return true;
	return (
		options.excludeCaches && names.has(cacheTag) && (await hasSignature(below(path, Buffer.from(cacheTag))))
	);
}

async function hasSignature(path: Buffer): Promise<boolean> {
	const handle = await open(path);
	try {
		const { buffer, bytesRead } = await handle.read(
			Buffer.alloc(cacheSignature.length),
			0,
			cacheSignature.length,
			0,
		);
		return buffer.subarray(0, bytesRead).toString() === cacheSignature;
	} finally {
		await handle.close();
	}
}
