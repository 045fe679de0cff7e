import type { Config } from '../config/types.ts';
import { BackupTuiError } from '../errors.ts';
import { forgetArgs, pruneArgs } from '../restic/args.ts';
import type { Restic } from '../restic/client.ts';
import { isOurs, partsOfStackTag, setOfTags, stackOfTags } from '../restic/tags.ts';
import type { ForgetRequest, KeepPolicy, PruneResult, Snapshot } from '../restic/types.ts';
import { formatBytes, formatCount } from '../runs/units.ts';
import { alarmsIn } from './backup/shrink-alarms.ts';
import { inPhase, noteFailure, type Run } from './conduct-run.ts';
import { pruneRepository, withRoomOf } from './prune.ts';
import { applyRetention, type RetentionResult, reportSpared, retentionTags } from './retention.ts';
import { listSnapshots } from './snapshots.ts';

/** The keep policy as configured. */
export function keepPolicy({ repository }: Pick<Config, 'repository'>): KeepPolicy {
	return {
		daily: repository.keepDaily,
		weekly: repository.keepWeekly,
		monthly: repository.keepMonthly,
		yearly: repository.keepYearly,
	};
}

/** What retention would remove from one stack, or why nothing is removed. */
export interface PlannedRetention {
	readonly stack: string;
	readonly removed: readonly Snapshot[];
	readonly heldBack?: string;
}

export interface ThinOutDeps {
	readonly config: Config;
	readonly restic: Restic;
	/** Stacks whose last snapshot shrank: nothing of them is forgotten. */
	readonly heldBack: readonly string[];
	readonly clock: () => number;
	readonly signal?: AbortSignal;
}

/** What retention would do to all stacks that have snapshots of this host. Changes nothing. */
export async function planRetention(deps: ThinOutDeps): Promise<readonly PlannedRetention[]> {
	const planned: PlannedRetention[] = [];
	for (const { stack, heldBack } of await stacksOfHost(deps)) {
		if (heldBack) {
			planned.push({ stack, removed: [], heldBack: 'its last snapshot shrank' });
			continue;
		}
		try {
			const { removed, removedParts } = await retain(deps, stack, true);
			planned.push({ stack, removed: [...removed, ...removedParts] });
		} catch (error) {
			if (!(error instanceof BackupTuiError) || error.code !== 'retention-failed') throw error;
			planned.push({ stack, removed: [], heldBack: error.message });
		}
	}
	return planned;
}

/** The stacks that have snapshots of this host, and whether an alarm keeps theirs: the list's, or the mark on the newest. */
async function stacksOfHost({
	restic,
	config,
	heldBack,
}: ThinOutDeps): Promise<readonly { readonly stack: string; readonly heldBack: boolean }[]> {
	const { stacks } = await listSnapshots(restic);
	const { hostname, shrinkLimitPercent } = config.repository;
	const own = stacks.map(({ stack, snapshots }) => ({
		stack,
		snapshots: snapshots.filter((snapshot) => snapshot.hostname === hostname),
	}));
	return own
		.filter(({ snapshots }) => snapshots.length > 0)
		.map(({ stack, snapshots }) => ({
			stack,
			heldBack: heldBack.includes(stack) || alarmsIn(snapshots, shrinkLimitPercent).length > 0,
		}));
}

function retain(deps: ThinOutDeps, stack: string, dryRun: boolean): Promise<RetentionResult> {
	const { host, keep } = requestFor(deps, stack);
	return applyRetention(deps, { stack, host, keep, dryRun });
}

function requestFor({ config }: ThinOutDeps, stack: string): ForgetRequest {
	return { tags: retentionTags(stack), host: config.repository.hostname, keep: keepPolicy(config) };
}

/** Prints a command of restic's instead of running it. */
export async function print(
	run: Run,
	deps: Pick<ThinOutDeps, 'restic'>,
	args: readonly string[],
): Promise<void> {
	const argv = [...(await deps.restic.commandLine(args))];
	run.session.emit({ type: 'command', tool: 'restic', argv, exitCode: null, ms: 0, dryRun: true });
}

