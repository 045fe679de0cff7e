import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { BackupTuiError } from '../errors.ts';

/**
 * Writes a file of mode 0600 that is there whole or not at all, with its directories (0700).
 *
 * @param keepAs where an existing file goes first; without it an existing file is never replaced
 * @throws `usage` when the file exists, `no-permission`, `no-space`
 */
export function writeNewFile(path: string, text: string, keepAs?: string): void {
	const temporary = `${path}.${process.pid}.tmp`;
	try {
		mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
		const descriptor = openSync(temporary, 'wx', 0o600);
		try {
			writeSync(descriptor, text);
			fsyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
		if (keepAs === undefined) {
			// Unlike rename(2), link(2) fails where something is already.
			linkSync(temporary, path);
		} else {
			linkSync(path, keepAs);
			renameSync(temporary, path);
		}
		syncDirectory(dirname(path));
	} catch (error) {
		throw writeError(path, error as NodeJS.ErrnoException);
	} finally {
		rmSync(temporary, { force: true });
	}
}

function syncDirectory(path: string): void {
	const descriptor = openSync(path, 'r');
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

function writeError(path: string, error: NodeJS.ErrnoException): BackupTuiError {
	const cause = error;
	if (error.code === 'EEXIST') {
		return new BackupTuiError('usage', `${path} exists already`, {
			hint: 'name another file, or add --yes (the old one is kept)',
			cause,
		});
	}
	if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
		return new BackupTuiError('no-space', `no space left to write ${path}`, { cause });
	}
	return new BackupTuiError('no-permission', `${path} cannot be written: ${error.message}`, { cause });
}
