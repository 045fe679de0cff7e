import { BackupTuiError, toBackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { Problem, StackOutcome } from '../../runs/events.ts';
import type { Journal } from '../../runs/journal.ts';
import type { Stack } from '../../stacks/types.ts';
import { refusal } from '../backup/plan.ts';
import { noteFailure, type Run } from '../conduct-run.ts';
import { duplicateRefusals } from '../discover-configured.ts';
import { findStacks } from '../stacks/find-stack.ts';
import { unfinishedError } from './unfinished.ts';

/** A stack that is owed an `up` is the business of `recover`; one that is half restored must not be started at all. */
function owedError(journal: Journal<unknown>, stack: Stack): BackupTuiError | undefined {
	const entry = journal.read().entries.find((one) => one.stack === stack.key);
	if (entry === undefined) return undefined;
	return (
		unfinishedError(entry) ??
		new BackupTuiError('plan-refused', `${stack.name} was left down by the run ${entry.run}`, {
			hint: 'bring it up first: backup-tui recover',
		})
	);
}

function namedStacks(run: Run, stacks: readonly Stack[], names: readonly string[]): readonly Stack[] {
	try {
		return findStacks(stacks, names);
	} catch (error) {
		const { message, hint } = toBackupTuiError(error);
		const text = { type: 'message', level: 'error', text: message } as const;
		run.session.emit(hint === undefined ? text : { ...text, hint });
		throw error;
	}
}

/**
 * Does something to each of the stacks of these names, one after the other; one that fails does not keep the others from
 * it. Under the stacks lock.
 *
 * @throws stack-unknown, lock-held
 */
export async function eachStack(
	run: Run,
	journal: Journal<unknown>,
	stacks: readonly Stack[],
	names: readonly string[],
	work: (stack: Stack) => Promise<void>,
): Promise<void> {
	const chosen = namedStacks(run, stacks, names);
	const duplicates = duplicateRefusals(stacks);
	const lock = await run.lock('stacks', 'exclusive');
	try {
		for (const stack of chosen) {
			if (run.signal.aborted) break;
			const startedAt = performance.now();
			const end = (outcome: StackOutcome, problems: readonly Problem[] = []) =>
				run.session.emit({
					type: 'stack-end',
					stack: stack.name,
					outcome,
					ms: Math.round(performance.now() - startedAt),
					problems: [...problems],
				});
			try {
				const why = refusal(stack, duplicates) ?? owedError(journal, stack);
				if (why !== undefined) throw why;
				await work(stack);
				run.tally.ok += 1;
				end('ok');
			} catch (error) {
				run.tally.failed += 1;
				const leftDown = error instanceof BackupTuiError && error.exitCode === exitCodes.stackDown;
				end(leftDown ? 'left-down' : 'failed', [noteFailure(run.tally, error)]);
			}
		}
	} finally {
		lock.release();
	}
}
