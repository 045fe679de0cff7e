import { BackupTuiError } from '../../errors.ts';
import { quoteArgv } from '../../runs/describe.ts';
import { inPhase, noteFailure } from '../conduct-run.ts';
import { runsAnything } from './live-stack.ts';
import { againOf, type Work } from './progress.ts';

/**
 * Does something with the data of a stack that is down, and looks whether somebody starts the stack meanwhile. Who did is
 * in the progress, also when `write` throws.
 */
export async function whileWatched(work: Work, write: () => Promise<void>): Promise<void> {
	const { run, deps, prepared, progress } = work;
	const { live, ofStack, takesDown } = prepared;
	// A restore of one volume beside a stack that goes on running stops nothing.
	if (!ofStack || (live.runs && !takesDown)) return write();
	const watch = await deps.docker.watch(live.stack, live.inventory, run.signal);
	try {
		await write();
	} finally {
		progress.intruders = await watch.finish();
	}
}

/**
 * Whoever ran on half-written data is named, and stopped: what is started afterwards begins with the restored data.
 * Never throws; what cannot be stopped is noted.
 */
export async function stopIntruders(work: Work): Promise<void> {
	const { run, deps, request, prepared, progress } = work;
	if (progress.intruders.length === 0) return;
	const { stack } = prepared.live;
	const message = `${stack.name} was started by somebody while its data was written: ${progress.intruders.join(', ')}`;
	const hint = `the restored data may have been changed; restore it again: ${quoteArgv(['backup-tui', ...againOf(deps, request, prepared.plan)])}`;
	noteFailure(run.tally, new BackupTuiError('not-quiesced', message, { hint }));
	run.session.emit({ type: 'message', level: 'error', stack: stack.name, text: message, hint });
	if (!prepared.start) return;
	try {
		const now = await deps.docker.inventory(stack);
		if (!runsAnything(now)) return;
		await inPhase(run.session, { phase: 'down', stack: stack.name }, () =>
			deps.docker.takeDown(now, deps.config.stack(stack.name).timeoutSeconds, run.signal),
		);
	} catch (error) {
		noteFailure(run.tally, error);
	}
}
