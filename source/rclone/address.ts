import { posix } from 'node:path';

/** A place rclone can reach: a named remote of its config, or an absolute directory of this machine. */
export interface RemoteAddress {
	readonly kind: 'remote' | 'directory';
	/** The remote's name without its colon, or the absolute directory. */
	readonly root: string;
	/** Path under the root; a leading `/` is kept for named remotes (SFTP: absolute instead of in the home). */
	readonly path: string;
}

/**
 * The address of a remote as the config has it.
 *
 * @param remote name with or without a colon, or an absolute directory
 */
export function remoteAddress(remote: string, path: string): RemoteAddress {
	if (remote.startsWith('/')) return { kind: 'directory', root: posix.normalize(remote), path };
	const colon = remote.indexOf(':');
	if (colon === -1) return { kind: 'remote', root: remote, path };
	return { kind: 'remote', root: remote.slice(0, colon), path: path === '' ? remote.slice(colon + 1) : path };
}

/** @returns the address as rclone takes it on its command line, with further path segments below it */
export function rcloneLocation(address: RemoteAddress, ...segments: readonly string[]): string {
	if (address.kind === 'directory') return posix.join(address.root, address.path, ...segments);
	const parts = [address.path.replace(/\/+$/, ''), ...segments].filter((part) => part !== '');
	return `${address.root}:${parts.join('/')}`;
}

/** @returns the same place as restic names a repository there (restic manual, "Other Services via rclone") */
export function resticLocation(address: RemoteAddress): string {
	const location = rcloneLocation(address);
	return address.kind === 'directory' ? location : `rclone:${location}`;
}
