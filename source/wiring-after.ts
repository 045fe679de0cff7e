import type { Restic } from './restic/client.ts';
import { assertAllRead, latestOf } from './restic/snapshot.ts';
import { backupTag, isBackupOf, isUnsound, partTag, warmTag } from './restic/tags.ts';
import type { ForgetResult, Snapshot, TreeSize } from './restic/types.ts';
import type { AfterDeps } from './services/backup/after.ts';
import type { SnapshotSize } from './services/backup/shrink.ts';
import { lastGoodSize } from './services/backup/shrink-alarms.ts';
import type { StackCopy } from './services/backup/stack-copy.ts';
import { ensureBallast } from './services/ballast.ts';
import type { Run } from './services/conduct-run.ts';
import { assertPacksUnchanged, notePackSizes } from './services/pack-sizes.ts';
import { forgetAndPrune, withRoomOf } from './services/prune.ts';
import { checkWhenDue } from './services/repository-check.ts';
import { expiredSafety } from './services/restore/expired-safety.ts';
import { planOfPolicy, planOfStack, reportSpared, retentionTags } from './services/retention.ts';
import { forecastRemoved } from './services/retention-forecast.ts';
import { keepPolicy } from './services/thin-out.ts';
import { verifySnapshot } from './services/verify.ts';
import type { WiringOptions } from './wiring-options.ts';

/** Binds what follows the copies to the repository. */
export function bindAfter(
	options: WiringOptions,
	restic: Restic,
	book: SnapshotBook,
): Omit<AfterDeps, 'heldBack' | 'oldSafety'> {
	const { config } = options;
	const { repository } = config;
	const local = restic.location.kind === 'local' ? restic.location.path : undefined;
	const policy = { host: repository.hostname, keep: keepPolicy(config) };
	let packs: Promise<void> | undefined;
	let sizes: Promise<ReadonlyMap<string, TreeSize>> | undefined;
	let groups: Promise<readonly ForgetResult[]> | undefined;
	return {
		warmLeft: () => book.warmLeft(),
		verify: async (run, copy, all) => {
			if (copy.backup === undefined) return;
			if (local !== undefined) {
				const { stateDir } = config.paths;
				packs ??= assertPacksUnchanged({ restic, directory: local, stateDir, signal: run.signal });
				await packs;
			}
			const depth = repository.verificationDepth;
			sizes ??= depth === 'metadata' ? Promise.resolve(new Map()) : listTogether(restic, all, run.signal);
			const { snapshotId, summary } = copy.backup;
			const listed = (await sizes).get(snapshotId);
			await verifySnapshot(restic, {
				stack: copy.item.stack.name,
				snapshotId,
				depth,
				summary,
				...(listed === undefined ? {} : { listed }),
				signal: run.signal,
			});
		},
		// A changed snapshot is a new one, and the old one would stay beside it.
		mark: async (snapshots, add) =>
			repository.appendOnly ? new Map() : await restic.changeTags(snapshots, { add }),
		expired: async (run, stack, made) => {
			groups ??= restic.forgetPlan({ tags: [backupTag], ...policy }, { signal: run.signal });
			const plan = await planOfPolicy(
				{ restic, clock: () => Date.now(), signal: run.signal },
				{ stack, made, ...policy },
				await book.parts(),
				planOfStack(await groups, stack),
			);
			reportSpared(run.session.emit, stack, plan.spared);
			return [...plan.removed, ...plan.removedParts].map(({ id }) => id);
		},
		forecast: async (run, stack) => {
			if (!(await book.all().catch(() => [])).some((snapshot) => isBackupOf(snapshot, stack))) return [];
			const tags = retentionTags(stack);
			const plan = await restic.forget({ tags, ...policy, dryRun: true }, { stack, signal: run.signal });
			return forecastRemoved(plan, policy.keep, Date.now()) ?? plan.removed;
		},
		forget: async (run, ids) => {
			const call = { signal: run.signal };
			await withRoomOf(restic, run.session.emit, () => restic.forgetKnown(ids, call));
		},
		forgetAndPrune: async (run, ids) => {
			const { emit } = run.session;
			await forgetAndPrune({ restic, emit, signal: run.signal, ballastMb: repository.ballastMb }, ids);
		},
		layBallast: async () => {
			if (restic.location.kind === 'local') await ensureBallast(restic.location.path, repository.ballastMb);
		},
		checkWhenDue: async (run) => {
			await checkWhenDue(
				{ restic, stateDir: config.paths.stateDir, now: () => new Date(), signal: run.signal },
				{ everyDays: repository.checkEveryDays, percent: repository.checkReadDataPercent },
			);
			if (packs === undefined || local === undefined) return;
			await packs.then(
				() => notePackSizes({ directory: local, stateDir: config.paths.stateDir }),
				() => {},
			);
		},
	};
}

