import type { RemoteConfig } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import type { Restic } from '../../restic/client.ts';
import type { OtherRepository, RepositoryLock, Snapshot } from '../../restic/types.ts';
import type { Run } from '../conduct-run.ts';
import { type CheckDeps, checkRepository, readLastCheck } from '../repository-check.ts';
import { removeStaleLocks } from '../unlock.ts';
import type { SourceRepository, SyncedSnapshot } from './types.ts';

export interface SourceRepositoryOptions extends Omit<CheckDeps, 'signal'> {
	readonly run: Run;
	/** The source as another repository's `--from-repo`. */
	readonly self: OtherRepository;
	/**
	 * A client for a repository on a remote: the remote's `copyPasswordFile`, or the same password; `RCLONE_CONFIG` and
	 * `RCLONE_BWLIMIT` of the remote in its environment. The caller of this function closes nothing: it is closed here.
	 */
	readonly open: (location: string, remote: RemoteConfig) => Restic;
}

function describeLock(lock: RepositoryLock): string {
	return `restic of ${lock.username}@${lock.hostname}, pid ${lock.pid}, since ${new Date(lock.time).toISOString()}`;
}

function synced({ id, time, hostname, original }: Snapshot): SyncedSnapshot {
	return { id, time, hostname, origin: original ?? id };
}

/** What a sync asks about its source, answered by restic and the record of checks. */
export function createSourceRepository(options: SourceRepositoryOptions): SourceRepository {
	const { restic, stateDir, run } = options;
	const call = { signal: run.signal };
	let ownId: Promise<string> | undefined;
	const id = () => {
		ownId ??= restic.id(call);
		ownId.catch(() => {
			ownId = undefined;
		});
		return ownId;
	};
	return {
		directory: restic.location.kind === 'local' ? restic.location.path : undefined,
		display: restic.location.display,
		id,
		idAt: async (location, remote) => {
			await using other = options.open(location, remote);
			return (await other.config(call)).id;
		},
		// One that cannot be read is left out on either side: it is then unknown, and nothing goes because of it.
		snapshots: async () => (await restic.snapshots({}, { ...call, onUnreadable: () => {} })).map(synced),
		snapshotsAt: async (location, remote) => {
			await using other = options.open(location, remote);
			return (await other.snapshots({}, { ...call, onUnreadable: () => {} })).map(synced);
		},
		locks: async () => {
			const locks = await restic.locks(call);
			// A dead prune removes nothing any more.
			const alone = (lock: RepositoryLock) => lock.exclusive && !lock.stale;
			return locks.map((lock) => ({ exclusive: alone(lock), description: describeLock(lock) }));
		},
		lastCheckAt: async () => {
			const last = readLastCheck(stateDir);
			if (last === undefined || !last.ok || last.repository !== (await id())) return undefined;
			const at = Date.parse(last.at);
			return Number.isNaN(at) ? undefined : at;
		},
		check: async () => {
			// A sync that was killed in here has left a lock that keeps every further check out.
			await removeStaleLocks(run, restic);
			try {
				await checkRepository({ ...options, ...call }, 0);
				return [];
			} catch (error) {
				if (error instanceof BackupTuiError && error.code === 'check-failed') return [error.message];
				throw error;
			}
		},
		copyTo: async (location, remote, { expected, ...bound }) => {
			await using target = options.open(location, remote);
			const there = await openOrMake(target, options.self, call, expected, remote.name);
			await target.copy({ from: options.self }, { ...call, ...bound });
			return { snapshots: (await target.snapshots({}, call)).length, id: there };
		},
	};
}

/** Makes the second repository with the first one's chunker parameters: without them nothing would be shared. */
async function openOrMake(
	target: Restic,
	source: OtherRepository,
	call: { readonly signal: AbortSignal },
	expected: string | undefined,
	name: string,
): Promise<string> {
	let id: string | undefined;
	try {
		({ id } = await target.config(call));
	} catch (error) {
		if (!(error instanceof BackupTuiError) || error.code !== 'repository-missing') throw error;
	}
	if (expected !== undefined && id !== expected) {
		const at = target.location.display;
		const what =
			id === undefined ? `there is no repository at ${at} any more` : `${at} holds another repository`;
		throw new BackupTuiError('sync-guard', `${name}: held back, nothing was made or sent: ${what}`, {
			hint: `is its disk mounted? If it is right so: backup-tui sync ${name} --new-place`,
			detail: 'guard identity',
		});
	}
	return id ?? (await target.init({ ...call, copyChunkerFrom: source })).id;
}
