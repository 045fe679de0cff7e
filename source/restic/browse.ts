import type { Writable } from 'node:stream';
import { BackupTuiError } from '../errors.ts';
import { diffArgs, dumpArgs, lsArgs, snapshotsArgs, statsArgs } from './args.ts';
import type { Invocation } from './invocation.ts';
import { count, findJson, isArray, isObject, type Message, parseMessage, text } from './messages.ts';
import type { Session } from './session.ts';
import { assertAllRead, byTime, parseSnapshot, unreadableSnapshots } from './snapshot.ts';
import type {
	CallOptions,
	DiffChange,
	DiffCounts,
	DiffSummary,
	Snapshot,
	SnapshotFilter,
	SnapshotStats,
	TreeEntry,
} from './types.ts';

/** A list of snapshots is one line: about 1 KiB each. */
const mostListBytes = 256 * 1024 * 1024;

function reading(
	args: readonly string[],
	call: CallOptions,
	command: Invocation['command'] = {},
): Invocation {
	const { signal, timeoutMs, stack } = call;
	return {
		operation: 'read',
		args,
		lock: 'none',
		...(signal === undefined ? {} : { signal }),
		...(timeoutMs === undefined ? {} : { timeoutMs }),
		...(stack === undefined ? {} : { stack }),
		command,
	};
}

export interface SnapshotsCall extends CallOptions {
	/** Given the ids of snapshots that cannot be read, instead of a rejection. */
	readonly onUnreadable?: (ids: readonly string[]) => void;
}

/**
 * Snapshots, oldest first.
 *
 * @throws repository-damaged when one cannot be read: restic leaves it out, says so on standard error and exits with 0
 */
export async function listSnapshots(
	session: Session,
	filter: SnapshotFilter = {},
	call: SnapshotsCall = {},
): Promise<Snapshot[]> {
	const { stdout, stderr } = await session.run(
		reading(snapshotsArgs(filter), call, { maxOutputBytes: mostListBytes }),
	);
	const unreadable = unreadableSnapshots(stderr);
	if (call.onUnreadable === undefined) assertAllRead(unreadable);
	else if (unreadable.length > 0) call.onUnreadable(unreadable);
	const list = findJson(stdout, isArray) ?? nullList(stdout);
	if (list === undefined)
		throw new BackupTuiError('repository-unreachable', 'the list of snapshots cannot be read', {
			detail: stdout.slice(0, 500),
		});
	const now = session.options.clock();
	return list
		.filter(isObject)
		.map((message) => parseSnapshot(message, now))
		.toSorted(byTime);
}

function nullList(stdout: string): readonly unknown[] | undefined {
	return stdout.trim() === 'null' ? [] : undefined;
}

/** @param id full, or the beginning of exactly one. @throws snapshot-unknown */
export async function findSnapshot(session: Session, id: string, call: CallOptions = {}): Promise<Snapshot> {
	const hint = 'list them with: backup-tui snapshots';
	if (!/^[0-9a-f]{4,64}$/.test(id))
		throw new BackupTuiError('snapshot-unknown', `"${id}" is not the id of a snapshot`, { hint });
	const found = (await listSnapshots(session, {}, { ...call, onUnreadable: () => {} })).filter((snapshot) =>
		snapshot.id.startsWith(id),
	);
	const [only, other] = found;
	if (only === undefined)
		throw new BackupTuiError('snapshot-unknown', `there is no snapshot ${id}`, { hint });
	if (other !== undefined)
		throw new BackupTuiError('snapshot-unknown', `${found.length} snapshots begin with ${id}`, {
			hint: 'give more of the id',
		});
	return only;
}

export interface LsOptions extends CallOptions {
	/** Only what lies directly in this directory (and the directory itself); the whole snapshot without it. */
	readonly path?: string;
	readonly recursive?: boolean;
	readonly onEntry: (entry: TreeEntry) => void;
}

