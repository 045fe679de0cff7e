import type { Writable } from 'node:stream';
import { BackupTuiError } from '../errors.ts';
import { backup, backupStream, startBackup } from './backup.ts';
import {
	diffSnapshots,
	dumpPath,
	findSnapshot,
	type LsOptions,
	listSnapshots,
	listTree,
	type SnapshotsCall,
	snapshotStats,
} from './browse.ts';
import { checkRepository, readBack } from './check.ts';
import type { RepositoryLocation } from './location.ts';
import { listLocks, removeStaleLocks, type UnlockOptions } from './locks.ts';
import { count, findJson, isObject, text } from './messages.ts';
import type { ResticOptions } from './options.ts';
import { localPresence } from './presence.ts';
import { rememberedId } from './remembered-id.ts';
import { type RestoreCall, restoreSnapshot } from './restore.ts';
import { createSession, defaultOpenTimeoutMs, type Session } from './session.ts';
import { latestOf } from './snapshot.ts';
import {
	changeTags,
	forgetAndPrune,
	forgetByPolicy,
	forgetKnown,
	forgetPlan,
	forgetSnapshots,
	pruneData,
} from './thin-out.ts';
import { treeSizes } from './tree-sizes.ts';
import type {
	BackupCall,
	BackupRequest,
	BackupResult,
	CallOptions,
	CheckResult,
	DiffChange,
	DiffSummary,
	ForgetRequest,
	ForgetResult,
	LatestSnapshot,
	OtherRepository,
	PruneResult,
	RepositoryConfig,
	RepositoryLock,
	RepositoryPresence,
	RestoreRequest,
	RestoreResult,
	RunningBackup,
	Snapshot,
	SnapshotFilter,
	SnapshotStats,
	StreamRequest,
	TreeSize,
	UnlockResult,
} from './types.ts';
import type { ResticVersion } from './version.ts';
import { probeDirectory } from './write-probe.ts';

/**
 * One restic repository. Every method rejects with a BackupTuiError; reading takes no lock. `close` (or `await using`)
 * removes the password file.
 */
