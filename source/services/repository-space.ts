import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BackupTuiError } from '../errors.ts';

/** Room on one disk, in bytes. */
export interface Space {
	readonly what: 'repository' | 'cache' | 'state';
	/** The path asked about. */
	readonly path: string;
	/** What this program may still use (root's reserve not counted). */
	readonly freeBytes: number;
	readonly totalBytes: number;
	readonly low: boolean;
}

/** A directory that is not there yet: the nearest one above it tells. */
async function freeAt(path: string): Promise<{ readonly free: number; readonly total: number }> {
	for (let at = path; ; at = dirname(at)) {
		try {
			const { bavail, bfree, blocks, bsize } = await statfs(at);
			// As df counts: what is reserved for root is neither used nor free.
			return { free: bavail * bsize, total: (blocks - bfree + bavail) * bsize };
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if ((code !== 'ENOENT' && code !== 'ENOTDIR') || at === dirname(at)) throw error;
		}
	}
}

/** Room on the disks a backup writes to; paths that cannot be asked are left out. */
export async function readSpace(
	paths: readonly { readonly what: Space['what']; readonly path: string }[],
	minimumMb: number,
): Promise<readonly Space[]> {
	const found = paths.map(async ({ what, path }): Promise<Space[]> => {
		try {
			const { free, total } = await freeAt(path);
			return [{ what, path, freeBytes: free, totalBytes: total, low: free < minimumMb * 1024 * 1024 }];
		} catch {
			return [];
		}
	});
	return (await Promise.all(found)).flat();
}

/** @throws no-space naming the first disk that is too full to begin */
export function assertSpace(spaces: readonly Space[], minimumMb: number): void {
	const low = spaces.find((space) => space.low);
	if (low === undefined) return;
	const free = Math.floor(low.freeBytes / 1024 / 1024);
	throw new BackupTuiError('no-space', `only ${free} MiB left on the disk of the ${low.what} (${low.path})`, {
		hint: `free space (backup-tui prune), or lower MIN_DISK_SPACE_MB, now ${minimumMb}`,
	});
}
