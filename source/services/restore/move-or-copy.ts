import {
	type BigIntStats,
	chmodSync,
	closeSync,
	constants,
	copyFileSync,
	fsyncSync,
	lchownSync,
	lstatSync,
	lutimesSync,
	openSync,
	readlinkSync,
	renameSync,
	rmSync,
	symlinkSync,
} from 'node:fs';

const besideName = '.backup-tui-restore-file';

/** Below a mount point a file cannot be moved, only copied. */
export function isAcross(from: Buffer, to: Buffer): boolean {
	const folder = to.subarray(0, to.lastIndexOf('/'));
	return lstatSync(folder).dev !== lstatSync(from).dev;
}

/** Moves a file or link to its place; over the border of a file system it is copied. */
export function moveOrCopy(from: Buffer, to: Buffer, source: BigIntStats): void {
	try {
		renameSync(from, to);
	} catch (error) {
		const copies = source.isFile() || source.isSymbolicLink();
		if ((error as NodeJS.ErrnoException).code !== 'EXDEV' || !copies) throw error;
		copyAcross(from, to, source);
	}
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
