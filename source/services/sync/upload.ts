import { rcloneLocation } from '../../rclone/address.ts';
import { uploadsAreAtomic } from '../../rclone/features.ts';
import { fsyncFiles } from './fsync-files.ts';
import { guardDamage, guardVanished } from './guards.ts';
import { findDamage } from './hash-files.ts';
import { type Inventory, incomingFolder, type Kind } from './layout.ts';
import type { MirrorContext } from './mirror-context.ts';

/** Packs are read, hashed and sent in batches of about this many bytes: the hash of the next overlaps the sending. */
const batchBytes = 2 * 1024 ** 3;

/** @returns the paths in batches of at least one path and, past that, at most `limit` bytes */
export function batches(files: ReadonlyMap<string, number>, limit = batchBytes): string[][] {
	const result: string[][] = [];
	let current: string[] = [];
	let bytes = 0;
	for (const [path, size] of files) {
		if (current.length > 0 && bytes + size > limit) {
			result.push(current);
			current = [];
			bytes = 0;
		}
		current.push(path);
		bytes += size;
	}
	return current.length === 0 ? result : [...result, current];
}

/** Throws `sync-guard` when a file's content is not what its name says, or when it has gone. */
export async function proveContent(
	context: MirrorContext,
	paths: readonly string[],
	remote: Inventory,
): Promise<void> {
	const { deps, directory, proven, place } = context;
	if (deps.dryRun) return;
	const unproven = paths.filter((path) => !proven.has(path));
	const { damaged, vanished } = await findDamage(
		directory,
		unproven,
		deps.signal === undefined ? {} : { signal: deps.signal },
	);
	if (damaged.length > 0) context.guard(guardDamage(damaged, remote, place, directory));
	if (vanished.length > 0) context.guard(guardVanished(vanished));
	for (const path of unproven) proven.add(path);
}

async function send(
	context: MirrorContext,
	destination: string,
	paths: readonly string[],
	sizes: ReadonlyMap<string, number>,
): Promise<void> {
	const stats = context.progress.stats();
	const bytes = paths.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0);
	try {
		await context.rclone.copy(context.directory, destination, paths, {
			...context.call(),
			onStats: stats.onStats,
		});
	} catch (error) {
		stats.cut();
		throw error;
	}
	if (!context.deps.dryRun) stats.finish(bytes, paths.length);
}

/** Sends packs. They may show under their names half-written: nothing refers to them yet. */
export async function uploadData(
	context: MirrorContext,
	files: ReadonlyMap<string, number>,
	remote: Inventory,
): Promise<void> {
	const all = batches(files);
	let ready = proveContent(context, all[0] ?? [], remote);
	for (const [index, batch] of all.entries()) {
		await ready;
		ready = proveContent(context, all[index + 1] ?? [], remote);
		// Awaited above or never: when sending fails first, its outcome no longer matters.
		ready.catch(() => {});
		await send(context, context.place, batch, files);
		makeDurable(context, batch);
	}
	await ready;
}

/**
 * Sends files that others may read as soon as they show. Where an upload is not atomic (WebDAV, old rclone) they go to
 * a folder beside and are renamed: a cut index under its final name would make the whole remote unreadable.
 */
export async function uploadVisible(
	context: MirrorContext,
	kind: Kind,
	files: ReadonlyMap<string, number>,
): Promise<void> {
	if (files.size === 0) return;
	const { rclone, address, place } = context;
	const paths = [...files.keys()];
	const features = await context.features();
	if (uploadsAreAtomic(features) || !features.move) {
		await send(context, place, paths, files);
	} else {
		await send(context, rcloneLocation(address, incomingFolder), paths, files);
		if (kind === 'config') {
			await rclone.moveFile(rcloneLocation(address, incomingFolder, kind), rcloneLocation(address, kind));
		} else {
			const names = paths.map((path) => path.slice(kind.length + 1));
			const from = rcloneLocation(address, incomingFolder, kind);
			await rclone.move(from, rcloneLocation(address, kind), names, context.call());
		}
	}
	makeDurable(context, paths);
}

/** rclone does not fsync: on a second disk of this machine we do, before anything refers to the files. */
function makeDurable(context: MirrorContext, paths: readonly string[]): void {
	if (context.address.kind === 'directory' && !context.deps.dryRun) fsyncFiles(context.place, paths);
}
