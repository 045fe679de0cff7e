import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expectedHash } from './layout.ts';

/** @returns the SHA-256 of a file, read in pieces of 1 MiB */
export async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
	const hash = createHash('sha256');
	const stream = createReadStream(path, { highWaterMark: 1024 * 1024 });
	await pipeline(stream, hash, signal === undefined ? {} : { signal });
	return hash.digest('hex');
}

export interface HashOutcome {
	/** Content and name differ. */
	readonly damaged: readonly string[];
	/** Gone before it could be read. */
	readonly vanished: readonly string[];
}

/**
 * Reads files of a repository and compares each content with its name, which is its SHA-256. Finds what `restic check`
 * without `--read-data` does not, and needs no password. Two at a time: reading and hashing overlap.
 *
 * @param paths relative to the directory; those without a hash name are passed over
 * @param onFile told of every file read, with its bytes
 */
export async function findDamage(
	directory: string,
	paths: Iterable<string>,
	options: { readonly signal?: AbortSignal; readonly onFile?: (path: string) => void } = {},
): Promise<HashOutcome> {
	const damaged: string[] = [];
	const vanished: string[] = [];
	const queue = paths[Symbol.iterator]();
	const worker = async () => {
		for (let next = queue.next(); next.done !== true; next = queue.next()) {
			const path = next.value;
			const expected = expectedHash(path);
			if (expected === undefined) continue;
			try {
				if ((await hashFile(join(directory, path), options.signal)) !== expected) damaged.push(path);
			} catch (error) {
				const { code } = error as NodeJS.ErrnoException;
				if (options.signal?.aborted) throw error;
				if (code === 'ENOENT') vanished.push(path);
				// EIO and the like: what cannot be read is as good as damaged.
				else damaged.push(path);
			}
			options.onFile?.(path);
		}
	};
	await Promise.all([worker(), worker()]);
	return { damaged, vanished };
}
