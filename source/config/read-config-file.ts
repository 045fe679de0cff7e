import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { BackupTuiError } from '../errors.ts';

const mostBytes = 1024 * 1024;

/**
 * Reads a configuration file as text.
 *
 * @throws `config-invalid` when it is no file, too long or not UTF-8; `no-permission`; `config-missing`
 */
export function readConfigFile(path: string): string {
	let descriptor: number;
	try {
		// Without O_NONBLOCK a FIFO would be waited for.
		descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
	} catch (error) {
		throw openError(path, error as NodeJS.ErrnoException);
	}
	try {
		const stats = fstatSync(descriptor);
		if (!stats.isFile()) throw new BackupTuiError('config-invalid', `${path} is not a file`);
		if (stats.size > mostBytes) {
			throw new BackupTuiError(
				'config-invalid',
				`${path} is not a configuration: it has ${stats.size} bytes`,
			);
		}
		return decode(readFileSync(descriptor), path);
	} finally {
		closeSync(descriptor);
	}
}

function decode(bytes: Buffer, path: string): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		// The first line that is not UTF-8, so that a person can find it.
		const line = bytes
			.toString('latin1')
			.split('\n')
			.findIndex((text) => Buffer.from(text, 'latin1').toString('utf8').includes('\ufffd'));
		throw new BackupTuiError('config-invalid', `${path}, line ${line + 1}: this is not UTF-8`, {
			hint: 'save the file as UTF-8; a password in another encoding would be read wrongly',
		});
	}
}

function openError(path: string, error: NodeJS.ErrnoException): BackupTuiError {
	if (error.code === 'ENOENT') {
		return new BackupTuiError('config-missing', `there is no file ${path}`, { cause: error });
	}
	if (error.code === 'EACCES' || error.code === 'EPERM') {
		return new BackupTuiError('no-permission', `${path} cannot be read by this user`, {
			hint: 'run as root, or give a configuration of your own with --config',
			cause: error,
		});
	}
	return new BackupTuiError('config-invalid', `${path} cannot be read: ${error.message}`, { cause: error });
}
