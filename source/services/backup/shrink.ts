import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { makePrivateDirectory, writeDurably } from '../../runs/files.ts';

/** Size of a snapshot. */
export interface SnapshotSize {
	readonly snapshot: string;
	readonly files: number;
	readonly bytes: number;
}

/** A stack whose last snapshot is suspiciously small: its old snapshots are not forgotten and not synced away. */
export interface HeldBack {
	readonly stack: string;
	/** ISO time, UTC. */
	readonly since: string;
	readonly good: SnapshotSize;
	readonly shrunk: SnapshotSize;
}

/** Too few to judge by percentage: losing one of two files is everyday. */
const smallestFiles = 4;
const smallestBytes = 64 * 1024;

/**
 * A mount that vanished backs up as an empty directory, with exit code 0: only the size tells.
 *
 * @param limitPercent a snapshot smaller by more than this, in files or in bytes, is suspicious; 100 = never
 */
export function isShrunk(before: SnapshotSize, now: SnapshotSize, limitPercent: number): boolean {
	const kept = 1 - limitPercent / 100;
	const fewerFiles = before.files >= smallestFiles && now.files < before.files * kept;
	const fewerBytes = before.bytes >= smallestBytes && now.bytes < before.bytes * kept;
	return fewerFiles || fewerBytes;
}

/**
 * What is held back, kept in the state directory: outlives the run, read by retention and sync. The mark on the snapshots says
 * the same, for the day on which the state directory is lost. A list that cannot be read
 * is not an empty one: every method throws `snapshot-shrunk` then, and nothing is forgotten or synced away.
 */
export interface HeldBackList {
	all(): readonly HeldBack[];
	/** Whether there is a list at all: without one the alarms are told from the repository (`alarmsIn`). */
	known(): boolean;
	/** Writes the list that was told from the repository. */
	adopt(stacks: readonly HeldBack[]): void;
	get(stack: string): HeldBack | undefined;
	put(entry: HeldBack): void;
	clear(stack: string): void;
}

export function createHeldBackList(stateDir: string): HeldBackList {
	const path = join(stateDir, 'held-back.json');
	const all = () => readHeldBack(path);
	const save = (stacks: readonly HeldBack[]) => {
		makePrivateDirectory(stateDir);
		writeDurably(path, `${JSON.stringify({ v: 1, stacks }, undefined, '\t')}\n`);
	};
	return {
		all,
		known: () => existsSync(path),
		adopt: save,
		get: (stack) => all().find((entry) => entry.stack === stack),
		put: (entry) => save([...all().filter((other) => other.stack !== entry.stack), entry]),
		clear: (stack) => {
			const stacks = all();
			if (stacks.some((entry) => entry.stack === stack))
				save(stacks.filter((entry) => entry.stack !== stack));
		},
	};
}

/** @throws snapshot-shrunk when there is a list that cannot be read */
function readHeldBack(path: string): readonly HeldBack[] {
	try {
		const { stacks } = JSON.parse(readFileSync(path, 'utf8')) as { readonly stacks: readonly HeldBack[] };
		if (stacks.every(({ stack, good }) => typeof stack === 'string' && typeof good?.files === 'number'))
			return stacks;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
	}
	throw new BackupTuiError(
		'snapshot-shrunk',
		`${path} cannot be read: of which stacks the old snapshots are held back is not known`,
		{ hint: 'compare the newest snapshots with older ones (backup-tui snapshots), then delete that file' },
	);
}
