import { statSync } from 'node:fs';
import { join } from 'node:path';
import { formatCount } from '../../runs/units.ts';
import { readForgotten } from '../forgotten.ts';
import type { GuardFinding } from './guards.ts';
import type { Inventory } from './layout.ts';
import { type RemoteState, shortSnapshotId } from './remote-state.ts';
import type { SyncDeps, SyncOptions } from './types.ts';

/**
 * Snapshots of the source by the order in which syncs first saw them, the oldest first; those of one sync by the time of
 * their files.
 */
export function inOrder(directory: string, source: Inventory, state: RemoteState): readonly string[] {
	const here = new Map([...source.files.snapshots.keys()].map((path) => [shortSnapshotId(path), path]));
	const before = state.ordered === true ? state.snapshots.filter((id) => here.has(id)) : [];
	const known = new Set(before);
	const written = (path: string) => statSync(join(directory, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
	const added = [...here]
		.filter(([id]) => !known.has(id))
		.map(([id, path]) => ({ id, at: written(path) }))
		.sort((a, b) => a.at - b.at);
	return [...before, ...added.map(({ id }) => id)];
}

/** Snapshots of the last sync that are gone, nobody forgot here, and are newer than all of that sync that are left. */
export function lostNewest(
	state: RemoteState,
	here: ReadonlySet<string>,
	forgotten: { has(id: string): boolean },
): readonly string[] {
	if (state.ordered !== true) return [];
	const newest = state.snapshots.findLastIndex((id) => here.has(id));
	return state.snapshots.slice(newest + 1).filter((id) => !forgotten.has(id));
}

/**
 * What is on the other side of a command of the user's own is not known. A repository that was put back to an older state is
 * not handed to it all the same: it would take the newer snapshots away there.
 */
export async function guardPutBack(
	deps: SyncDeps,
	name: string,
	source: Inventory,
	state: RemoteState,
	options: SyncOptions,
): Promise<GuardFinding> {
	const guard = 'foreign';
	const here = new Set([...source.files.snapshots.keys()].map(shortSnapshotId));
	const gone = lostNewest(state, here, readForgotten(deps.stateDir));
	const replaced =
		gone.length === 0 ? [] : (await deps.source.snapshots()).map(({ origin }) => shortSnapshotId(origin));
	const lost = gone.filter((id) => !replaced.includes(id));
	if (lost.length === 0) return { guard, ok: true, detail: 'the newest snapshots of the last sync are here' };
	const shown = lost.slice(-3).map((id) => id.slice(0, 8));
	const detail = `${formatCount(lost.length, 'snapshot')} of the last sync ${lost.length === 1 ? 'is' : 'are'} gone, newer than what is left and not forgotten by backup-tui (${shown.join(', ')}): was this repository put back to an older state?`;
	if (options.acceptForeign === true) return { guard, ok: true, detail: `accepted: ${detail}` };
	const hint = `bring them back from there first, or hand the repository over as it is: backup-tui sync ${name} --accept-foreign`;
	return { guard, ok: false, detail, hint };
}
