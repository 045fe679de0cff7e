import { BackupTuiError } from '../errors.ts';
import type { Restic } from '../restic/client.ts';
import { byTime, latestOf } from '../restic/snapshot.ts';
import { backupTag, isBackupOf, stackOfTags } from '../restic/tags.ts';
import type { CallOptions, Snapshot } from '../restic/types.ts';
import type { HistoryEntry } from '../runs/history.ts';

/** Snapshots of one stack, oldest first. */
export interface StackSnapshots {
	readonly stack: string;
	readonly snapshots: readonly Snapshot[];
}

export interface SnapshotList {
	/** By name. */
	readonly stacks: readonly StackSnapshots[];
	/** Streamed volumes and what other programs made. */
	readonly others: readonly Snapshot[];
	/** Ids of snapshots that cannot be read: the repository is damaged. */
	readonly unreadable: readonly string[];
}

export interface ListRequest extends CallOptions {
	/** Names of stacks; empty = all. */
	readonly stacks?: readonly string[];
	/** Only the last so many of each stack. */
	readonly last?: number;
}

/** Groups snapshots by the stack their tags name; older ones of this program's predecessor are among them. */
export function groupByStack(snapshots: readonly Snapshot[]): Omit<SnapshotList, 'unreadable'> {
	const byStack = new Map<string, Snapshot[]>();
	const others: Snapshot[] = [];
	for (const snapshot of snapshots) {
		const stack = stackOfTags(snapshot.tags);
		if (stack === undefined) others.push(snapshot);
		else byStack.set(stack, [...(byStack.get(stack) ?? []), snapshot]);
	}
	const stacks = [...byStack].map(([stack, list]) => ({ stack, snapshots: list }));
	return { stacks: stacks.toSorted((a, b) => a.stack.localeCompare(b.stack)), others };
}

/** All snapshots by stack, from one call of restic. @throws stack-unknown for a named stack without any */
export async function listSnapshots(restic: Restic, request: ListRequest = {}): Promise<SnapshotList> {
	const { stacks: names = [], last, ...call } = request;
	let unreadable: readonly string[] = [];
	const all = await restic.snapshots(
		{},
		{
			...call,
			onUnreadable: (ids) => {
				unreadable = ids;
			},
		},
	);
	const grouped = groupByStack(all);
	const missing = names.filter((name) => !grouped.stacks.some(({ stack }) => stack === name));
	if (missing.length > 0) {
		throw new BackupTuiError('stack-unknown', `no snapshots of ${missing.join(', ')}`, {
			hint:
				grouped.stacks.length === 0
					? 'the repository has none yet: backup-tui backup'
					: `there are snapshots of ${grouped.stacks.map(({ stack }) => stack).join(', ')}`,
		});
	}
	const stacks = grouped.stacks
		.filter(({ stack }) => names.length === 0 || names.includes(stack))
		.map(({ stack, snapshots }) => ({
			stack,
			snapshots: last === undefined ? snapshots : snapshots.slice(-last),
		}));
	return { stacks, others: names.length === 0 ? grouped.others : [], unreadable };
}

/**
 * The snapshot a person means: an id or the beginning of one, `latest`, or the name of a stack for its latest.
 *
 * @throws snapshot-unknown
 */
export async function resolveSnapshot(
	restic: Restic,
	host: string,
	reference: string,
	call: CallOptions = {},
): Promise<Snapshot> {
	const ours = await restic.snapshots({ tags: [backupTag], host }, call);
	const byStack = latestOf(ours.filter((snapshot) => isBackupOf(snapshot, reference)));
	if (byStack.snapshot !== undefined) return byStack.snapshot;
	if (reference === 'latest') {
		const { snapshot } = latestOf(ours.filter(({ tags }) => stackOfTags(tags) !== undefined));
		if (snapshot !== undefined) return snapshot;
	}
	if (!/^[0-9a-f]{4,64}$/.test(reference)) {
		throw new BackupTuiError(
			'snapshot-unknown',
			`"${reference}" is neither a snapshot nor a stack that has one`,
			{
				hint: 'list them with: backup-tui snapshots',
			},
		);
	}
	return await restic.snapshot(reference, call);
}

/** The two snapshots to compare, the older first: two that are named, or one and the one of its stack before it. */
export async function resolvePair(
	restic: Restic,
	host: string,
	first: string,
	second: string | undefined,
	call: CallOptions = {},
): Promise<readonly [Snapshot, Snapshot]> {
	const one = await resolveSnapshot(restic, host, first, call);
	if (second !== undefined) {
		const other = await resolveSnapshot(restic, host, second, call);
		return [one, other];
	}
	const stack = stackOfTags(one.tags);
	const before =
		stack === undefined
			? undefined
			: (await restic.snapshots({ tags: [backupTag], host: one.hostname }, call))
					.filter((snapshot) => isBackupOf(snapshot, stack))
					.toSorted(byTime)
					.findLast((snapshot) => snapshot.time < one.time);
	if (before === undefined) {
		throw new BackupTuiError('snapshot-unknown', `there is no snapshot before ${one.shortId}`, {
			hint: 'name both: backup-tui snapshots diff OLDER NEWER',
		});
	}
	return [before, one];
}

/**
 * What the backup that made a snapshot has added to the repository, as it lies there: the number that the run reported. It is
 * taken from the history, since restic's own leaves out the warm copy and streamed volumes.
 *
 * @returns bytes, by snapshot; what restic says where the history does not know it, undefined where neither does
 */
export function addedBytesBySnapshot(
	history: readonly HistoryEntry[],
): (snapshot: Snapshot) => number | undefined {
	const known = new Map(history.map((entry) => [entry.snapshot, entry.addedBytes]));
	return ({ id, original, summary }) =>
		known.get(id) ?? known.get(original) ?? summary?.addedBytesPacked ?? summary?.addedBytes;
}