export interface Restic extends AsyncDisposable {
	readonly location: RepositoryLocation;
	close(): Promise<void>;
	version(): Promise<ResticVersion>;
	/** What lies at the path, without asking restic; `unknown` for a repository that is not local. */
	presence(): Promise<RepositoryPresence>;
	/** Opens the repository: proves that it is there and the password right. Asked again, the answer is the first one. */
	config(call?: CallOptions): Promise<RepositoryConfig>;
	/**
	 * Proves that the repository can be written: a little is written and deleted; where it is not local, restic's own lock.
	 *
	 * @throws repository-read-only, repository-locked, no-permission, no-space, timed-out, ...
	 */
	assertWritable(call?: CallOptions): Promise<void>;
	/** The repository's id. One that is known of a local repository is told without opening it. */
	id(call?: CallOptions): Promise<string>;
	/** Makes a repository, only where nothing is. @throws repository-foreign, repository-damaged */
	init(call?: CallOptions & { readonly copyChunkerFrom?: OtherRepository }): Promise<RepositoryConfig>;
	backup(request: BackupRequest, call?: BackupCall): Promise<BackupResult>;
	/** As `backup`, but returns once restic runs; does not try again when a version before 0.16 finds a lock. */
	startBackup(request: BackupRequest, call?: BackupCall): Promise<RunningBackup>;
	backupStream(request: StreamRequest, call?: BackupCall): Promise<BackupResult>;
	snapshots(filter?: SnapshotFilter, call?: SnapshotsCall): Promise<Snapshot[]>;
	latest(filter?: SnapshotFilter, call?: CallOptions): Promise<LatestSnapshot>;
	snapshot(id: string, call?: CallOptions): Promise<Snapshot>;
	/** @returns the snapshot itself */
	ls(id: string, options: LsOptions): Promise<Snapshot>;
	/** How much each of these lists, from one call; without those of which it is not certain. @param ids full ids */
	treeSizes(ids: readonly string[], call?: CallOptions): Promise<ReadonlyMap<string, TreeSize>>;
	stats(id: string, call?: CallOptions): Promise<SnapshotStats>;
	diff(
		a: string,
		b: string,
		call?: CallOptions & { readonly onChange?: (change: DiffChange) => void },
	): Promise<DiffSummary>;
	dump(
		id: string,
		path: string,
		to: Writable,
		call?: CallOptions & { readonly archive?: 'tar' | 'zip' },
	): Promise<void>;
	restore(request: RestoreRequest, call?: RestoreCall): Promise<RestoreResult>;
	forget(request: ForgetRequest, call?: CallOptions): Promise<ForgetResult>;
	/** What the policy would do to each set of paths. */
	forgetPlan(request: Omit<ForgetRequest, 'dryRun' | 'groupBy'>, call?: CallOptions): Promise<ForgetResult[]>;
	/** Full ids that restic has just told. @throws retention-failed when one is still there */
	forgetKnown(ids: readonly string[], call?: CallOptions): Promise<void>;
	/** The same, then frees what only those needed. Prunes nothing when none of them was there any more. */
	forgetAndPrune(ids: readonly string[], call?: CallOptions): Promise<void>;
	forgetIds(ids: readonly string[], call?: CallOptions & { readonly dryRun?: boolean }): Promise<Snapshot[]>;
	/** @returns the new ids, by the ids they had */
	changeTags(
		ids: readonly string[],
		change: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
		call?: CallOptions,
	): Promise<ReadonlyMap<string, string>>;
	prune(
		call?: CallOptions & { readonly dryRun?: boolean; readonly maxRepackSize?: string },
	): Promise<PruneResult>;
	check(
		call?: CallOptions & {
			readonly readData?: boolean;
			readonly readDataSubset?: string;
			readonly noLock?: boolean;
		},
	): Promise<CheckResult>;
	readDataOfSnapshot(id: string, call?: CallOptions): Promise<CheckResult>;
	/** Writes the index anew from the data files. */
	repairIndex(call?: CallOptions): Promise<void>;
	locks(call?: CallOptions): Promise<RepositoryLock[]>;
	removeStaleLocks(options?: UnlockOptions): Promise<UnlockResult>;
	/** Copies snapshots (all without `ids`) from another repository into this one. */
	copy(
		request: { readonly from: OtherRepository; readonly ids?: readonly string[] },
		call?: CallOptions,
	): Promise<void>;
	/** The argv as it would be run, for a dry run; no secret is in it. */
	commandLine(args: readonly string[]): Promise<readonly string[]>;
}

async function readConfig(
	session: Session,
	call: CallOptions = {},
	lock: 'none' | 'needed' = 'none',
): Promise<RepositoryConfig> {
	const { stdout } = await session.run({ operation: 'open', args: ['cat', 'config'], lock, ...call });
	const config = findJson(stdout, isObject);
	const id = text(config?.id);
	if (id === '') throw new BackupTuiError('repository-damaged', "the repository's config cannot be read");
	return { id, formatVersion: count(config?.version), chunkerPolynomial: text(config?.chunker_polynomial) };
}

async function makeRepository(
	session: Session,
	call: CallOptions & { readonly copyChunkerFrom?: OtherRepository },
): Promise<RepositoryConfig> {
	const { copyChunkerFrom, ...rest } = call;
	const { location } = session;
	const presence = location.kind === 'local' ? localPresence(location.path) : 'unknown';
	if (presence !== 'absent' && presence !== 'empty' && presence !== 'unknown') {
		const code =
			presence === 'foreign'
				? 'repository-foreign'
				: presence === 'repository'
					? 'usage'
					: 'repository-damaged';
		const what = presence === 'repository' ? 'already holds a repository' : `is not empty (${presence})`;
		throw new BackupTuiError(code, `${location.display} ${what}: no new repository is made there`, {
			hint: 'set REPOSITORY to an empty or new directory, or bring the old one back from the mirror',
		});
	}
	await session.run({
		operation: 'init',
		args: ['init', ...(copyChunkerFrom === undefined ? [] : ['--copy-chunker-params'])],
		lock: 'needed',
		...(copyChunkerFrom === undefined ? {} : { from: copyChunkerFrom }),
		...rest,
	});
	return await readConfig(session, rest);
}

