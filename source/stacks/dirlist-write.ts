import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BackupTuiError } from '../errors.ts';

/**
 * Where a write to `path` must land: a symbolic link is followed, also one whose target does not exist yet, so that
 * the link stays a link.
 */
export async function writeTarget(path: string): Promise<string> {
	let target = resolve(path);
	for (let links = 0; links < 40; links++) {
		const info = await lstat(target).catch(absent);
		if (info === undefined || !info.isSymbolicLink()) {
			return join(await realpath(dirname(target)), basename(target));
		}
		target = resolve(dirname(target), await readlink(target));
	}
	throw new BackupTuiError('dirlist-invalid', `${path}: too many levels of symbolic links`);
}

/**
 * Replaces a file in one step: after a crash it holds the old bytes or the new ones, never a part. Keeps the owner,
 * and the mode where that is stricter than 0600. Nothing is left behind when it fails.
 *
 * @param target a real path, see `writeTarget`
 * @param mayReplace asked right before the replacement; false leaves the file as it is
 * @returns whether the file was replaced
 * @throws the system's error, for example ENOSPC
 */
export async function replaceFile(
	target: string,
	bytes: Uint8Array,
	mayReplace: () => Promise<boolean> = async () => true,
): Promise<boolean> {
	const old = await stat(target).catch(absent);
	if (old !== undefined && !old.isFile()) {
		throw new BackupTuiError('dirlist-invalid', `${target} is not a regular file`);
	}
	const temporary = join(
		dirname(target),
		`${temporaryPrefix(target)}${process.pid}.${randomBytes(6).toString('hex')}`,
	);
	let done = false;
	try {
		await writeNew(temporary, bytes, old);
		if (!(await mayReplace())) return false;
		await rename(temporary, target);
		done = true;
	} finally {
		if (!done) await rm(temporary, { force: true }).catch(() => undefined);
	}
	await flushDirectory(dirname(target));
	return true;
}

/** Removes what killed writers left beside the file. Only to be called while holding the file's lock. */
export async function removeLeftovers(target: string): Promise<void> {
	const directory = dirname(target);
	const prefix = temporaryPrefix(target);
	for (const name of await readdir(directory)) {
		if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue;
		await rm(join(directory, name), { force: true });
	}
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

async function writeNew(path: string, bytes: Uint8Array, old: Stats | undefined): Promise<void> {
	const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
	const file = await open(path, flags, 0o600);
	try {
		const own = await file.stat();
		if (old !== undefined && old.uid !== own.uid) await file.chown(old.uid, old.gid);
		else if (old !== undefined && old.gid !== own.gid)
			await file.chown(old.uid, old.gid).catch(() => undefined);
		await file.chmod(old === undefined ? 0o600 : old.mode & 0o600);
		await file.writeFile(bytes);
		await file.sync();
	} finally {
		await file.close();
	}
}

/** Makes the rename itself durable. Some file systems cannot flush a directory: that is no failure of the write. */
async function flushDirectory(path: string): Promise<void> {
	const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
	try {
		await directory.sync();
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code !== 'EINVAL' && code !== 'ENOTSUP' && code !== 'EBADF') throw error;
	} finally {
		await directory.close();
	}
}

function temporaryPrefix(target: string): string {
	return `.${basename(target)}.new.`;
}

function absent(error: NodeJS.ErrnoException): undefined {
	if (error.code === 'ENOENT') return undefined;
	throw error;
}
