import { BackupTuiError } from '../errors.ts';
import type { Restic } from '../restic/client.ts';
import { partsOfStackTag, setOfTags, stackTag } from '../restic/tags.ts';
import type { KeepPolicy, Snapshot } from '../restic/types.ts';

/** A part whose own snapshot was never made is left alone so long: its backup may still be going on. */
const youngPartMs = 24 * 3600 * 1000;

export interface RetentionDeps {
	readonly restic: Restic;
	/** ms since the epoch. */
	readonly clock: () => number;
	readonly signal?: AbortSignal;
}

export interface RetentionRequest {
	readonly stack: string;
	readonly host: string;
	readonly keep: KeepPolicy;
	readonly dryRun?: boolean;
}

export interface RetentionResult {
	readonly kept: readonly Snapshot[];
	readonly removed: readonly Snapshot[];
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
 * Thins out the snapshots of one stack of one host; frees no space (see `pruneRepository`). To be called by whoever has the
 * repository alone, never for a stack that is held back.
 *
 * @throws retention-failed when a snapshot is dated in the future (it would take the place of a real one), or when
 *   nothing would be left; repository-damaged when a snapshot cannot be read
 */
export async function applyRetention(
	deps: RetentionDeps,
	request: RetentionRequest,
): Promise<RetentionResult> {
	const { restic } = deps;
	const { stack, host, dryRun = false } = request;
	const call = { stack, ...(deps.signal === undefined ? {} : { signal: deps.signal }) };
	const tag = stackTag(stack);
	const all = await restic.snapshots({ host }, call);
	const before = all.filter((snapshot) => snapshot.tags.includes(tag));
	refuseFuture(stack, before);
	if (before.length === 0) return { kept: [], removed: [], removedParts: [] };
	const plan = { tag, host, keep: request.keep };
	const expected = await restic.forget({ ...plan, dryRun: true }, call);
	if (expected.kept.length === 0) {
		throw new BackupTuiError('retention-failed', `${stack}: the policy would leave no snapshot`, {
			hint: 'raise KEEP_DAILY',
		});
	}
	const outcome = dryRun || expected.removed.length === 0 ? expected : await restic.forget(plan, call);
	const parts = all.filter((snapshot) => snapshot.tags.includes(partsOfStackTag(stack)));
	const removedParts = orphanedParts(parts, outcome.kept, deps.clock());
	if (!dryRun && removedParts.length > 0)
		await restic.forgetIds(
			removedParts.map(({ id }) => id),
			call,
		);
	return { ...outcome, removedParts };
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