function parseEntry(message: Message): TreeEntry {
	return {
		path: text(message.path),
		name: text(message.name),
		type: text(message.type) as TreeEntry['type'],
		size: count(message.size),
		mode: count(message.mode),
		uid: count(message.uid),
		gid: count(message.gid),
		mtime: text(message.mtime),
	};
}

/**
 * Hands out the entries of a snapshot one by one; memory does not grow with their number. Names that are not UTF-8 have
 * U+FFFD in them: restic's JSON does.
 *
 * @returns the snapshot itself
 * @throws snapshot-unknown; restic 0.14 itself exits with 0 then
 */
export async function listTree(session: Session, id: string, options: LsOptions): Promise<Snapshot> {
	let snapshot: Snapshot | undefined;
	await session.run(
		reading(lsArgs(id, options.path, options.recursive), options, {
			maxOutputBytes: 64 * 1024,
			onStdoutLine: (line) => {
				const message = parseMessage(line);
				if (message === undefined) return;
				if (message.struct_type === 'snapshot') snapshot = parseSnapshot(message, session.options.clock());
				else if (message.struct_type === 'node') options.onEntry(parseEntry(message));
			},
		}),
	);
	if (snapshot === undefined) throw new BackupTuiError('snapshot-unknown', `there is no snapshot ${id}`);
	return snapshot;
}

/** What restoring a snapshot would write. */
export async function snapshotStats(
	session: Session,
	id: string,
	call: CallOptions = {},
): Promise<SnapshotStats> {
	const { stdout } = await session.run(reading(statsArgs(id), call));
	const stats = findJson(stdout, isObject);
	// An unknown id is exit code 0 and nothing counted.
	if (stats === undefined || count(stats.snapshots_count) !== 1)
		throw new BackupTuiError('snapshot-unknown', `there is no snapshot ${id}`);
	return {
		bytes: count(stats.total_size),
		...(stats.total_file_count === undefined ? {} : { entries: count(stats.total_file_count) }),
	};
}

function parseCounts(value: unknown): DiffCounts {
	const counts = isObject(value) ? value : {};
	return {
		files: count(counts.files),
		directories: count(counts.dirs),
		others: count(counts.others),
		bytes: count(counts.bytes),
	};
}

export async function diffSnapshots(
	session: Session,
	a: string,
	b: string,
	call: CallOptions & { readonly onChange?: (change: DiffChange) => void } = {},
): Promise<DiffSummary> {
	let statistics: Message | undefined;
	await session.run(
		reading(diffArgs(a, b), call, {
			maxOutputBytes: 64 * 1024,
			onStdoutLine: (line) => {
				const message = parseMessage(line);
				if (message?.message_type === 'change')
					call.onChange?.({ path: text(message.path), modifier: text(message.modifier) });
				else if (message?.message_type === 'statistics') statistics = message;
			},
		}),
	);
	return {
		changedFiles: count(statistics?.changed_files),
		added: parseCounts(statistics?.added),
		removed: parseCounts(statistics?.removed),
	};
}

/**
 * Writes a file of a snapshot, or a directory as an archive, to a stream, which is left open. Where `dump` would silently leave
 * out what it cannot read, the tree is walked first.
 *
 * @throws repository-damaged, restore-failed; what was written by then is incomplete
 */
export async function dumpPath(
	session: Session,
	id: string,
	path: string,
	to: Writable,
	call: CallOptions & { readonly archive?: 'tar' | 'zip'; readonly noCache?: boolean } = {},
): Promise<void> {
	const cache = call.noCache === undefined ? {} : { noCache: call.noCache };
	const { abilities } = await session.version();
	if (!abilities.dumpTellsDamage) {
		const walk = lsArgs(id, path === '/' ? undefined : path, true);
		await session.run({ ...reading(walk, call, { maxOutputBytes: 64 * 1024 }), ...cache });
	}
	await session.run({
		...reading(dumpArgs(id, path, call.archive), call, { stdoutTo: to }),
		operation: 'restore',
		...cache,
	});
}
