import {
	closeSync,
	constants,
	existsSync,
	fstatSync,
	fsyncSync,
	lstatSync,
	mkdirSync,
	openSync,
	readdirSync,
	renameSync,
	rmSync,
	type Stats,
	statSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { BackupTuiError } from '../errors.ts';

/** Makes names that were added or removed in a directory survive a power loss. */
export function syncDirectory(path: string): void {
	const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

/** @throws no-space or state-dir-unwritable with the path, for what a write to the state directory can end with */
export function stateWriteError(path: string, error: unknown): BackupTuiError {
	const { code, message } = error as NodeJS.ErrnoException;
	if (code === 'ENOSPC' || code === 'EDQUOT') {
		return new BackupTuiError('no-space', `no space left to write ${path}`, {
			cause: error,
			hint: 'free space on that disk, then run again',
		});
	}
	return new BackupTuiError('state-dir-unwritable', `cannot write ${path}: ${message}`, {
		cause: error,
		hint: 'run as root, or set STATE_DIR, LOG_DIR and RUN_DIR in [paths] to directories you can write',
	});
}

/**
 * Creates a private directory (0700) with its parents. One that is there already is looked at, not taken: somebody else may
 * have made it.
 *
 * @throws state-dir-unwritable, no-space, config-insecure
 */
export function makePrivateDirectory(path: string): void {
	let stats: Stats;
	try {
		mkdirSync(path, { recursive: true, mode: 0o700 });
		stats = statSync(path);
	} catch (error) {
		throw stateWriteError(path, error);
	}
	assertPrivate(path, stats);
}

/** @throws config-insecure for a directory that is there and in which somebody else could have put something */
export function assertTrustedDirectory(path: string): void {
	const stats = statSync(path, { throwIfNoEntry: false });
	if (stats !== undefined) assertPrivate(path, stats);
}

function assertPrivate(path: string, stats: Stats): void {
	if (isOurs(stats) && (stats.mode & 0o022) === 0) return;
	const who = isOurs(stats) ? 'can be changed by others' : `belongs to user ${stats.uid}`;
	throw new BackupTuiError('config-insecure', `${path} ${who}: what lies in it is not trusted`, {
		hint: isOurs(stats)
			? `look at what is in it, then: chmod go-w ${path}`
			: `look at what is in it, then move it away: mv ${path} ${path}.old`,
	});
}

function isOurs({ uid }: Stats): boolean {
	return uid === 0 || uid === process.geteuid?.();
}

/** @returns whether a file of ours can have been written by nobody else: a plain file that we or root own */
export function isTrustedFile(path: string): boolean {
	const stats = lstatSync(path, { throwIfNoEntry: false });
	return stats !== undefined && isTrusted(stats);
}

/** The same, of what lstat(2) says. */
export function isTrusted(stats: Stats): boolean {
	return stats.isFile() && isOurs(stats) && (stats.mode & 0o022) === 0;
}

/** Removes what processes that were killed while they replaced a file have left beside it. Never throws. */
export function removeAbandoned(directory: string): void {
	try {
		for (const name of readdirSync(directory)) {
			const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
			if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(directory, name), { force: true });
		}
	} catch {
		// A directory that cannot be tidied up is none that cannot be written.
	}
}

/**
 * Replaces a file so that after a crash or power loss it holds the old or the new text, never a part: written beside,
 * fsynced, renamed, directory fsynced. Mode 0600.
 *
 * @throws state-dir-unwritable, no-space; the old file is untouched then
 */
export function writeDurably(path: string, text: string): void {
	const temporary = `${path}.${process.pid}.tmp`;
	const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
	try {
		const descriptor = openSync(temporary, flags, 0o600);
		try {
			writeSync(descriptor, text);
			fsyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
		renameSync(temporary, path);
		syncDirectory(dirname(path));
		removeAbandoned(dirname(path));
	} catch (error) {
		rmSync(temporary, { force: true });
		throw stateWriteError(path, error);
	}
}

const wholeBlock = 4096;

/**
 * Keeps room on the disk for a text to be written later, when the disk may be full. Not fsynced: after a power loss there is
 * none.
 *
 * @param bytes at least so many
 * @throws state-dir-unwritable, no-space; no file is left then
 */
export function keepRoom(path: string, bytes: number): void {
	const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
	const size = Math.max(1, Math.ceil(bytes / wholeBlock)) * wholeBlock;
	try {
		const descriptor = openSync(path, flags, 0o600);
		try {
			writeFileSync(descriptor, Buffer.alloc(size, '\n'));
		} finally {
			closeSync(descriptor);
		}
	} catch (error) {
		rmSync(path, { force: true });
		throw stateWriteError(path, error);
	}
}

/**
 * Writes a JSON text over the blocks of a file that was made for it, so that no new ones are needed, and fsyncs it. What the
 * text does not fill stays blank, which is no part of JSON.
 *
 * @returns false where there is no such room; the file is worth nothing then
 */
export function writeIntoRoom(path: string, text: string): boolean {
	try {
		const descriptor = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
		try {
			const bytes = Buffer.from(text);
			const padded = Buffer.alloc(Math.max(bytes.length, fstatSync(descriptor).size), '\n');
			bytes.copy(padded);
			let written = 0;
			while (written < padded.length)
				written += writeSync(descriptor, padded, written, padded.length - written, written);
			fsyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
		return true;
	} catch {
		return false;
	}
}

/** Removes a file so that it stays removed after a power loss. A file that is not there is no error. */
export function removeDurably(path: string): void {
	rmSync(path, { force: true });
	syncDirectory(dirname(path));
}
