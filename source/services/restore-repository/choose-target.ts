import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readMarker } from './target.ts';

const prefix = 'restored_backup_';

/** @returns local time as it stands in names of folders: `20260131_043000` */
export function localStamp(now: Date): string {
	const two = (value: number) => String(value).padStart(2, '0');
	const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
	return `${day}_${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

/** @returns folders of earlier restores without a PATH that are unfinished and come from the same place, the latest first */
function unfinished(directory: string, from: string): string[] {
	let names: string[];
	try {
		names = readdirSync(directory);
	} catch {
		return [];
	}
	return names
		.filter((name) => name.startsWith(prefix))
		.sort()
		.reverse()
		.map((name) => join(directory, name))
		.filter((path) => statSync(path).isDirectory() && readMarker(path)?.from === from);
}

/**
 * Where the repository goes: the path a person gave, else the unfinished restore of an earlier call, else a new folder
 * named after the local time.
 *
 * @param directory RESTORE_DIR
 * @param from the remote's place, as rclone names it
 */
export function chooseTarget(
	given: string | undefined,
	cwd: string,
	directory: string,
	from: string,
	now: Date,
): string {
	if (given !== undefined) return resolve(cwd, given);
	return unfinished(directory, from)[0] ?? join(directory, `${prefix}${localStamp(now)}`);
}
