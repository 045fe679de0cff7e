import { randomFillSync } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ballastName } from '../restic/presence.ts';

const mebibyte = 1024 * 1024;

async function sizeOf(path: string): Promise<number> {
	try {
		const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
		try {
			return (await handle.stat()).size;
		} finally {
			await handle.close();
		}
	} catch {
		return 0;
	}
}

async function write(path: string, megabytes: number): Promise<void> {
	const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
	const handle = await open(path, flags, 0o600);
	try {
		// Random, so that no file system makes holes of it or compresses it.
		const block = Buffer.alloc(mebibyte);
		for (let index = 0; index < megabytes; index += 1) await handle.write(randomFillSync(block));
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/**
 * Keeps a file of some size in a local repository, to be freed when its disk is full: restic cannot even prune then,
 * not for want of a few blocks. Made only where four times as much is free.
 *
 * @param repository directory of the repository
 * @returns true when it is there
 */
export async function ensureBallast(repository: string, megabytes: number): Promise<boolean> {
	if (megabytes <= 0) return false;
	const path = join(repository, ballastName);
	if ((await sizeOf(path)) >= megabytes * mebibyte) return true;
	try {
		const { bavail, bsize } = await statfs(repository);
		if (bavail * bsize < 4 * megabytes * mebibyte) return (await sizeOf(path)) > 0;
		await rm(path, { force: true });
		await write(path, megabytes);
		return true;
	} catch {
		// A repository we cannot write, or a disk that just filled up: half a ballast helps nobody.
		await rm(path, { force: true }).catch(() => {});
		return false;
	}
}

/** Frees the ballast. @returns bytes freed */
export async function freeBallast(repository: string): Promise<number> {
	const path = join(repository, ballastName);
	const size = await sizeOf(path);
	if (size > 0) await rm(path, { force: true });
	return size;
}
