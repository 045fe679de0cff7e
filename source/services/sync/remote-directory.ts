import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { GuardFinding } from './guards.ts';
import { countFiles, type Inventory } from './layout.ts';
import { isDirectory } from './local-disk.ts';
import type { MirrorContext } from './mirror-context.ts';

/**
 * A remote that is a directory must be there: rclone would create it, on the wrong disk when its own is not mounted.
 *
 * @throws remote-unreachable
 */
export async function requireDirectory(context: Pick<MirrorContext, 'address' | 'remote'>): Promise<void> {
	const { address, remote } = context;
	if (address.kind !== 'directory') return;
	if (await isDirectory(address.root)) return;
	throw new BackupTuiError('remote-unreachable', `${remote.name}: ${address.root} is not there`, {
		hint: `mount its disk, or create the directory: mkdir -p ${address.root}`,
	});
}

/** Makes the copy's directory private, as restic makes its own: rclone would leave it open to all. */
export function makeDirectory(context: Pick<MirrorContext, 'address' | 'place'>): void {
	if (context.address.kind !== 'directory') return;
	try {
		mkdirSync(context.place, { recursive: true, mode: 0o700 });
	} catch (error) {
		throw new BackupTuiError('no-permission', `cannot make ${context.place}: ${(error as Error).message}`, {
			cause: error,
			hint: 'check the mount and the permissions of that disk',
			exitCode: exitCodes.sync,
		});
	}
}

/** @returns the real path, also of what is not there yet */
function realPath(path: string): string {
	const parent = dirname(path);
	if (existsSync(path) || parent === path) return realpathSync(path);
	return join(realPath(parent), basename(path));
}

/**
 * A copy inside the repository, or around it, is none.
 *
 * @throws config-invalid
 */
export function requireApart(place: string, directory: string, name: string): void {
	const [copy, source] = [`${realPath(place)}/`, `${realPath(directory)}/`];
	if (!copy.startsWith(source) && !source.startsWith(copy)) return;
	throw new BackupTuiError('config-invalid', `${name}: ${place} and the repository lie in each other`, {
		hint: 'give the remote a directory of its own, on another disk',
		exitCode: exitCodes.sync,
	});
}

/** A directory that held the copy and now holds nothing is an unmounted disk until somebody says otherwise. */
export function guardRemote(context: MirrorContext, found: Inventory): GuardFinding | undefined {
	const { memory, deps, remote } = context;
	const { state } = memory;
	if (state.lastSuccess === undefined || countFiles(found.files) > 0) return undefined;
	const detail = `${context.place} is empty, but held ${state.files ?? 'the'} files after the sync of ${state.lastSuccess}`;
	if (!context.newPlace && state.place?.mounts !== undefined) {
		const hint = `is its disk mounted? If it was emptied or replaced on purpose: backup-tui sync ${remote.name} --new-place`;
		return { guard: 'remote', ok: false, detail, hint };
	}
	deps.emit({ type: 'message', level: 'warn', text: `${remote.name}: ${detail}: everything is sent again` });
	return undefined;
}