/** The client of one repository. Nothing happens until the first call. */
export function createRestic(options: ResticOptions): Restic {
	const session = createSession(options);
	const close = async () => session.close();
	// Never changes; each call of restic's costs half a second.
	let known: RepositoryConfig | undefined;
	const config = async (call?: CallOptions) => {
		known ??= await readConfig(session, call);
		return known;
	};
	return {
		location: session.location,
		close,
		[Symbol.asyncDispose]: close,
		version: () => session.version(),
		presence: async () =>
			session.location.kind === 'local' ? localPresence(session.location.path) : 'unknown',
		config,
		assertWritable: async (call = {}) => {
			const { location } = session;
			if (location.kind === 'local') return await probeDirectory(location.path);
			// With a lock, `cat config` proves both, for the price of one.
			const { openTimeoutMs = defaultOpenTimeoutMs, retryLockSeconds } = options;
			known = await readConfig(
				session,
				{ timeoutMs: openTimeoutMs + retryLockSeconds * 1000, ...call },
				'needed',
			);
		},
		id: async (call) => known?.id ?? (await rememberedId(session, async () => (await config(call)).id)),
		init: async (call = {}) => {
			known = await makeRepository(session, call);
			return known;
		},
		backup: (request, call) => backup(session, request, call),
		startBackup: (request, call) => startBackup(session, request, call),
		backupStream: (request, call) => backupStream(session, request, call),
		snapshots: (filter, call) => listSnapshots(session, filter, call),
		latest: async (filter, call) => latestOf(await listSnapshots(session, filter, call)),
		snapshot: (id, call) => findSnapshot(session, id, call),
		ls: (id, lsOptions) => listTree(session, id, lsOptions),
		treeSizes: (ids, call) => treeSizes(session, ids, call),
		stats: (id, call) => snapshotStats(session, id, call),
		diff: (a, b, call) => diffSnapshots(session, a, b, call),
		dump: (id, path, to, call) => dumpPath(session, id, path, to, call),
		restore: (request, call) => restoreSnapshot(session, request, call),
		forget: (request, call) => forgetByPolicy(session, request, call),
		forgetPlan: (request, call) => forgetPlan(session, request, call),
		forgetKnown: (ids, call) => forgetKnown(session, ids, call),
		forgetAndPrune: (ids, call) => forgetAndPrune(session, ids, call),
		forgetIds: (ids, call) => forgetSnapshots(session, ids, call),
		changeTags: (ids, change, call) => changeTags(session, ids, change, call),
		prune: (call) => pruneData(session, call),
		check: (call) => checkRepository(session, call),
		readDataOfSnapshot: (id, call) => readBack(session, id, call),
		repairIndex: async (call = {}) => {
			const { minor, major } = await session.version();
			// `repair index` since 0.16, `rebuild-index` before.
			const args = major === 0 && minor < 16 ? ['rebuild-index'] : ['repair', 'index'];
			await session.run({ operation: 'prune', args, lock: 'needed', ...call });
		},
		locks: (call) => listLocks(session, call),
		removeStaleLocks: (unlock) => removeStaleLocks(session, unlock),
		copy: async ({ from, ids = [] }, call = {}) => {
			await session.run({ operation: 'copy', args: ['copy', '--', ...ids], lock: 'needed', from, ...call });
		},
		commandLine: (args) => session.commandLine(args),
	};
}