/**
 * What the snapshots of a run list, from one call. Where that fails each is listed alone, and fails with a word on its own stack.
 */
async function listTogether(
	restic: Restic,
	copies: readonly StackCopy[],
	signal: AbortSignal,
): Promise<ReadonlyMap<string, TreeSize>> {
	const ids = copies.flatMap(({ backup }) => backup?.snapshotId ?? []);
	if (ids.length < 2) return new Map();
	return await restic.treeSizes(ids, { signal }).catch(() => new Map());
}

/** The snapshots of this host as they were before the run's first copy: listed once, asked often. */
export interface SnapshotBook {
	/** Lists them, and proves by that that the repository can be opened. Throws repository-*. */
	open(): Promise<void>;
	all(): Promise<readonly Snapshot[]>;
	/** The newest snapshot of a stack that can be a parent: never one dated in the future. */
	parentOf(stack: string): Promise<Snapshot | undefined>;
	/** Ids of warm snapshots a killed run has left. Known once a parent was asked for. */
	warmLeft(): readonly string[];
	/** Streamed volumes, of all stacks. */
	parts(): Promise<readonly Snapshot[]>;
	/** Safety snapshots of restores that nobody will go back to. @param needed ids that stay @param backups see `expiredSafety` */
	expiredSafety(needed: readonly string[], backups: readonly string[]): Promise<readonly string[]>;
}

/** @param run whose events tell of snapshots dated in the future */
export function openSnapshotBook(options: WiringOptions, restic: Restic, run: Run): SnapshotBook {
	let listing: Promise<readonly Snapshot[]> | undefined;
	let unreadable: readonly string[] = [];
	let warmLeft: readonly string[] = [];
	const read = async () => {
		listing ??= restic.snapshots(
			{ host: options.config.repository.hostname },
			{
				signal: run.signal,
				timeoutMs: options.config.repository.openTimeoutSeconds * 1000,
				onUnreadable: (ids) => {
					unreadable = ids;
				},
			},
		);
		listing.catch(() => {
			listing = undefined;
		});
		return await listing;
	};
	const all = async () => {
		const snapshots = await read();
		assertAllRead(unreadable);
		warmLeft = snapshots.filter(({ tags }) => tags.includes(warmTag)).map(({ id }) => id);
		return snapshots;
	};
	return {
		open: async () => {
			await read();
		},
		all,
		warmLeft: () => warmLeft,
		parts: async () => (await all()).filter(({ tags }) => tags.includes(partTag)),
		// A listing that failed has been told of where a parent was asked for.
		expiredSafety: async (needed, backups) =>
			expiredSafety(await all().catch(() => []), Date.now(), needed, backups).map(({ id }) => id),
		parentOf: async (stack) => {
			const latest = latestOf((await all()).filter((snapshot) => isBackupOf(snapshot, stack)));
			for (const snapshot of latest.future) {
				run.session.emit({
					type: 'message',
					level: 'warn',
					stack,
					text: `snapshot ${snapshot.shortId} is dated in the future (${new Date(snapshot.time).toISOString()}): it is not compared with`,
					hint: `if the clock was wrong then: backup-tui snapshots forget ${snapshot.shortId}`,
				});
			}
			return latest.snapshot;
		},
	};
}

/**
 * Size of the last good snapshot: from the history, else from the snapshots themselves.
 *
 * @param all snapshots of this host, as they were before the run
 */
export async function baselineOf(
	restic: Restic,
	copy: StackCopy,
	all: readonly Snapshot[],
	limitPercent: number,
): Promise<SnapshotSize | undefined> {
	const { stack } = copy.item;
	const own = all.filter((snapshot) => isBackupOf(snapshot, stack.name));
	const good = copy.item.history.findLast(
		(entry) => entry.outcome === 'ok' && entry.totalFiles !== undefined,
	);
	if (good?.snapshot !== undefined) {
		return { snapshot: good.snapshot, files: good.totalFiles ?? 0, bytes: good.totalBytes ?? 0 };
	}
	const kept = lastGoodSize(own, limitPercent);
	if (kept !== undefined) return kept;
	const { snapshot } = latestOf(own.filter(({ tags }) => !isUnsound(tags)));
	// restic before 0.17 keeps no summary and counts no files: judged by bytes alone.
	return snapshot === undefined
		? undefined
		: { snapshot: snapshot.id, files: 0, bytes: (await restic.stats(snapshot.id)).bytes };
}
