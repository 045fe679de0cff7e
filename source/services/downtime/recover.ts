import { BackupTuiError } from '../../errors.ts';
import { killStrays } from '../../process/group.ts';
import { quoteArgv } from '../../runs/describe.ts';
import { type Journal, type JournalEntry, unfinishedRestore } from '../../runs/journal.ts';
import { loadJournal } from '../../runs/load-journal.ts';
import { ownerState } from '../../runs/standing-debts.ts';
import { inPhase, noteFailure, type Run, toProblem } from '../conduct-run.ts';
import { leftDownError } from './left-down.ts';
import { strike } from './scope.ts';
import { unfinishedError } from './unfinished.ts';

/**
 * Whether a restore into the stack with this key is about to be done, which starts it: it is left alone.
 *
 * @param half a restore into it was begun and did not end; else it is owed an `up` for another reason
 */
export type Resuming = (key: string, half: boolean) => boolean;

export interface RecoverDeps<Inventory> {
	readonly journal: Journal<Inventory>;
	/** Brings back what an entry owes; returns when it is verified up. */
	readonly bringUp: (entry: JournalEntry<Inventory>) => Promise<void>;
	/** Whether a second stack was given up: its directory is gone. */
	readonly givenUp: (entry: JournalEntry<Inventory>) => boolean;
	/** Removes helper containers that a dead run left. */
	readonly removeHelpers: (run: string) => Promise<void>;
	readonly resuming?: Resuming;
}

/** The same, for the UI: a slow disk must not hold up keys. @param directory `<state>/journal` */
export async function loadOwed(directory: string): Promise<readonly JournalEntry<unknown>[]> {
	return (await loadJournal(directory)).filter((entry) => ownerState(entry) === 'gone');
}

/** @returns the entries whose owner is gone: the ones that are owed by nobody but us */
export function owedStacks<Inventory>(journal: Journal<Inventory>): readonly JournalEntry<Inventory>[] {
	return journal.read().entries.filter((entry) => ownerState(entry) === 'gone');
}

/** A copy that is whole and was never started is owed nothing: who has removed it by hand must not find it again. */
function notStartedCopy({ name, inventory }: { readonly name: string; readonly inventory: unknown }) {
	const { directory } = inventory as { readonly directory?: unknown };
	const at = typeof directory === 'string' ? ['--project-directory', directory] : [];
	return {
		text: `${name}, a second stack, is written but was not started`,
		hint: `start it: ${quoteArgv(['docker', 'compose', ...at, '-p', name, 'up', '-d'])}`,
	};
}

/**
 * Brings up every stack that a run which did not live on (kill -9, power loss) has taken down. What that run started and
 * that still works (a restic copying, a `docker compose down` waiting) is ended first: it would work on a stack that is
 * coming up. To be called under the stacks lock. Failures are noted in the tally, with exit code 7; the entry stays.
 *
 * @returns how many were brought up
 */
export async function recoverStacks<Inventory>(run: Run, deps: RecoverDeps<Inventory>): Promise<number> {
	const { emit } = run.session;
	for (const path of deps.journal.read().damaged) {
		emit({
			type: 'message',
			level: 'error',
			text: `the journal file ${path} cannot be read: a stack may be owed an "up"`,
			hint: `look into it, start the stack it names, then delete it`,
		});
		noteFailure(
			run.tally,
			new BackupTuiError('up-failed', `damaged journal file ${path}`, {
				hint: 'start the stack it names, then delete it',
			}),
		);
	}
	const owed = owedStacks(deps.journal);
	let recovered = 0;
	for (const entry of owed) {
		const startedAt = performance.now();
		const ms = () => Math.round(performance.now() - startedAt);
		killStrays((cookie) => cookie.startsWith(`${entry.run}/`));
		if (entry.debt.kind === 'copy' && deps.givenUp(entry)) {
			await deps.removeHelpers(entry.run);
			strike(run, deps.journal.directory, { key: entry.stack, name: entry.name });
			emit({
				type: 'message',
				level: 'info',
				stack: entry.name,
				text: 'was given up: its directory is gone',
			});
			continue;
		}
		if (entry.debt.kind === 'copy' && unfinishedRestore(entry) === undefined) {
			await deps.removeHelpers(entry.run);
			strike(run, deps.journal.directory, { key: entry.stack, name: entry.name });
			emit({ type: 'message', level: 'warn', stack: entry.name, ...notStartedCopy(entry) });
			continue;
		}
		const half = unfinishedError(entry);
		const resumed = deps.resuming?.(entry.stack, half !== undefined) === true;
		if (half === undefined && resumed) continue;
		if (half !== undefined) {
			await deps.removeHelpers(entry.run);
			if (resumed) continue;
			if (entry.debt.kind === 'copy' && run.command !== 'recover') {
				// It never ran, and nothing of the live stack is missing: other commands warn of it, and go on.
				const { message: text, hint = '' } = half;
				emit({ type: 'message', level: 'warn', stack: entry.name, text, hint });
				continue;
			}
			noteFailure(run.tally, half);
			emit({ type: 'recovered', stack: entry.name, ok: false, ms: ms(), problem: toProblem(half) });
			continue;
		}
		const failure = await inPhase(run.session, { phase: 'recover', stack: entry.name }, async () => {
			// In this order: a helper may hold a volume that lives in memory only.
			await deps.bringUp(entry);
			await deps.removeHelpers(entry.run);
		}).then(
			() => undefined,
			(error: unknown) => error,
		);
		if (failure === undefined) {
			strike(run, deps.journal.directory, { key: entry.stack, name: entry.name });
			recovered += 1;
			emit({ type: 'recovered', stack: entry.name, ok: true, ms: ms() });
		} else {
			const error = leftDownError(entry.name, failure, entry.wasUp);
			noteFailure(run.tally, error);
			emit({ type: 'recovered', stack: entry.name, ok: false, ms: ms(), problem: toProblem(error) });
		}
	}
	return recovered;
}
