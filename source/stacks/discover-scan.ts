import { BackupTuiError } from '../errors.ts';
import type { DirectoryEntry, DiscoveryFiles } from './discover-files.ts';

/**
 * Lists what may be a stack: the direct children that are directories or links, hidden ones left out.
 *
 * @param timeoutMs after which the disk is given up
 * @throws stacks-dir-missing when the directory is not there, is no directory, or does not answer; no-permission
 */
export async function scanStacksDirectory(
	stacksDir: string,
	files: DiscoveryFiles,
	timeoutMs: number,
): Promise<readonly DirectoryEntry[]> {
	try {
		const entries = await within(timeoutMs, files.list(stacksDir));
		return entries
			.filter((entry) => (entry.kind === 'directory' || entry.kind === 'link') && !entry.name.startsWith('.'))
			.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === 'EACCES' || code === 'EPERM') {
			throw new BackupTuiError(
				'no-permission',
				`the stacks directory ${stacksDir} cannot be read: ${message}`,
				{
					hint: 'Run as root, or as a user who may read it',
					cause: error,
				},
			);
		}
		throw stacksDirMissing(`the stacks directory ${stacksDir} cannot be read: ${message}`, error);
	}
}

/** Nothing was changed: the dirlist stays as it is. */
export function stacksDirMissing(message: string, cause?: unknown): BackupTuiError {
	return new BackupTuiError('stacks-dir-missing', message, {
		hint: 'Nothing was changed. Mount the disk it lies on, or correct STACKS_DIR in the [docker] section',
		cause,
	});
}

/** @throws an error with code ETIMEDOUT; the promise is left to itself then */
export async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const expired = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			const message = `no answer within ${Math.ceil(timeoutMs / 1000)} s`;
			reject(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
		}, timeoutMs);
	});
	try {
		return await Promise.race([promise, expired]);
	} finally {
		clearTimeout(timer);
	}
}