/** Retention of every stack, each on its own: what fails for one does not stop the others. Needs the repository alone. */
export async function retainAll(run: Run, deps: ThinOutDeps): Promise<void> {
	for (const { stack, heldBack } of await stacksOfHost(deps)) {
		if (run.signal.aborted) return;
		if (heldBack) {
			run.session.emit({
				type: 'message',
				level: 'warn',
				stack,
				text: `nothing is forgotten, its last snapshot shrank`,
				hint: `if that is right: backup-tui backup ${stack} --accept-shrink`,
			});
			continue;
		}
		try {
			if (run.session.dryRun) await print(run, deps, forgetArgs(requestFor(deps, stack)));
			const { removed, kept, spared } = await inPhase(run.session, { phase: 'retention', stack }, () =>
				withRoomOf(deps.restic, run.session.emit, () => retain(deps, stack, run.session.dryRun)),
			);
			reportSpared(run.session.emit, stack, spared);
			for (const one of run.session.dryRun ? removed : []) say(run, wouldForget(one), stack);
			const forgotten = run.session.dryRun ? 'would be forgotten' : 'forgotten';
			say(run, `${formatCount(removed.length, 'snapshot')} ${forgotten}, ${kept.length} kept`, stack);
			run.tally.ok += 1;
		} catch (error) {
			run.tally.failed += 1;
			noteFailure(run.tally, error);
		}
	}
}

/** Frees space, and says how much. Needs the repository alone. */
export async function pruneInRun(run: Run, deps: ThinOutDeps): Promise<PruneResult> {
	const { restic, config } = deps;
	if (run.session.dryRun) await print(run, deps, pruneArgs());
	const result = await inPhase(run.session, { phase: 'prune' }, () =>
		pruneRepository(
			{ restic, emit: run.session.emit, signal: run.signal, ballastMb: config.repository.ballastMb },
			run.session.dryRun,
		),
	);
	const freed = result.freedBytes === undefined ? '' : `: ${formatBytes(result.freedBytes)}`;
	say(run, `${run.session.dryRun ? 'would be freed' : 'freed'}${freed}`);
	run.session.emit({ type: 'message', level: 'debug', text: result.text });
	return result;
}

/** @returns the line of a dry run for a snapshot that retention would remove */
export function wouldForget(snapshot: Snapshot): string {
	return `would forget snapshot ${snapshot.shortId} of ${new Date(snapshot.time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function say(run: Run, text: string, stack?: string): void {
	run.session.emit({ type: 'message', level: 'info', text, ...(stack === undefined ? {} : { stack }) });
}

/** What a person is about to forget. */
export interface PlannedForget {
	readonly snapshots: readonly Snapshot[];
	/** Streamed volumes that belong to them. */
	readonly parts: readonly Snapshot[];
	/** Stacks that would have none left. */
	readonly emptied: readonly string[];
}

/**
 * Looks up what is to be forgotten, with the streamed volumes that belong to it.
 *
 * @throws snapshot-unknown naming all ids that are none
 */
export async function planForget(
	restic: Restic,
	pick: (all: readonly Snapshot[]) => readonly Snapshot[],
): Promise<PlannedForget> {
	const all = await restic.snapshots({}, { onUnreadable: () => {} });
	const snapshots = pick(all);
	const foreign = snapshots.filter(({ tags }) => !isOurs(tags)).map(({ shortId }) => shortId);
	if (foreign.length > 0) {
		throw new BackupTuiError(
			'snapshot-unknown',
			`not made by backup-tui, so not forgotten by it: ${foreign.join(', ')}`,
			{ hint: `nothing was forgotten; if you mean it: restic forget ${foreign.join(' ')}` },
		);
	}
	const chosen = new Set(snapshots.map(({ id }) => id));
	const sets = new Set(snapshots.flatMap(({ tags }) => setOfTags(tags) ?? []));
	const stacks = new Set(snapshots.flatMap(({ tags }) => stackOfTags(tags) ?? []));
	const partTags = new Set([...stacks].map(partsOfStackTag));
	const parts = all.filter(
		({ id, tags }) =>
			!chosen.has(id) && sets.has(setOfTags(tags) ?? '') && tags.some((tag) => partTags.has(tag)),
	);
	const emptied = [...stacks].filter((stack) =>
		all.every(({ id, tags }) => stackOfTags(tags) !== stack || chosen.has(id)),
	);
	return { snapshots, parts, emptied };
}
