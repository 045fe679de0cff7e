import type { Journal } from '../../runs/journal.ts';
import { inPhase, type Run } from '../conduct-run.ts';
import { beginDowntime } from './measure.ts';
import { type OwedStack, owe } from './scope.ts';

/** How one stack is taken down and brought back; bound to its inventory and method. */
export interface StackScope<Inventory> extends OwedStack<Inventory> {
	readonly expectedMs?: number;
	/**
	 * Throws `down-failed`.
	 *
	 * @param onQuiet may be called when nothing of the stack runs any more, though taking it down is not done yet
	 */
	takeDown(signal: AbortSignal, onQuiet: () => void): Promise<void>;
	/**
	 * Returns when the stack is verified up; tries again by itself while there is hope. Throws `up-failed`.
	 * `interruptedSince`: when the take-down began (ms UTC), if it did not end well.
	 */
	bringUp(interruptedSince?: number): Promise<void>;
}

/** What became of a scope. `downtimeMs` runs from `down` begun to verified up. */
export interface ScopeOutcome<T> {
	/** Also there with `error`, when the copy was made and the rest of `down` failed. */
	readonly value?: T;
	/** What went wrong before `up`: in `down` or in the copy. */
	readonly error?: unknown;
	/** The stack is still down: the journal keeps it. */
	readonly upError?: unknown;
	readonly downtimeMs: number;
}

/**
 * Takes a stack down, runs `copy`, and brings the stack up again, whatever happened in between: "up" is the end of a
 * scope, not a step that can be forgotten. The journal is on disk before the first container is touched and is struck
 * only when the stack is verified up, so that the next start can do what this process did not live to do.
 */
export async function withStackDown<T, Inventory>(
	run: Run,
	journal: Journal<Inventory>,
	scope: StackScope<Inventory>,
	copy: () => Promise<T>,
): Promise<ScopeOutcome<T>> {
	const stack = scope.name;
	const owed = owe(run, journal, scope, { kind: 'up' });
	const since = Date.now();
	const downtime = beginDowntime(run, stack, scope.expectedMs);
	const { interrupted, ...result } = await downAndCopy(run, scope, copy);
	const upError = await inPhase(run.session, { phase: 'up', stack }, () =>
		scope.bringUp(interrupted ? since : undefined),
	).then(
		() => undefined,
		(error: unknown) => error,
	);
	const downtimeMs = downtime.end(upError === undefined);
	if (upError === undefined) {
		owed.settled();
		return { ...result, downtimeMs };
	}
	owed.left();
	return { ...result, upError, downtimeMs };
}

/**
 * The copy begins as soon as nothing of the stack runs; the rest of `down`, mostly its network, is done meanwhile and has
 * ended before this returns.
 */
async function downAndCopy<T, Inventory>(
	run: Run,
	scope: StackScope<Inventory>,
	copy: () => Promise<T>,
): Promise<{ value?: T; error?: unknown; interrupted: boolean }> {
	let down: Promise<void> = Promise.resolve();
	const whenDown = async () => {
		const quiet = Promise.withResolvers<void>();
		down = scope.takeDown(run.signal, quiet.resolve);
		await Promise.race([quiet.promise, down]);
	};
	try {
		await inPhase(run.session, { phase: 'down', stack: scope.name }, whenDown);
	} catch (error) {
		return { error, interrupted: true };
	}
	const [copied, downed] = await Promise.allSettled([copy(), down]);
	const value = copied.status === 'fulfilled' ? { value: copied.value } : {};
	if (downed.status === 'rejected') return { ...value, error: downed.reason, interrupted: true };
	if (copied.status === 'rejected') return { error: copied.reason, interrupted: false };
	return { ...value, interrupted: false };
}
