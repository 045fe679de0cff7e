import { constants } from 'node:fs';
import { access, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BackupTuiError, type ErrorCode } from '../errors.ts';

/** Written and deleted at once, beside restic's own files: restic does not look at it. */
export const probeName = '.backup-tui-write-test';

/** Where a backup adds files. */
const directories = ['locks', 'data', 'index', 'snapshots'];

/** A disk that does not take a few KiB in this time takes no backup either, ms. */
const patienceMs = 30_000;

const codes: Readonly<Record<string, readonly [ErrorCode, string, string]>> = {
	EROFS: [
		'repository-read-only',
		'its file system is mounted read-only',
		'mount it writable: mount -o remount,rw; if the disk has errors, see dmesg first',
	],
	EACCES: ['no-permission', 'no permission', 'run as the owner of the repository, usually root'],
	EPERM: [
		'no-permission',
		'the file system does not allow it',
		'see whether it is immutable (lsattr), or run as the owner of the repository',
	],
	ENOSPC: [
		'no-space',
		'its disk is full',
		'free space on it, or run: backup-tui prune (it frees the ballast file first)',
	],
	EDQUOT: ['no-space', 'the quota is used up', 'raise the quota, or run: backup-tui prune'],
};

/**
 * Writes a little into a local repository and takes it away again: permissions alone do not tell of quotas and full disks.
 *
 * @throws repository-read-only, no-permission, no-space, timed-out; repository-unreachable for an error of the disk
 */
export async function probeDirectory(path: string): Promise<void> {
	const late = delay(patienceMs, 'late' as const, { ref: false });
	const ended = await Promise.race([writeAndDelete(path).catch((error: unknown) => error), late]);
	if (ended === undefined) return;
	if (ended === 'late') {
		throw new BackupTuiError('timed-out', `${path} took nothing within ${patienceMs / 1000} s`, {
			hint: 'look at what its disk or network share is doing; nothing was stopped',
		});
	}
	const { code = '', message } = ended as NodeJS.ErrnoException;
	const [ours, why, hint] = codes[code] ?? ['repository-unreachable', message, 'check the disk it is on'];
	throw new BackupTuiError(ours, `the repository ${path} cannot be written: ${why}`, { cause: ended, hint });
}

async function writeAndDelete(path: string): Promise<undefined> {
	for (const name of directories) await access(join(path, name), constants.W_OK | constants.X_OK);
	const file = join(path, probeName);
	try {
		await using handle = await open(
			file,
			constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW,
			0o600,
		);
		await handle.write(Buffer.alloc(4096, 'backup-tui'));
		await handle.sync();
	} catch (error) {
		// Whoever may only write into restic's own directories can make backups all the same.
		if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
	} finally {
		await rm(file, { force: true }).catch(() => {});
	}
	return undefined;
}
