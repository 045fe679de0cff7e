import {
	type BigIntStats,
	chmodSync,
	closeSync,
	constants,
	copyFileSync,
	fsyncSync,
	lchownSync,
	lutimesSync,
	openSync,
	readlinkSync,
	renameSync,
	rmSync,
	symlinkSync,
} from 'node:fs';

const besideName = '.backup-tui-restore-file';

/**
 * Moves something to its place; below a mount point, where nothing can be moved to, it is copied.
 *
 * @returns false for a folder that cannot be moved: it is for the caller to make
 */
export function moveOrCopy(from: Buffer, to: Buffer, source: BigIntStats): boolean {
	try {
		renameSync(from, to);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
		if (source.isDirectory()) return false;
		if (!source.isFile() && !source.isSymbolicLink()) throw error;
		copyAcross(from, to, source);
	}
	return true;
}

/** Whole or not at all, like a rename; owner, mode and times as they were, times to the microsecond. */
function copyAcross(from: Buffer, to: Buffer, source: BigIntStats): void {
	const beside = Buffer.concat([to.subarray(0, to.lastIndexOf('/')), Buffer.from(`/${besideName}`)]);
	rmSync(beside, { force: true });
	if (source.isSymbolicLink()) symlinkSync(readlinkSync(from, { encoding: 'buffer' }), beside);
	else copyFileSync(from, beside, constants.COPYFILE_EXCL);
	lchownSync(beside, Number(source.uid), Number(source.gid));
	lutimesSync(beside, Number(source.atimeNs) / 1e9, Number(source.mtimeNs) / 1e9);
	if (source.isFile()) {
		chmodSync(beside, Number(source.mode & 0o7777n));
		const file = openSync(beside, 'r');
		fsyncSync(file);
		closeSync(file);
	}
	renameSync(beside, to);
	rmSync(from);
}
