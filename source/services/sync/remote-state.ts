import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../runs/events.ts';
import { makePrivateDirectory, removeDurably, writeDurably } from '../../runs/files.ts';
import type { CountedTime, KeptFolder } from './quarantine-age.ts';

/** One past sync of a remote. */
export interface PastSync {
	/** ISO time, UTC, of its end. */
	readonly at: string;
	readonly ok: boolean;
	readonly ms: number;
	readonly transferredBytes: number;
	readonly transferredFiles: number;
	readonly quarantinedFiles: number;
	readonly problem?: Problem;
}

/** The place a remote's state is about. */
export interface RememberedPlace {
	/** See `Place.key`. */
	readonly key: string;
	/** As rclone takes it, or the command. */
	readonly location: string;
	/** Where the disks of its local directories were mounted. */
	readonly mounts?: Readonly<Record<string, string>>;
}

/** What is remembered of a remote between syncs: `<stateDir>/remotes/<name>.json`. */
export interface RemoteState {
	readonly version: 1;
	/** undefined = written by an earlier version. */
	readonly place?: RememberedPlace;
	/** Places the remote had before, the latest first: whoever goes back to one finds what is known of it. */
	readonly earlier?: readonly RemoteState[];
	/** Id of the second repository there, for one that is copied. */
	readonly copyId?: string;
	/** ISO time of the last sync that ended well. */
	readonly lastSuccess?: string;
	/** The latest first, at most 30. */
	readonly history: readonly PastSync[];
	/** Short ids (16 digits) of the snapshots on the remote after the last sync that got that far. */
	readonly snapshots: readonly string[];
	/** They stand in the order in which syncs first saw them; only of a remote that is a command. */
	readonly ordered?: boolean;
	/**
	 * Short ids of the snapshots and keys that the source had at the last sync, and of those it had earlier that are still
	 * on the remote; undefined = written by an earlier version.
	 */
	readonly seen?: readonly string[];
	/** Files and bytes there. */
	readonly files?: number;
	readonly bytes?: number;
	/** When the source was last read for a sync that ended well (ms since 1970). */
	readonly readAt?: number;
	/** SHA-256 of the config file there. */
	readonly configHash?: string;
	/** Time as the syncs have counted it, see `quarantine-age.ts`. */
	readonly clock?: CountedTime;
	/** Folders of the quarantine, and the counted day of each one's last file; undefined = not known, to be listed. */
	readonly kept?: readonly KeptFolder[];
	/** Folders of the quarantine as an earlier version noted them. */
	readonly quarantine?: readonly string[];
	/** Rolling comparison by hash: the day it last ran and the next first byte (0..255) of pack names. */
	readonly compared?: { readonly day: string; readonly next: number };
}

export const emptyState: RemoteState = { version: 1, history: [], snapshots: [] };
const keptHistory = 30;
const keptPlaces = 5;

/**
 * The state of a remote at the place it has now. A new place is a new place: nothing of what another one held says
 * anything about it. What the source had is remembered all the same.
 */
export function stateAt(state: RemoteState, { key, location }: RememberedPlace): RemoteState {
	if (state.place === undefined) return { ...state, place: { key, location } };
	if (state.place.key === key) return state;
	const { earlier = [], ...current } = state;
	const found = earlier.find((one) => one.place?.key === key);
	const others = earlier.filter((one) => one !== found);
	const { seen } = state;
	return {
		...(found ?? { ...emptyState, place: { key, location } }),
		...(seen === undefined ? {} : { seen }),
		earlier: [current, ...others].slice(0, keptPlaces),
	};
}

/** The same for whoever only knows how the configuration names the place. */
export function stateForLocation(state: RemoteState, location: string): RemoteState {
	if (state.place === undefined || state.place.location === location) return state;
	return state.earlier?.find((one) => one.place?.location === location) ?? emptyState;
}

function stateFile(stateDir: string, remote: string): string {
	return join(stateDir, 'remotes', `${encodeURIComponent(remote)}.json`);
}

/** @returns the remembered state; a missing or unreadable one is as good as none */
export function readRemoteState(stateDir: string, remote: string): RemoteState {
	try {
		return parseState(readFileSync(stateFile(stateDir, remote), 'utf8'));
	} catch {
		return emptyState;
	}
}

/** The same, for the UI: a slow disk must not hold up keys. */
export async function loadRemoteState(stateDir: string, remote: string): Promise<RemoteState> {
	return parseState(await readFile(stateFile(stateDir, remote), 'utf8').catch(() => ''));
}

function parseState(text: string): RemoteState {
	try {
		const state = JSON.parse(text) as RemoteState;
		return state.version === 1 && Array.isArray(state.history) && Array.isArray(state.snapshots)
			? state
			: emptyState;
	} catch {
		return emptyState;
	}
}

/** @throws state-dir-unwritable, no-space */
function writeRemoteState(stateDir: string, remote: string, state: RemoteState): void {
	makePrivateDirectory(join(stateDir, 'remotes'));
	writeDurably(stateFile(stateDir, remote), `${JSON.stringify(state)}\n`);
}

/** The state while a sync goes on. */
export interface RemoteMemory {
	state: RemoteState;
	/** @throws state-dir-unwritable, no-space */
	save(): void;
}

export function openMemory(stateDir: string, remote: string): RemoteMemory {
	const memory: RemoteMemory = {
		state: readRemoteState(stateDir, remote),
		save: () => writeRemoteState(stateDir, remote, memory.state),
	};
	return memory;
}

/** @returns the state with one more past sync */
export function addToHistory(state: RemoteState, past: PastSync): RemoteState {
	return {
		...state,
		...(past.ok ? { lastSuccess: past.at } : {}),
		history: [past, ...state.history].slice(0, keptHistory),
	};
}

export function shortSnapshotId(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1).slice(0, 16);
}

function pendingFile(stateDir: string, remote: string): string {
	return join(stateDir, 'remotes', `${encodeURIComponent(remote)}.pending`);
}

/** @returns paths whose upload was begun by a sync that did not get to verifying them */
export function readPending(stateDir: string, remote: string): readonly string[] {
	try {
		return readFileSync(pendingFile(stateDir, remote), 'utf8').split('\n').filter(Boolean);
	} catch {
		return [];
	}
}

/** Notes, before an upload begins, what it may leave behind under final names. An empty list removes the note. */
export function writePending(stateDir: string, remote: string, paths: readonly string[]): void {
	makePrivateDirectory(join(stateDir, 'remotes'));
	const file = pendingFile(stateDir, remote);
	if (paths.length > 0) writeDurably(file, `${paths.join('\n')}\n`);
	else if (existsSync(file)) removeDurably(file);
}
