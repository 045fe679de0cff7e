import type { TreeEntry } from '../../restic/types.ts';
import { sealHeader, tarBlock } from '../../stacks/tar-block.ts';
import { nanosecondsOf, permissionsOf } from './changes.ts';

function octal(value: number, width: number): string {
	return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

function header(name: string, type: string, size: number, entry: TreeEntry, seconds: number): Buffer {
	const bytes = Buffer.alloc(tarBlock);
	bytes.write(name.slice(-100), 0);
	bytes.write(octal(permissionsOf(entry.mode), 8), 100);
	bytes.write(octal(Math.min(entry.uid, 0o7777777), 8), 108);
	bytes.write(octal(Math.min(entry.gid, 0o7777777), 8), 116);
	bytes.write(octal(size, 12), 124);
	bytes.write(octal(Math.max(0, seconds), 12), 136);
	bytes.write(type, 156);
	bytes.write('ustar\u000000', 257);
	return sealHeader(bytes);
}

/** `LENGTH KEY=VALUE\n`, where LENGTH counts itself. */
function record(key: string, value: string): string {
	const rest = ` ${key}=${value}\n`;
	let length = Buffer.byteLength(rest);
	length += String(length + String(length).length).length;
	return `${length}${rest}`;
}

/**
 * The entry of a directory in a tar archive, in the pax form so that no name is too long and no time is rounded
 * (POSIX.1-2001, pax interchange format).
 *
 * @param path without a leading slash
 */
export function tarDirectory(path: string, entry: TreeEntry): Buffer {
	const nanoseconds = nanosecondsOf(entry.mtime);
	const seconds = Number(nanoseconds / 1_000_000_000n);
	const fraction = String(nanoseconds % 1_000_000_000n).padStart(9, '0');
	const records = Buffer.from(
		record('path', `${path}/`) +
			record('mtime', `${seconds}.${fraction}`) +
			record('uid', String(entry.uid)) +
			record('gid', String(entry.gid)),
	);
	const padding = Buffer.alloc((tarBlock - (records.length % tarBlock)) % tarBlock);
	return Buffer.concat([
		header('pax', 'x', records.length, entry, seconds),
		records,
		padding,
		header(`${path}/`, '5', 0, entry, seconds),
	]);
}
