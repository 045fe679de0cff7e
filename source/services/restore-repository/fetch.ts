import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type RemoteAddress, rcloneLocation } from '../../rclone/address.ts';
import type { Rclone } from '../../rclone/types.ts';
import { fsyncFiles } from '../sync/fsync-files.ts';
import { countFiles, type Inventory, neverListed, sortFiles, uploadOrder } from '../sync/layout.ts';
import { planMirror } from '../sync/plan.ts';
import type { TransferProgress } from '../sync/progress.ts';
import { readInventory } from '../sync/read-inventory.ts';
import { requireSpace } from './target.ts';

export interface FetchContext {
	readonly rclone: Rclone;
	readonly address: RemoteAddress;
	readonly target: string;
	readonly dryRun: boolean;
	readonly progress: TransferProgress;
	/** Bound of the next call. */
	readonly call: () => { readonly timeoutMs?: number };
	/** Called once, before the first byte is written. */
	readonly begin: () => void;
}

/**
 * Brings the files of a remote's repository into the target. What is there already, in its size, is not fetched again; the
 * config file comes last, so that nothing takes a half-filled directory for a repository.
 *
 * @returns what the remote has
 * @throws restore-refused, no-space, remote-*
 */
export async function fetchFiles(context: FetchContext): Promise<Inventory> {
	const { rclone, address, target, progress } = context;
	const place = rcloneLocation(address);
	const remote = sortFiles(await rclone.list(place, neverListed, context.call()));
	requireRepository(remote, place);
	const local = await readInventory(target);
	const { uploads, uploadBytes, uploadFiles } = planMirror(remote, local);
	await requireSameRepository(context, remote, local);
	await requireSpace(target, uploadBytes);
	context.begin();
	progress.begin(uploadBytes, uploadFiles);
	for (const kind of uploadOrder) {
		const paths = [...uploads[kind].keys()];
		if (paths.length > 0) await fetchPaths(context, paths, uploads[kind]);
	}
	return remote;
}

/** Fetches files over what is there. */
export async function fetchPaths(
	context: FetchContext,
	paths: readonly string[],
	sizes: ReadonlyMap<string, number>,
): Promise<void> {
	const { rclone, address, target, progress } = context;
	const stats = progress.stats();
	try {
		await rclone.copy(rcloneLocation(address), target, paths, { ...context.call(), onStats: stats.onStats });
	} catch (error) {
		stats.cut();
		throw error;
	}
	if (context.dryRun) return;
	stats.finish(
		paths.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0),
		paths.length,
	);
	// rclone does not: a power cut could leave files of the right size and no content.
	fsyncFiles(target, paths);
}

/** Removes local copies whose content is not what their names say. */
export function dropFiles(target: string, paths: readonly string[]): void {
	for (const path of paths) rmSync(join(target, path), { force: true });
}

function requireRepository(remote: Inventory, place: string): void {
	const missing = (['config', 'keys', 'snapshots'] as const).filter((kind) => remote.files[kind].size === 0);
	if (missing.length === 0) return;
	const what =
		countFiles(remote.files) === 0
			? 'there is no repository'
			: `the repository has no ${missing.join(', no ')}`;
	throw new BackupTuiError('restore-refused', `${place}: ${what}`, {
		hint: `look what is there: rclone lsf ${place}; deleted files may be in its folder quarantine`,
	});
}

/** A directory that holds another repository is never filled up with this one. */
async function requireSameRepository(
	context: FetchContext,
	remote: Inventory,
	local: Inventory,
): Promise<void> {
	const { rclone, address, target } = context;
	const foreign = (['data', 'keys', 'index', 'snapshots'] as const).some((kind) =>
		[...local.files[kind].keys()].some((path) => !remote.files[kind].has(path)),
	);
	let other = foreign;
	if (local.files.config.size > 0) {
		const hashes = await rclone.downloadHashes(rcloneLocation(address), ['config']);
		const own = createHash('sha256')
			.update(readFileSync(join(target, 'config')))
			.digest('hex');
		other ||= hashes.get('config') !== own;
	}
	if (!other) return;
	throw new BackupTuiError(
		'restore-refused',
		`${target} holds another repository, or more than the remote has`,
		{
			hint: 'name an empty or new PATH: nothing is mixed or overwritten',
			exitCode: exitCodes.restore,
		},
	);
}
