import { BackupTuiError } from '../../errors.ts';
import { type Inventory, upContainers } from '../../stacks/inventory.ts';
import { inPhase, noteFailure, type Run } from '../conduct-run.ts';
import { leftDownError } from '../downtime/left-down.ts';
import { waysOn } from '../downtime/unfinished.ts';
import type { InPlaceRequest, RestoreDeps, RestoreOutcome } from './deps.ts';
import { namedError } from './named-error.ts';
import { type EndedInPlace, nextInPlace } from './next-steps.ts';
import { amountOf } from './plan.ts';
import type { PreparedRestore } from './prepare.ts';
import { againOf, nowOwes, unfinished, type Work, wayBack } from './progress.ts';
import { putBack } from './put-back.ts';
import { lookAgain, startRestored } from './start-restored.ts';
import { stopIntruders } from './watch-writes.ts';
import { writeSafely } from './write-safely.ts';

/** How a restore ended for its stack. */
type End = Pick<EndedInPlace, 'state' | 'restored'>;

/**
 * Carries a prepared restore out. The journal knows at every moment what is owed: the old `up` until the first byte is
 * written, then that nothing may be started, and the new `up` once everything is written and verified.
 *
 * Never throws for what happens to the stack: that is in the outcome and in the run's tally.
 */
export async function carryOut(
	run: Run,
	deps: RestoreDeps,
	request: InPlaceRequest,
	prepared: PreparedRestore,
): Promise<RestoreOutcome> {
	const { plan, begun, live } = prepared;
	const startedAt = performance.now();
	const work: Work = {
		run,
		deps,
		request,
		prepared,
		progress: {
			safety: begun?.safetySnapshot,
			touched: begun !== undefined,
			owed: undefined,
			downtime: undefined,
			intruders: [],
			notes: [],
		},
	};
	const failure = await writeSafely(work).then(
		() => undefined,
		(error: unknown) => ({ error }),
	);
	const end = failure === undefined ? await endWritten(work) : await endUnwritten(work, failure.error);
	const { safety, downtime, notes } = work.progress;
	const stack = live.stack.name;
	return {
		stack,
		snapshot: plan.snapshot.id,
		// Going back to it, it is no longer what was there before.
		...(safety === undefined || safety === plan.snapshot.id ? {} : { safetySnapshot: safety }),
		...end,
		restoreMs: Math.round(performance.now() - startedAt),
		downtimeMs: downtime?.end(end.state === 'up' || end.state === 'rolled-back') ?? 0,
		...amountOf(plan.parts),
		notes,
		next: nextInPlace({
			stack,
			...end,
			safetySnapshot: safety,
			run: run.session.id,
			again: againOf(deps, request, plan),
			gone: prepared.goes,
		}),
	};
}

/** Writing failed: what ran comes up if nothing was written, else the stack is rolled back or kept down. */
async function endUnwritten(work: Work, error: unknown): Promise<End> {
	const { run, request, prepared, progress } = work;
	const { name } = prepared.live.stack;
	noteFailure(run.tally, namedError(run, name, error));
	if (!progress.touched) return { state: await comeBack(work), restored: false };
	if (request.rollback && progress.safety !== undefined) return rollBack(work, progress.safety);
	if (!prepared.ofStack) return { state: stateNow(prepared), restored: false };
	const code = prepared.wasUp ? 'up-failed' : 'restore-failed';
	const left = new BackupTuiError(code, `${name} is half restored and is kept down`, {
		hint: waysOn(name, unfinished(work)),
	});
	noteFailure(run.tally, left);
	progress.owed?.left();
	return { state: 'half', restored: false };
}

/** Everything is written: the stack is started if it is to run; if it does not come up, it may be rolled back. */
async function endWritten(work: Work): Promise<End> {
	const { run, deps, request, prepared, progress } = work;
	const { live, wanted, start, takesDown } = prepared;
	if (!prepared.ofStack) return { state: stateNow(prepared), restored: true };
	await stopIntruders(work);
	if (!start || (live.runs && !takesDown)) {
		progress.owed?.settled();
		return { state: live.runs && !takesDown ? 'up' : 'off', restored: true };
	}
	const method = await upMethod(deps, wanted);
	nowOwes(work, { kind: 'up' }, { method, inventory: wanted });
	const problem = await startRestored(run, deps, prepared, wanted, method, {
		notes: progress.notes,
		onUp: () => progress.downtime?.end(true),
	});
	if (problem === undefined) {
		progress.owed?.settled();
		return { state: 'up', restored: true };
	}
	if (progress.safety !== undefined && (request.rollback || (await request.offerRollback()))) {
		noteFailure(run.tally, new BackupTuiError('restore-failed', problem.message, { cause: problem }));
		return rollBack(work, progress.safety);
	}
	noteFailure(run.tally, problem);
	progress.owed?.left();
	return { state: 'not-started', restored: true };
}

const stateNow = ({ live }: PreparedRestore) => (live.runs ? 'up' : 'off');

/** How recorded containers are started: those that are all there as they are, else by Compose from the files. */
async function upMethod(deps: RestoreDeps, inventory: Inventory): Promise<'stop' | 'down'> {
	const ids = upContainers(inventory).map((container) => container.id);
	try {
		const there = await deps.docker.existing(ids);
		return ids.every((id) => there.has(id)) ? 'stop' : 'down';
	} catch {
		// An engine that does not answer is waited for by what starts the stack.
		return 'down';
	}
}

/** Nothing was written: what ran comes up as it was. */
async function comeBack({ run, deps, prepared, progress }: Work): Promise<End['state']> {
	const { name } = prepared.live.stack;
	if (progress.owed === undefined) return stateNow(prepared);
	try {
		await inPhase(run.session, { phase: 'up', stack: name }, () =>
			deps.docker.bringUp({
				inventory: prepared.before,
				method: 'stop',
				interruptedSince: Date.now() - 60_000,
			}),
		);
		await lookAgain(run, deps, name, prepared.before);
		progress.owed.settled();
	} catch (error) {
		progress.owed.left();
		noteFailure(run.tally, leftDownError(name, error, prepared.wasUp));
		return 'down';
	}
	return stateNow(prepared);
}

async function rollBack(work: Work, safety: string): Promise<End> {
	const { run, deps, prepared } = work;
	const { live, before, wasOn, wasUp } = prepared;
	const back = await putBack(run, deps, {
		live,
		before,
		safety,
		wasUp,
		start: wasOn,
		owes: (debt) => nowOwes(work, debt, wayBack(prepared)),
		settled: () => work.progress.owed?.settled(),
	});
	if (!back) work.progress.owed?.left();
	return { state: back ? 'rolled-back' : 'half', restored: false };
}
