import type { Config } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import type { HeldLock } from '../../runs/locks.ts';
import { inPhase, noteFailure, type Run } from '../conduct-run.ts';
import type { BackupOptions } from './backup.ts';
import type { HeldBackList } from './shrink.ts';
import { fail, type StackCopy } from './stack-backup.ts';

/** What is done once every stack is up; bound to the repository in the wiring. */
export interface AfterDeps {
	/** Proves a snapshot. Throws `verify-failed`. */
	readonly verify: (run: Run, copy: StackCopy) => Promise<void>;
	/** Marks a snapshot that is not consistent with a tag. @returns its new id */
	readonly markNotQuiesced: (snapshot: string) => Promise<string>;
	/** Forgets warm snapshots: those of this run and what a killed one left. */
	readonly forgetWarm: (run: Run) => Promise<void>;
	/** True when the snapshots seen before the copies held a warm one of a killed run. */
	readonly warmLeft: () => boolean;
	/** Snapshots of what restores have overwritten long ago. */
	readonly oldSafety: () => Promise<readonly string[]>;
	readonly forgetOldSafety: (run: Run, snapshots: readonly string[]) => Promise<void>;
	/** Forgets by policy. @returns how many snapshots were removed */
	readonly applyRetention: (run: Run, stack: string) => Promise<number>;
	readonly prune: (run: Run) => Promise<void>;
	/** Structure check when it is due. Throws `check-failed`. */
	readonly checkWhenDue: (run: Run) => Promise<void>;
	/** Keeps a file in a local repository that can be freed when its disk is full. */
	readonly layBallast: () => Promise<void>;
	readonly heldBack: HeldBackList;
}

/**
 * Verification, retention, prune and check: all without downtime. What needs the repository alone is put off, with a
 * word, when somebody else is at work in it.
 */
export async function afterCopies(
	run: Run,
	deps: AfterDeps & { readonly config: Config },
	options: BackupOptions,
	copies: readonly StackCopy[],
	shared: HeldLock,
): Promise<void> {
	const { repository } = deps.config;
	for (const copy of copies) {
		try {
			await mark(deps, copy);
			if (!options.verify || !repository.verification || copy.backup === undefined) continue;
			if (run.signal.aborted) continue;
			await inPhase(run.session, { phase: 'verify', stack: copy.item.stack.name }, () =>
				deps.verify(run, copy),
			);
		} catch (error) {
			fail(run, copy, error, 'failed');
		}
	}
	shared.release();
	if (run.session.dryRun || run.signal.aborted) return;
	const alone = await aloneOrPutOff(run);
	if (alone === undefined) return;
	try {
		await retain(run, deps, options.retention ? copies : [], warmOf(copies), repository.autoPrune);
		// restic checks under an exclusive lock of its own: another backup must not run into it.
		await step(run, 'check', () => deps.checkWhenDue(run));
		await deps.layBallast();
	} finally {
		alone.release();
	}
}

/** A snapshot that something may have written to is marked as such; its id changes by that. */
async function mark(deps: AfterDeps, copy: StackCopy): Promise<void> {
	for (const id of copy.unquiet) await deps.markNotQuiesced(id);
	if (copy.quiet?.quiet !== false || copy.backup === undefined) return;
	const snapshotId = await deps.markNotQuiesced(copy.backup.snapshotId);
	copy.backup = { ...copy.backup, snapshotId };
}

/** @returns undefined, with a word, when somebody else is at work in the repository */
async function aloneOrPutOff(run: Run): Promise<HeldLock | undefined> {
	try {
		return await run.lock('repository', 'exclusive', 0);
	} catch (error) {
		if (!(error instanceof BackupTuiError) || error.code !== 'lock-held') throw error;
		run.session.emit({
			type: 'message',
			level: 'warn',
			text: `retention, prune and check are put off: ${error.message}`,
			hint: 'the next backup does them',
		});
		return undefined;
	}
}

const warmOf = (copies: readonly StackCopy[]) => copies.flatMap((copy) => copy.warmSnapshots);

async function retain(
	run: Run,
	deps: AfterDeps,
	copies: readonly StackCopy[],
	warm: readonly string[],
	prune: boolean,
): Promise<void> {
	// Only a whole, verified, quiet snapshot of usual size makes an older one superfluous.
	const sound = copies.filter((copy) => copy.outcome === 'ok' && copy.backup !== undefined);
	let removed = 0;
	if (warm.length > 0 || deps.warmLeft()) await step(run, 'retention', () => deps.forgetWarm(run));
	for (const copy of sound) {
		const { name } = copy.item.stack;
		if (deps.heldBack.get(name) !== undefined) continue;
		const forget = async () => {
			removed += await deps.applyRetention(run, name);
		};
		await step(run, 'retention', forget, name);
	}
	const old = copies.length > 0 ? await deps.oldSafety() : [];
	const forgetOld = async () => {
		await deps.forgetOldSafety(run, old);
		removed += old.length;
	};
	if (old.length > 0) await step(run, 'retention', forgetOld);
	if (prune && removed > 0) await step(run, 'prune', () => deps.prune(run));
}

/** One step without downtime: its failure is the run's, not the end of the run. */
async function step(
	run: Run,
	phase: 'retention' | 'prune' | 'check',
	work: () => Promise<void>,
	stack?: string,
): Promise<void> {
	if (run.signal.aborted) return;
	try {
		await inPhase(run.session, { phase, ...(stack === undefined ? {} : { stack }) }, work);
	} catch (error) {
		noteFailure(run.tally, error);
	}
}
