import { isAlive, isFrozen } from '../process/proc.ts';
import type { Debt, JournalEntry } from './journal.ts';
import type { LockOwner } from './locks.ts';

/**
 * The run that owes a stack something: `working` lives and sees to it, `frozen` lives but was stopped by a signal and sees to
 * nothing, `gone` has left it to `recover`.
 */
export type OwnerState = 'working' | 'frozen' | 'gone';

/** A stack that is owed something now, as people are told of it. */
export interface StandingDebt {
	/** dirlist key and name of the stack. */
	readonly key: string;
	readonly stack: string;
	readonly debt: Debt['kind'];
	/** ISO time, UTC. */
	readonly since: string;
	readonly run: string;
	readonly command: string | undefined;
	readonly pid: number;
	/** It ran before: that it is down is what exit code 7 tells. */
	readonly wasUp: boolean;
	readonly owner: OwnerState;
}

type Owner = Pick<JournalEntry<unknown>, 'owner' | 'left'>;

/** @returns whether the run that wrote an entry still sees to it */
export function ownerState({ owner, left }: Owner): OwnerState {
	if (left || !isAlive(owner)) return 'gone';
	return isFrozen(owner.pid) ? 'frozen' : 'working';
}

/** @returns what every entry of the journal says, with the state of its owner */
export function standingDebts(entries: readonly JournalEntry<unknown>[]): readonly StandingDebt[] {
	return entries.map((entry) => ({
		key: entry.stack,
		stack: entry.name,
		debt: entry.debt.kind,
		since: entry.since,
		run: entry.run,
		command: entry.command,
		pid: entry.owner.pid,
		wasUp: entry.wasUp,
		owner: ownerState(entry),
	}));
}

/** @returns other living runs that have taken stacks down, as owners of the stacks lock: its file may have been removed */
export function owersAsLockOwners(entries: readonly JournalEntry<unknown>[]): readonly LockOwner[] {
	return entries
		.filter((entry) => entry.owner.pid !== process.pid && ownerState(entry) !== 'gone')
		.map(({ owner, command = 'a run', run, since, name }) => ({
			...owner,
			mode: 'exclusive',
			command,
			run,
			since,
			stack: name,
		}));
}
