import { chmodSync, existsSync, lchownSync, mkdirSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { escapePattern } from '../../restic/args.ts';
import type { Restic } from '../../restic/client.ts';
import type { RestoreProgress, TreeEntry } from '../../restic/types.ts';
import { asideOf } from './aside.ts';
import { nanosecondsOf, permissionsOf } from './changes.ts';
import type { LivePath } from './live-tree.ts';
import { moveTree } from './move-tree.ts';

/** One tree or file out of a snapshot to one place on this host. */
export interface FileWrite {
	readonly snapshot: string;
	/** Absolute path in the snapshot. */
	readonly from: string;
	/** Absolute path on this host, without links (see `site.ts`). */
	readonly to: string;
	/** Paths below `from` that are as they should be and cannot be changed: left alone. `/` is all of it. */
	readonly leave?: readonly string[];
	/** What lies at `from`, when the caller has looked already. */
	readonly entry?: TreeEntry;
	/** Directories where the snapshot has something else: removed first. */
	readonly inTheWay?: readonly LivePath[];
}

export interface WriteDeps {
	readonly restic: Pick<Restic, 'restore' | 'version' | 'ls'>;
	/** The repository is somebody else's or read-only: no lock is written into it. */
	readonly noLock: boolean;
	readonly signal?: AbortSignal;
	readonly onProgress?: (progress: RestoreProgress) => void;
}

/** @returns the entry at a path of a snapshot, or undefined when there is none */
export async function entryAt(
	restic: Pick<Restic, 'ls'>,
	snapshot: string,
	path: string,
	signal?: AbortSignal,
): Promise<TreeEntry | undefined> {
	let found: TreeEntry | undefined;
	await restic.ls(snapshot, {
		path: dirname(path),
		...(signal === undefined ? {} : { signal }),
		onEntry: (entry) => {
			if (entry.path === path) found = entry;
		},
	});
	return found;
}

function applyMetadata(path: string, entry: TreeEntry): void {
	const seconds = Number(nanosecondsOf(entry.mtime)) / 1e9;
	lchownSync(path, entry.uid, entry.gid);
	chmodSync(path, permissionsOf(entry.mode));
	utimesSync(path, seconds, seconds);
}

/** Parents that are gone are made as the snapshot has them, where the path is the same. */
async function makeParents(deps: WriteDeps, write: FileWrite): Promise<void> {
	const parent = dirname(write.to);
	if (existsSync(parent)) return;
	await makeParents(deps, { ...write, from: dirname(write.from), to: parent });
	mkdirSync(parent, { mode: 0o755 });
	if (dirname(write.from) !== parent) return;
	const entry = await entryAt(deps.restic, write.snapshot, parent, deps.signal);
	if (entry?.type === 'dir') applyMetadata(parent, entry);
}

async function restoreAside(deps: WriteDeps, write: FileWrite, safe: boolean): Promise<string> {
	const aside = asideOf(write.to);
	rmSync(aside, { recursive: true, force: true });
	mkdirSync(aside, { mode: 0o700 });
	const name = `/${basename(write.from)}`;
	const folder = dirname(write.from);
	const request = safe
		? { include: [name], ...(folder === '/' ? {} : { subfolder: folder }) }
		: { include: [write.from] };
	await restore(deps, { snapshot: write.snapshot, target: aside, verify: true, ...request });
	return join(aside, safe ? name : write.from);
}

async function restore(deps: WriteDeps, request: Parameters<Restic['restore']>[0]): Promise<void> {
	await deps.restic.restore(
		{ ...request, includeSeen: true, ...(deps.noLock ? { noLock: true } : {}) },
		{
			...(deps.signal === undefined ? {} : { signal: deps.signal }),
			...(deps.onProgress === undefined ? {} : { onProgress: deps.onProgress }),
		},
	);
}

/** @returns a pattern of restic's for a path; `?` for each byte that is not UTF-8, since it cannot be given as an argument */
function patternOf(path: string): string {
	return escapePattern(path).replaceAll('\ufffd', '?');
}

/** restic 0.17 and newer: straight to its place, every byte that is there compared. */
async function writeStraight(deps: WriteDeps, write: FileWrite, entry: TreeEntry): Promise<void> {
	const { snapshot, from, to, leave = [] } = write;
	const name = basename(from);
	const inFolder = dirname(from) === '/' ? {} : { subfolder: dirname(from) };
	// restic takes either what to include or what to exclude.
	if (name === basename(to) && leave.length === 0) {
		await restore(deps, {
			snapshot,
			...inFolder,
			include: [`/${name}`],
			target: dirname(to),
			verify: true,
		});
		return;
	}
	if (!existsSync(to)) {
		const restored = await restoreAside(deps, write, true);
		renameSync(restored, to);
		rmSync(asideOf(to), { recursive: true, force: true });
		return;
	}
	const exclude = leave.length === 0 ? {} : { exclude: leave.map(patternOf) };
	await restore(deps, { snapshot, subfolder: from, target: to, verify: true, ...exclude });
	applyMetadata(to, entry);
}

/**
 * Writes one tree or file of a snapshot to its place, verified. Files that are there are overwritten, whatever their size
 * and time say. A killed restore leaves files of the right size with wrong content: only when this returns is it complete.
 * Older restic follows symbolic links out of its target, so it restores beside and what it made is moved.
 *
 * @throws restore-failed, no-space, repository-*
 */
export async function writeFiles(deps: WriteDeps, write: FileWrite): Promise<void> {
	try {
		await writeEntry(deps, write);
	} catch (error) {
		throw errorAt(error, write.to);
	}
}

/** What Node says of a full disk has no class of ours. */
function errorAt(error: unknown, to: string): unknown {
	const { code, message } = error as NodeJS.ErrnoException;
	if (error instanceof BackupTuiError || (code !== 'ENOSPC' && code !== 'EDQUOT')) return error;
	return new BackupTuiError('no-space', `no space left to restore to ${to}: ${message}`, {
		cause: error,
		exitCode: exitCodes.restore,
		hint: `free space there (df -h ${dirname(to)}), then restore again`,
	});
}

async function writeEntry(deps: WriteDeps, write: FileWrite): Promise<void> {
	const { abilities } = await deps.restic.version();
	const entry = write.entry ?? (await entryAt(deps.restic, write.snapshot, write.from, deps.signal));
	if (entry === undefined) {
		throw new BackupTuiError(
			'restore-failed',
			`${write.from} is not in snapshot ${write.snapshot.slice(0, 8)}`,
			{
				hint: `look what is in it: backup-tui snapshots ls ${write.snapshot.slice(0, 8)} ${dirname(write.from)}`,
			},
		);
	}
	if (write.leave?.includes('/') === true) return;
	await makeParents(deps, write);
	for (const path of write.inTheWay ?? []) rmSync(path, { recursive: true, force: true });
	if (abilities.safeSymlinks) return await writeStraight(deps, write, entry);
	const restored = await restoreAside(deps, write, false);
	moveTree(restored, write.to, write.leave);
	rmSync(asideOf(write.to), { recursive: true, force: true });
}
