import type { Config } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import type { Snapshot } from '../../restic/types.ts';
import type { HeldLock } from '../../runs/locks.ts';
import { inPhase, noteFailure, type Run } from '../conduct-run.ts';
import { type MarkDeps, markUnsound } from './mark-unsound.ts';
import type { HeldBackList } from './shrink.ts';
import { fail, type StackCopy } from './stack-copy.ts';

/** What is done once every stack is up; bound to the repository in the wiring. */
export interface AfterDeps extends MarkDeps {
	/** Proves a snapshot. Throws `verify-failed`. @param all that are to be proved in this run */
	readonly verify: (run: Run, copy: StackCopy, all: readonly StackCopy[]) => Promise<void>;
	/** Ids of snapshots of what restores have overwritten long ago. */
	readonly oldSafety: () => Promise<readonly string[]>;
	/** Ids of warm snapshots that a killed run has left. */
	readonly warmLeft: () => readonly string[];
	/** Ids of what the policy removes from a stack, as restic decides it. @param made ids of this run's own snapshots */
	readonly expired: (run: Run, stack: string, made: readonly string[]) => Promise<readonly string[]>;
	/** What retention will remove from a stack once this run has made its snapshot; for a dry run. */
	readonly forecast: (run: Run, stack: string) => Promise<readonly Snapshot[]>;
	/** Forgets all of these at once: each call of restic's costs half a second. */
	readonly forget: (run: Run, ids: readonly string[]) => Promise<void>;
	/** The same, and frees what only those needed. */
	readonly forgetAndPrune: (run: Run, ids: readonly string[]) => Promise<void>;
	/** Structure check when it is due. Throws `check-failed`. */
	readonly checkWhenDue: (run: Run) => Promise<void>;
	/** Keeps a file in a local repository that can be freed when its disk is full. */
	readonly layBallast: () => Promise<void>;
	readonly heldBack: HeldBackList;
}

/** Which of the steps after the copies are wanted. */
export interface AfterOptions {
	readonly verify: boolean;
	readonly retention: boolean;
}

/**
 * Verification, retention, prune and check: all without downtime. What needs the repository alone is put off, with a
 * word, when somebody else is at work in it.
 */
export async function afterCopies(
	run: Run,
	deps: AfterDeps & { readonly config: Config },
	options: AfterOptions,
	copies: readonly StackCopy[],
	shared: HeldLock,
): Promise<void> {
	const { repository } = deps.config;
	const marked = await markUnsound(run, deps, copies);
	const unproven: StackCopy[] = [];
	for (const copy of options.verify && repository.verification ? marked : []) {
		if (run.signal.aborted) break;
		try {
			await inPhase(run.session, { phase: 'verify', stack: copy.item.stack.name }, () =>
				deps.verify(run, copy, marked),
			);
		} catch (error) {
			fail(run, copy, error, 'failed');
			unproven.push(copy);
		}
	}
	if (!run.signal.aborted) await markUnsound(run, deps, unproven);
	shared.release();
	if (run.session.dryRun || run.signal.aborted) return;
	const alone = await aloneOrPutOff(run);
	if (alone === undefined) return;
	try {
		if (repository.appendOnly) {
			const text = 'retention is left to the server of the repository: APPEND_ONLY=true';
			run.session.emit({ type: 'message', level: 'info', text });
		} else await retain(run, deps, options.retention ? copies : [], warmOf(copies), repository.autoPrune);
		// restic checks under an exclusive lock of its own: another backup must not run into it.
		await step(run, 'check', () => deps.checkWhenDue(run));
		await deps.layBallast();
	} finally {
		alone.release();
	}
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
	const made = copies.flatMap(({ backup }) => backup?.snapshotId ?? []);
	const expired: string[] = [];
	for (const copy of sound) {
		const { name } = copy.item.stack;
		if (deps.heldBack.get(name) !== undefined) continue;
		const choose = async () => {
			expired.push(...(await deps.expired(run, name, made)));
		};
		await step(run, 'retention', choose, name);
	}
	const old = copies.length > 0 ? await deps.oldSafety() : [];
	const ids = [...warm, ...deps.warmLeft(), ...expired, ...old];
	if (ids.length === 0) return;
	if (prune && expired.length + old.length > 0) await step(run, 'prune', () => deps.forgetAndPrune(run, ids));
	else await step(run, 'retention', () => deps.forget(run, ids));
}

/** One step without downtime: its failure is the run's, not the end of the run. @returns whether it was done */
async function step(
	run: Run,
	phase: 'retention' | 'prune' | 'check',
	work: () => Promise<void>,
	stack?: string,
): Promise<boolean> {
	if (run.signal.aborted) return false;
	try {
		await inPhase(run.session, { phase, ...(stack === undefined ? {} : { stack }) }, work);
		return true;
	} catch (error) {
		noteFailure(run.tally, error);
		return false;
	}
}
