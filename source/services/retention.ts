import { BackupTuiError } from '../errors.ts';
import type { Restic } from '../restic/client.ts';
import { backupTag, isBackupOf, partsOfStackTag, setOfTags, stackTag } from '../restic/tags.ts';
import type { ForgetRequest, ForgetResult, Snapshot } from '../restic/types.ts';
import { quoteArgv } from '../runs/describe.ts';
import type { Emit } from '../runs/events.ts';
import { spare } from './retention-spare.ts';

/** A part whose own snapshot was never made is left alone so long: its backup may still be going on. */
const youngPartMs = 24 * 3600 * 1000;

export interface RetentionDeps {
	readonly restic: Restic;
	/** ms since the epoch. */
	readonly clock: () => number;
	readonly signal?: AbortSignal;
}

export interface RetentionRequest extends Omit<ForgetRequest, 'tags'> {
	readonly stack: string;
	/** Ids of snapshots that this run has made: they are kept whatever their date. */
	readonly made?: readonly string[];
}

export interface RetentionResult {
	readonly kept: readonly Snapshot[];
	readonly removed: readonly Snapshot[];
	/** Kept though the policy alone would remove them: what would take their place cannot be relied on. */
	readonly spared: readonly Snapshot[];
	/** Streamed volumes of removed snapshots, and those without one. */
	readonly removedParts: readonly Snapshot[];
}

/** Parts that belong to no snapshot that is kept. */
export function orphanedParts(
	parts: readonly Snapshot[],
	kept: readonly Snapshot[],
	now: number,
): readonly Snapshot[] {
	const sets = new Set(kept.flatMap((snapshot) => setOfTags(snapshot.tags) ?? []));
	return parts.filter((part) => {
		const set = setOfTags(part.tags);
		return (set === undefined || !sets.has(set)) && now - part.time > youngPartMs;
	});
}

/**
 * What the policy removes from one stack of one host, as restic decides it. Changes nothing.
 *
 * @param parts streamed volumes of all stacks of this host
 * @param known what restic has said of the stack already, see `planOfStack`
 * @throws retention-failed when a snapshot is dated in the future (it would take the place of a real one), or when
 *   nothing would be left; repository-damaged when a snapshot cannot be read
 */
export async function planOfPolicy(
	deps: RetentionDeps,
	request: Omit<RetentionRequest, 'dryRun'>,
	parts: readonly Snapshot[],
	known?: ForgetResult,
): Promise<RetentionResult> {
	const { stack, host, keep, made = [] } = request;
	const call = { stack, ...(deps.signal === undefined ? {} : { signal: deps.signal }) };
	const tags = retentionTags(stack);
	const policy = known ?? (await deps.restic.forget({ tags, host, keep, dryRun: true }, call));
	const concerned = [...policy.kept, ...policy.removed];
	refuseForeign(stack, concerned);
	refuseFuture(stack, concerned);
	const plan = spare(policy, { made, now: deps.clock() });
	if (plan.kept.length === 0 && plan.removed.length > 0) {
		throw new BackupTuiError('retention-failed', `${stack}: the policy would leave no snapshot`, {
			hint: 'raise KEEP_DAILY',
		});
	}
	const own = parts.filter((snapshot) => snapshot.tags.includes(partsOfStackTag(stack)));
	return { ...plan, removedParts: orphanedParts(own, plan.kept, deps.clock()) };
}

/**
 * Finds what concerns one stack in a plan for all stacks that restic has grouped by paths: one call for a whole run, each
 * costs half a second.
 *
 * @returns undefined when no group is exactly this stack's snapshots (its mounts have changed since the oldest of them, or
 *   somebody has tagged snapshots): restic is to be asked for it alone
 */
export function planOfStack(groups: readonly ForgetResult[], stack: string): ForgetResult | undefined {
	const own = (snapshot: Snapshot) => isBackupOf(snapshot, stack);
	const members = ({ kept, removed }: ForgetResult) => [...kept, ...removed];
	const [group, ...others] = groups.filter((one) => members(one).some(own));
	return group !== undefined && others.length === 0 && members(group).every(own) ? group : undefined;
}

/** Says which snapshots are kept though the policy would remove them. */
export function reportSpared(emit: Emit, stack: string, spared: readonly Snapshot[]): void {
	if (spared.length === 0) return;
	const ids = spared.map(({ shortId }) => shortId).join(', ');
	emit({
		type: 'message',
		level: 'warn',
		stack,
		text: `kept ${ids} although the policy would remove it: the newer snapshot of that day is incomplete, too small, or dated ahead`,
		hint: 'check the clock and the newer snapshots: backup-tui snapshots',
	});
}

/** The tags by which restic finds a stack's backups: our own and the stack's. */
export function retentionTags(stack: string): readonly string[] {
	return [backupTag, stackTag(stack)];
}

/** A snapshot that somebody has given the tags of two stacks would be counted for both. */
function refuseForeign(stack: string, snapshots: readonly Snapshot[]): void {
	const foreign = snapshots.find((snapshot) => !isBackupOf(snapshot, stack));
	if (foreign === undefined) return;
	throw new BackupTuiError(
		'retention-failed',
		`snapshot ${foreign.shortId} has the tag of ${stack}, but is not a backup of it: nothing of ${stack} is forgotten`,
		{ hint: `remove the tag: ${quoteArgv(['restic', 'tag', '--remove', stackTag(stack), foreign.shortId])}` },
	);
}

/**
 * Thins out the snapshots of one stack of one host; frees no space (see `pruneRepository`). To be called by whoever has the
 * repository alone, never for a stack that is held back.
 *
 * @throws as `planOfPolicy`
 */
export async function applyRetention(
	deps: RetentionDeps,
	request: RetentionRequest,
): Promise<RetentionResult> {
	const { restic } = deps;
	const { stack, host, dryRun = false } = request;
	const call = { stack, ...(deps.signal === undefined ? {} : { signal: deps.signal }) };
	const all = await restic.snapshots({ host }, call);
	const plan = await planOfPolicy(deps, request, all);
	const expired = [...plan.removed, ...plan.removedParts].map(({ id }) => id);
	if (!dryRun && expired.length > 0) await restic.forgetKnown(expired, call);
	return plan;
}

function refuseFuture(stack: string, snapshots: readonly Snapshot[]): void {
	const future = snapshots.filter((snapshot) => snapshot.future);
	const [first] = future;
	if (first === undefined) return;
	const ids = future.map(({ shortId }) => shortId).join(' ');
	throw new BackupTuiError(
		'retention-failed',
		`${stack}: snapshot ${first.shortId} is dated ${new Date(first.time).toISOString().slice(0, 10)}, in the future: nothing is forgotten`,
		{ hint: `check the clock; if it is right now: backup-tui snapshots forget ${ids}` },
	);
}
