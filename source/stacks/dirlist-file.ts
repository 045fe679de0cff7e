import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BackupTuiError, type ErrorCode } from '../errors.ts';
import {
	type DirlistDocument,
	dirlistDamage,
	newDirlist,
	parseDirlist,
	serializeDirlist,
} from './dirlist.ts';
import { type LockWait, lockDirlist } from './dirlist-lock.ts';
import { removeLeftovers, replaceFile, writeTarget } from './dirlist-write.ts';

/**
 * Reads the file as it is; takes no lock, since writers replace it in one step.
 *
 * @returns undefined when there is no such file
 * @throws dirlist-invalid (binary, not a file), no-permission
 */
export async function readDirlist(path: string): Promise<DirlistDocument | undefined> {
	const actual = await actualPath(path);
	const bytes = await readBytes(actual).catch((error) => fail(actual, 'read', error));
	return bytes === undefined ? undefined : parseDirlist(undamaged(actual, bytes));
}

/**
 * Changes the file: reads it under its lock, hands it to `change`, and replaces it in one step. An editor that
 * knows nothing of the lock is noticed too: what it saved meanwhile is read again and changed instead.
 *
 * @param change pure, may be called more than once; returning the document it got writes nothing. When there is no
 *   file it gets a document with a heading and no entries; the file is then made, mode 0600.
 * @returns the document as it stands in the file
 * @throws lock-held after 30 s, dirlist-invalid, no-permission, no-space; the file is then as it was
 */
export async function updateDirlist(
	path: string,
	change: (document: DirlistDocument) => DirlistDocument,
	wait: LockWait = {},
): Promise<DirlistDocument> {
	try {
		const target = await writeTarget(await actualPath(path));
		for (let attempt = 0; attempt < attempts; attempt++) {
			const written = await updateOnce(target, change, wait);
			if (written !== undefined) return written;
		}
	} catch (error) {
		return fail(path, 'write', error);
	}
	throw new BackupTuiError('lock-held', `${path} is changed by another program all the time`, {
		hint: 'Close the other program and try again',
	});
}

const attempts = 20;

async function updateOnce(
	target: string,
	change: (document: DirlistDocument) => DirlistDocument,
	wait: LockWait,
): Promise<DirlistDocument | undefined> {
	const lock = await lockDirlist(target, wait);
	try {
		const before = await readBytes(target);
		const document = before === undefined ? newDirlist : parseDirlist(undamaged(target, before));
		const changed = change(document);
		if (changed === document) return document;
		await removeLeftovers(target);
		const isUnchanged = async (): Promise<boolean> =>
			lock.isHeld() && isSame(before, await readBytes(target));
		return (await replaceFile(target, serializeDirlist(changed), isUnchanged)) ? changed : undefined;
	} finally {
		await lock.release();
	}
}

/** The older program once called the file `.dirlist`: where only that one is there, it goes on being used. */
async function actualPath(path: string): Promise<string> {
	const older = join(dirname(path), '.dirlist');
	const isThere = (one: string): Promise<boolean> =>
		access(one).then(
			() => true,
			() => false,
		);
	return basename(path) === 'dirlist' && !(await isThere(path)) && (await isThere(older)) ? older : path;
}

/** O_NONBLOCK: a FIFO in the file's place must not hang us. */
async function readBytes(path: string): Promise<Buffer | undefined> {
	const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(
		(error: NodeJS.ErrnoException) => {
			if (error.code === 'ENOENT') return undefined;
			throw error;
		},
	);
	if (file === undefined) return undefined;
	try {
		const info = await file.stat();
		if (!info.isFile()) throw new BackupTuiError('dirlist-invalid', `${path} is not a regular file`);
		return await file.readFile();
	} finally {
		await file.close();
	}
}

function undamaged(path: string, bytes: Buffer): Buffer {
	const damage = dirlistDamage(bytes);
	if (damage === undefined) return bytes;
	throw new BackupTuiError('dirlist-invalid', `${path} is not a dirlist: ${damage}`, {
		hint: 'It is left as it is. Restore it from a backup, or move it away: a new one is then made with every stack off',
	});
}

function isSame(before: Buffer | undefined, now: Buffer | undefined): boolean {
	return before === undefined || now === undefined ? before === now : before.equals(now);
}

const codes: ReadonlyMap<string | undefined, { readonly code: ErrorCode; readonly hint: string }> = new Map([
	['ENOSPC', { code: 'no-space', hint: 'Free some space and try again; the file is as it was' }],
	['EDQUOT', { code: 'no-space', hint: 'The disk quota is used up; the file is as it was' }],
	['EACCES', { code: 'no-permission', hint: 'Run as the user the file belongs to, usually root' }],
	['EPERM', { code: 'no-permission', hint: 'Run as the user the file belongs to, usually root' }],
	['EROFS', { code: 'no-permission', hint: 'The file system is mounted read-only; the file is as it was' }],
	['ENOENT', { code: 'dirlist-invalid', hint: 'Make the directory it lies in first' }],
]);

function fail(path: string, what: 'read' | 'write', error: unknown): never {
	if (error instanceof BackupTuiError) throw error;
	const { code, message, errno } = error as NodeJS.ErrnoException;
	if (errno === undefined) throw error;
	const known = codes.get(code) ?? { code: 'dirlist-invalid', hint: 'Look at the file and its directory' };
	throw new BackupTuiError(known.code, `cannot ${what} ${path}: ${message}`, {
		hint: known.hint,
		cause: error,
	});
}
