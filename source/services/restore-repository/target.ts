import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { writeDurably } from '../../runs/files.ts';
import { formatBytes } from '../../runs/units.ts';
import { assertNoLinkInside, makeOwnPlace, ownPlace } from '../own-way.ts';

/** Our note in a directory that is being filled: what is there may be unfinished, and the same restore may go on. */
const markerName = '.backup-tui-restore.json';
/** What rclone writes into a repository: a link among them would lead out of it. */
const repositoryFolders = [
	'config',
	...['data', 'index', 'keys', 'snapshots', 'locks'],
	...Array.from({ length: 256 }, (_, at) => `data/${at.toString(16).padStart(2, '0')}`),
];
/** Kept free on the target's disk. */
const reserveBytes = 64 * 1024 * 1024;
// linux/magic.h
const memoryFilesystems: Readonly<Record<number, string>> = { 16914836: 'tmpfs', 2240043254: 'ramfs' };

interface Marker {
	readonly v: 1;
	/** Where it comes from, as rclone names it. */
	readonly from: string;
	/** ISO time, UTC. */
	readonly since: string;
}

function refused(message: string, hint: string): BackupTuiError {
	return new BackupTuiError('restore-refused', message, { hint });
}

/** @returns our note in a directory, undefined when there is none */
export function readMarker(target: string): Marker | undefined {
	try {
		return JSON.parse(readFileSync(join(target, markerName), 'utf8')) as Marker;
	} catch {
		return undefined;
	}
}

/** @returns the path itself, or the nearest directory above it that is there */
function existing(path: string): string {
	return existsSync(path) || path === dirname(path) ? path : existing(dirname(path));
}

/** What was found at the target before anything was written. */
export interface TargetFound {
	/** An unfinished restore of the same place goes on. */
	readonly resuming: boolean;
}

/**
 * Refuses a target that must not be written to: in memory, not a directory, holding something, or an unfinished restore
 * from elsewhere.
 *
 * @param from the remote's place, as rclone names it
 * @param how `configured`: it is the repository of the configuration, which says where backups are written anyway
 * @throws restore-refused
 */
export async function examineTarget(
	target: string,
	from: string,
	{ force, configured }: { readonly force: boolean; readonly configured: boolean },
): Promise<TargetFound> {
	if (!configured) ownPlace(target);
	const stat = statSync(target, { throwIfNoEntry: false });
	if (stat !== undefined && !stat.isDirectory())
		throw refused(`${target} is not a directory`, 'name another PATH');
	if (!configured) for (const name of repositoryFolders) assertNoLinkInside(target, join(target, name));
	const { type } = await statfs(existing(target));
	const memory = memoryFilesystems[type];
	if (memory !== undefined) {
		throw refused(
			`${target} lies in memory (${memory}): a reboot would lose it`,
			'name a PATH on a disk, or set RESTORE_DIR',
		);
	}
	if (stat === undefined) return { resuming: false };
	const marker = readMarker(target);
	if (marker !== undefined) {
		if (marker.from === from) return { resuming: true };
		throw refused(
			`${target} holds an unfinished restore from ${marker.from}`,
			'finish that one with --remote, or name another PATH',
		);
	}
	if (readdirSync(target).length === 0 || force) return { resuming: false };
	throw refused(
		`${target} is not empty`,
		'name an empty or new PATH; --force takes it as it is and leaves alone what is not part of the repository',
	);
}

/**
 * Asks whether the missing bytes fit.
 *
 * @throws no-space
 */
export async function requireSpace(target: string, bytes: number): Promise<void> {
	const at = existing(target);
	const { bavail, bsize } = await statfs(at);
	const free = bavail * bsize;
	if (free >= bytes + reserveBytes) return;
	throw new BackupTuiError(
		'no-space',
		`${formatBytes(bytes)} are to come, ${formatBytes(free)} are free at ${at}`,
		{
			hint: 'make room, or name a PATH on a larger disk',
			exitCode: exitCodes.restore,
		},
	);
}

/** Creates the directory (0700) and notes in it what it is for. @throws no-permission, no-space */
export function beginTarget(target: string, from: string, now: Date, configured: boolean): void {
	try {
		if (configured) mkdirSync(target, { recursive: true, mode: 0o700 });
		else makeOwnPlace(target);
	} catch (error) {
		if (error instanceof BackupTuiError) throw error;
		throw new BackupTuiError('no-permission', `cannot make ${target}: ${(error as Error).message}`, {
			cause: error,
			hint: 'name a PATH you can write, or run as root',
		});
	}
	const marker: Marker = { v: 1, from, since: now.toISOString() };
	writeDurably(join(target, markerName), `${JSON.stringify(marker)}\n`);
}

/** The restore is complete: the directory is a repository like any other. */
export function finishTarget(target: string): void {
	rmSync(join(target, markerName), { force: true });
}
