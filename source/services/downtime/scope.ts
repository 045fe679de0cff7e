import { BackupTuiError, toBackupTuiError } from '../../errors.ts';
import { ownIdentity } from '../../process/proc.ts';
import {
	type Debt,
	entryFile,
	type Journal,
	type JournalEntry,
	readEntry,
	unfinishedRestore,
} from '../../runs/journal.ts';
import { ownerState } from '../../runs/standing-debts.ts';
import { noteFailure, type Run } from '../conduct-run.ts';
import { writeRecord } from './record-file.ts';
import { replaceEntry, strikeEntry, writeEntry } from './write-journal.ts';

/** How a stack is brought back. */
export interface WayUp<Inventory> {
	readonly method: string;
	readonly inventory: Inventory;
	/** What it is brought back from, plain JSON: kept beside the journal until it is up. */
	readonly recorded?: unknown;
}

/** A stack that is about to be touched, and how it is brought back. */
export interface OwedStack<Inventory> extends WayUp<Inventory> {
	readonly key: string;
	readonly name: string;
	/** Grace given to its containers, in seconds. */
	readonly timeoutSeconds: number;
	/** Whether it ran before; a copy never did, all others did unless it is said. */
	readonly wasUp?: boolean;
}

/** What this run owes to one stack, until it is settled. What is never settled is for `recover`. */
export interface Owed<Inventory> {
	/**
	 * From now on something else is owed.
	 *
	 * @throws state-dir-unwritable, no-space when the stack could be started until now and must not be from now on: do not go
	 *   on then. Any other change that cannot be written is warned of, and the old debt stays in force
	 */
	becomes(debt: Debt, way?: WayUp<Inventory>): void;
	/** Nothing is owed any more: the stack is verified to be as it should be. Never throws. */
	settled(): void;
	/** This run does no more for the stack, though it goes on: `recover` may. Never throws. */
	left(): void;
}

export interface OweOptions {
	/** Keep room on the disk for what the debt will become: a full disk must not leave a stack down. */
	readonly changes: boolean;
}

/**
 * Begins to owe a stack something. It is on the disk when this returns: call it before the stack is touched. All writes of
 * the journal are here and in what this returns, but for those of `recover`, which pays the debts of dead runs.
 *
 * @throws state-dir-unwritable, no-space; nothing may be touched then
 */
export function owe<Inventory>(
	run: Run,
	{ directory }: Pick<Journal<Inventory>, 'directory'>,
	stack: OwedStack<Inventory>,
	debt: Debt,
	options: OweOptions = { changes: false },
): Owed<Inventory> {
	const { key, name, recorded } = stack;
	const former = readEntry(directory, key);
	assertNobodyElse(former);
	const owedSince = new Date().toISOString();
	let entry = entryOf(run, stack, debt, owedSince);
	try {
		if (recorded !== undefined) entry = { ...entry, record: writeRecord(directory, key, recorded) };
		writeEntry(directory, entry, options.changes);
		// In this order: whoever takes the lock meanwhile sees the entry, or is seen here.
		run.keepLocks();
	} catch (error) {
		if (former === undefined) strikeEntry(directory, key);
		else replaceEntry(directory, former);
		throw error;
	}
	if (entry.wasUp) run.down.set(key, name);
	return {
		becomes: (next, way = entry) => {
			const { method, inventory } = way;
			const kept = way === entry && entry.record !== undefined ? { record: entry.record } : {};
			const changed = { ...entryOf(run, { ...stack, method, inventory }, next, owedSince), ...kept };
			try {
				replaceEntry(directory, changed);
				entry = changed;
			} catch (error) {
				const mayStartNow = unfinishedRestore(entry) === undefined;
				if (mayStartNow && unfinishedRestore(changed) !== undefined) throw error;
				warn(run, name, error);
			}
		},
		settled: () => {
			run.down.delete(key);
			strike(run, directory, stack);
		},
		left: () => {
			try {
				replaceEntry(directory, { ...entry, left: true });
			} catch (error) {
				warn(run, name, error);
			}
		},
	};
}

/** What another run that lives has taken down is its own business, whatever became of its lock. */
function assertNobodyElse(other: JournalEntry<unknown> | undefined): void {
	if (other === undefined || other.owner.pid === process.pid || ownerState(other) === 'gone') return;
	throw new BackupTuiError(
		'lock-held',
		`${other.name} is being changed: ${other.command ?? 'a run'} (run ${other.run}, pid ${other.owner.pid}) since ${other.since}`,
		{ hint: `wait for it, or watch it: backup-tui attach ${other.run}` },
	);
}

/**
 * The same for a stack that is only started: not written, it is done all the same, since nothing is worse than a stack that
 * stays down.
 *
 * @throws lock-held when another run sees to it
 */
export function tryToOwe<Inventory>(
	run: Run,
	journal: Pick<Journal<Inventory>, 'directory'>,
	stack: OwedStack<Inventory>,
): Pick<Owed<Inventory>, 'settled' | 'left'> {
	try {
		return owe(run, journal, stack, { kind: 'up' });
	} catch (error) {
		if (toBackupTuiError(error).code === 'lock-held') throw error;
		warn(run, stack.name, error);
		return { settled: () => {}, left: () => {} };
	}
}

function warn(run: Run, stack: string, error: unknown): void {
	const text = `the journal cannot be written: ${error instanceof Error ? error.message : String(error)}`;
	run.session.emit({ type: 'message', level: 'warn', stack, text });
}

/** Removes an entry. A failure leaves a stack that is as it should be with a debt on the disk: told, and never thrown. */
export function strike(
	run: Run,
	directory: string,
	stack: { readonly key: string; readonly name: string },
): void {
	try {
		strikeEntry(directory, stack.key);
	} catch (error) {
		const file = entryFile(directory, stack.key);
		const message = `${stack.name} is as it should be, but its journal entry cannot be removed: ${file}`;
		const hint = `make that directory writable, then: backup-tui recover`;
		run.session.emit({ type: 'message', level: 'error', stack: stack.name, text: message, hint });
		noteFailure(run.tally, new BackupTuiError('state-dir-unwritable', message, { cause: error, hint }));
	}
}

/** An entry as this run writes it. */
export function entryOf<Inventory>(
	run: Run,
	stack: OwedStack<Inventory>,
	debt: Debt,
	since: string,
): JournalEntry<Inventory> {
	return {
		v: 2,
		stack: stack.key,
		name: stack.name,
		run: run.session.id,
		owner: ownIdentity(),
		command: run.command,
		since,
		left: false,
		wasUp: stack.wasUp ?? debt.kind !== 'copy',
		writtenAt: new Date().toISOString(),
		method: stack.method,
		timeoutSeconds: stack.timeoutSeconds,
		inventory: stack.inventory,
		debt,
	};
}
