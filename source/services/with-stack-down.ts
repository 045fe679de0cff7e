import { setTimeout as delay } from 'node:timers/promises';
import { BackupTuiError } from '../errors.ts';
import { ownIdentity } from '../process/proc.ts';
import type { Journal } from '../runs/journal.ts';
import { inPhase, type Run } from './conduct-run.ts';

/** Pauses between tries to bring a stack up, in ms: a port that another program just took may be free again soon. */
const upRetryMs = [1_000, 4_000, 10_000];

/** How one stack is taken down and brought back; bound to its inventory and method. */
export interface StackScope<Inventory> {
	readonly key: string;
	readonly name: string;
	readonly method: string;
	readonly timeoutSeconds: number;
	readonly inventory: Inventory;
	readonly expectedMs?: number;
	/** Throws `down-failed`. */
	takeDown(signal: AbortSignal): Promise<void>;
	/** Returns when the stack is verified up. `interrupted`: the take-down did not end well. Throws `up-failed`. */
	bringUp(interrupted: boolean): Promise<void>;
}

/** What became of a scope. `downtimeMs` runs from `down` begun to verified up. */
export interface ScopeOutcome<T> {
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
	const { emit } = run.session;
	const stack = scope.name;
	journal.write({
		v: 1,
		stack: scope.key,
		name: scope.name,
		run: run.session.id,
		owner: ownIdentity(),
		writtenAt: new Date().toISOString(),
		method: scope.method,
		timeoutSeconds: scope.timeoutSeconds,
		inventory: scope.inventory,
	});
	const downAt = performance.now();
	const downtime = () => Math.round(performance.now() - downAt);
	emit({
		type: 'downtime-start',
		stack,
		...(scope.expectedMs === undefined ? {} : { expectedMs: scope.expectedMs }),
	});
	let result: { value?: T; error?: unknown } = {};
	let interrupted = true;
	try {
		await inPhase(run.session, { phase: 'down', stack }, () => scope.takeDown(run.signal));
		interrupted = false;
		result = { value: await copy() };
	} catch (error) {
		result = { error };
	}
	const upError = await bringUpPatiently(run, scope, interrupted);
	const downtimeMs = downtime();
	emit({ type: 'downtime-end', stack, ms: downtimeMs, up: upError === undefined });
	if (upError !== undefined) return { ...result, upError, downtimeMs };
	journal.strike(scope.key);
	return { ...result, downtimeMs };
}

/** @returns undefined when the stack is verified up, else the last error */
export async function bringUpPatiently<Inventory>(
	run: Run,
	scope: Pick<StackScope<Inventory>, 'name' | 'bringUp'>,
	interrupted: boolean,
): Promise<unknown> {
	for (let attempt = 0; ; attempt += 1) {
		try {
			await inPhase(run.session, { phase: 'up', stack: scope.name }, () =>
				scope.bringUp(interrupted || attempt > 0),
			);
			return undefined;
		} catch (error) {
			const pause = upRetryMs[attempt];
			if (pause === undefined) return error;
			run.session.emit({
				type: 'message',
				level: 'warn',
				stack: scope.name,
				text: `not up yet, trying again in ${pause / 1000} s: ${error instanceof Error ? error.message : error}`,
			});
			await delay(pause);
		}
	}
}

/** @returns the error a stack that stayed down is reported with (exit code 7) */
export function leftDownError(name: string, cause: unknown): BackupTuiError {
	const why = cause instanceof Error ? cause.message : String(cause);
	const hint = cause instanceof BackupTuiError ? cause.hint : undefined;
	return new BackupTuiError('up-failed', `${name} is down: ${why}`, {
		cause,
		hint:
			hint === undefined ? 'mend the cause, then: backup-tui recover' : `${hint}; then: backup-tui recover`,
	});
}
