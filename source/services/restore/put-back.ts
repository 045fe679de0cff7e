import type { Debt, UnfinishedRestore } from '../../runs/journal.ts';
import type { Inventory } from '../../stacks/inventory.ts';
import { inPhase, noteFailure, type Run } from '../conduct-run.ts';
import { leftDownError } from '../downtime/left-down.ts';
import type { RestoreDeps } from './deps.ts';
import { type LiveStack, runsAnything } from './live-stack.ts';
import { lookAgain } from './start-restored.ts';
import { writeBack } from './write-back.ts';

export interface PutBackRequest {
	readonly live: LiveStack;
	/** What ran before the restore. */
	readonly before: Inventory;
	/** The safety snapshot. */
	readonly safety: string;
	/** It ran before. */
	readonly wasUp: boolean;
	/** Start what ran before. */
	readonly start: boolean;
	/** Notes what is owed from now on. Throws where it has to be written and cannot. */
	readonly owes: (debt: Debt) => void;
	readonly settled: () => void;
}

/**
 * The way back: takes down what was started, puts back what a restore overwrote, takes away what it made, and starts what
 * ran before. Failures are noted; the journal then keeps the stack down.
 *
 * @returns whether everything is as it was
 */
export async function putBack(run: Run, deps: RestoreDeps, request: PutBackRequest): Promise<boolean> {
	const { before, safety } = request;
	const { name } = request.live.stack;
	const { timeoutSeconds } = deps.config.stack(name);
	const restore: UnfinishedRestore = {
		what: 'restore',
		since: deps.now().toISOString(),
		snapshot: safety,
		safetySnapshot: safety,
		start: request.start,
	};
	const warn = (text: string) => run.session.emit({ type: 'message', level: 'warn', stack: name, text });
	warn('going back to what was there before');
	try {
		const now = await deps.docker.inventory(request.live.stack);
		request.owes({ kind: 'half-restored', restore });
		if (runsAnything(now)) {
			await inPhase(run.session, { phase: 'down', stack: name }, () =>
				deps.docker.takeDown(now, timeoutSeconds, new AbortController().signal),
			);
		}
		await inPhase(run.session, { phase: 'restore', stack: name, target: 'what was there before' }, () =>
			writeBack(run, deps, { stack: name, safety }),
		);
	} catch (error) {
		noteFailure(run.tally, leftDownError(name, error, request.wasUp));
		return false;
	}
	request.owes({ kind: 'up' });
	try {
		if (!request.start) {
			request.settled();
			return true;
		}
		await inPhase(run.session, { phase: 'up', stack: name }, async () => {
			const ids = before.containers.map((container) => container.id);
			const there = await deps.docker.existing(ids);
			const method = ids.every((id) => there.has(id)) ? 'stop' : 'down';
			await deps.docker.bringUp({ inventory: before, method });
		});
		await lookAgain(run, deps, name, before);
		request.settled();
		return true;
	} catch (error) {
		noteFailure(run.tally, leftDownError(name, error, request.wasUp));
		return false;
	}
}
