import { inPhase, type Run } from '../conduct-run.ts';
import { leftDownError } from '../downtime/left-down.ts';
import { beginDowntime } from '../downtime/measure.ts';
import { tryToOwe } from '../downtime/scope.ts';
import { fail, type StackBackupDeps, type StackCopy } from './stack-copy.ts';

/**
 * A health check takes longer than UP_TIMEOUT, and what depends on it cannot start before. It is waited for on the side, for as
 * long as the check may take, while the run goes on with other stacks. A stack that is not up then is left down.
 */
export async function comeUpLate(run: Run, deps: StackBackupDeps, copy: StackCopy): Promise<void> {
	const { stack, config } = copy.item;
	const { method, inventory, recorded } = copy.prepared;
	const { key, name } = stack;
	const why = copy.late instanceof Error ? copy.late.message : String(copy.late);
	run.session.emit({
		type: 'message',
		level: 'warn',
		stack: name,
		text: `${why}: waiting for it on the side`,
	});
	const { timeoutSeconds } = config;
	const owed = tryToOwe(run, deps.journal, { key, name, method, inventory, recorded, timeoutSeconds });
	const downtime = beginDowntime(run, name);
	try {
		copy.up = await inPhase(run.session, { phase: 'up', stack: name }, () =>
			deps.docker.bringUpLate(copy.prepared, config, run.signal),
		);
		owed.settled();
	} catch (error) {
		owed.left();
		// Cut short by a signal: what is told is why it is not up.
		fail(run, copy, leftDownError(name, run.signal.aborted ? copy.late : error), 'left-down');
	} finally {
		copy.ms = Math.round(performance.now() - copy.startedAt);
		copy.downtimeMs = (copy.downtimeMs ?? 0) + downtime.end(copy.outcome !== 'left-down');
	}
}
