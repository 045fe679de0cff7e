import { mkdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/**
 * Mounts a memory disk of so many MiB on a directory of a host (made when missing). Disposing of the host unmounts it.
 */
export async function smallDisk(directory: string, mebibytes: number): Promise<void> {
	await mkdir(directory, { recursive: true });
	await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0700`, 'tmpfs', directory]);
}

/** Fills a disk to the last block with one file. @returns its path; delete it to make room again */
export async function fillDisk(directory: string): Promise<string> {
	const path = join(directory, 'filler');
	const { bavail, bsize } = await statfs(directory);
	try {
		await writeFile(path, Buffer.alloc(bavail * bsize));
		await writeFile(path, Buffer.alloc(bsize), { flag: 'a' });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
	}
	return path;
}

/** Takes a mount away as an unplugged disk or a lost network share does: lazily, whatever has it open. */
export async function loseMount(directory: string): Promise<void> {
	await run('umount', ['-l', directory]);
}
