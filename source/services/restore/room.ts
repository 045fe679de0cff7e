import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { formatBytes } from '../../runs/units.ts';
import type { PlannedPart } from './plan.ts';

interface Disk {
	readonly path: string;
	readonly free: number;
	/** Files that can still be made; undefined where the file system does not count them. */
	readonly freeFiles: number | undefined;
	bytes: number;
	files: number;
}

function nearestFolder(path: string): string {
	for (let folder = path; ; folder = dirname(folder)) {
		try {
			statfsSync(folder);
			return folder;
		} catch {
			if (folder === '/') return folder;
		}
	}
}

/**
 * Room on the disks that are written to: new files and what changed ones grow by, without what is deleted beforehand.
 *
 * @param fullSize true when everything is written beside what is there first (restic before 0.17)
 * @throws no-space naming the disk, with exit code 4
 */
export function assertRoom(parts: readonly PlannedPart[], fullSize: boolean): void {
	const disks = new Map<string, Disk>();
	for (const { changes, site, placed } of parts) {
		const path = site.path ?? (placed.place.kind === 'path' ? placed.place.to : undefined);
		if (changes === undefined || path === undefined) continue;
		const folder = nearestFolder(path);
		const { bavail, bsize, type, blocks, files, ffree } = statfsSync(folder);
		const key = `${type}/${blocks}/${bsize}/${bavail}`;
		const disk = disks.get(key) ?? {
			path: folder,
			free: bavail * bsize,
			freeFiles: files === 0 ? undefined : ffree,
			...{ bytes: 0, files: 0 },
		};
		disk.bytes += (fullSize ? changes.bytes : changes.growthBytes) - changes.freedBytes;
		disk.files += (fullSize ? changes.entries : changes.created.count) - changes.deleted.count;
		disks.set(key, disk);
	}
	const hint = 'free space there, or restore less: --volume, --include';
	for (const { path, bytes, free, files, freeFiles } of disks.values()) {
		if (bytes > free)
			throw new BackupTuiError(
				'no-space',
				`${formatBytes(bytes)} are needed at ${path}, ${formatBytes(free)} are free`,
				{ hint, exitCode: 4 },
			);
		if (freeFiles !== undefined && files > freeFiles)
			throw new BackupTuiError(
				'no-space',
				`${files} new files are needed at ${path}, there is room for ${freeFiles} (df -i)`,
				{ hint, exitCode: 4 },
			);
	}
}
