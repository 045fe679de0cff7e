import { closeSync, constants, fsyncSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';

function fsyncPath(path: string, flags: number): void {
	const descriptor = openSync(path, flags);
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

/**
 * Makes files and the folders they lie in survive a power loss.
 *
 * @param paths relative to `directory`
 * @throws the system's error, e.g. EIO of a failing disk
 */
export function fsyncFiles(directory: string, paths: readonly string[]): void {
	const folders = new Set<string>([directory]);
	for (const path of paths) {
		fsyncPath(join(directory, path), constants.O_RDONLY);
		for (let folder = dirname(path); folder !== '.'; folder = dirname(folder))
			folders.add(join(directory, folder));
	}
	for (const folder of folders) fsyncPath(folder, constants.O_RDONLY | constants.O_DIRECTORY);
}
