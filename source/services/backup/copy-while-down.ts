import { BackupTuiError } from '../../errors.ts';
import type { BackupResult } from '../../restic/types.ts';
import { changedMeanwhile } from '../../stacks/inventory-differences.ts';
import { awaitedBy } from '../../stacks/slow-health.ts';
import type { Run } from '../conduct-run.ts';
import { leftDownError } from '../downtime/left-down.ts';
import { withStackDown } from '../downtime/with-stack-down.ts';
import { fail, type StackBackupDeps, type StackCopy } from './stack-copy.ts';

/** Takes the stack down for the copy and brings it up as it was; what became of it is in the result. */
export async function copyWhileDown(
	run: Run,
	deps: StackBackupDeps,
	result: StackCopy,
	copy: () => Promise<BackupResult>,
): Promise<void> {
	const { item, prepared } = result;
	const { stack, config } = item;
	let made: BackupResult | undefined;
	const restoreFrom = () => ({
		made: made?.partial === false ? made.snapshotId : undefined,
		earlier: result.parent?.id,
	});
	const outcome = await withStackDown(
		run,
		deps.journal,
		{
			key: stack.key,
			name: stack.name,
			method: prepared.method,
			timeoutSeconds: config.timeoutSeconds,
			inventory: prepared.inventory,
			recorded: prepared.recorded,
			...(item.expectedDowntimeMs === undefined ? {} : { expectedMs: item.expectedDowntimeMs }),
			takeDown: (signal, onQuiet) => deps.docker.takeDown(prepared, config, signal, onQuiet),
			bringUp: async (since) => {
				result.up = await deps.docker.bringUp(prepared, config, since, restoreFrom());
			},
		},
		async () => {
			made = await copy();
			return made;
		},
	);
	result.downtimeMs = (result.downtimeMs ?? 0) + outcome.downtimeMs;
	if (outcome.value !== undefined) {
		// Nobody knows what ran when `down` itself went wrong.
		if (outcome.error === undefined) result.backup = outcome.value;
		else result.unquiet.push(outcome.value.snapshotId);
	}
	if (outcome.upError !== undefined && awaitedBy(outcome.upError) !== undefined) {
		result.late = outcome.upError;
	} else if (outcome.upError !== undefined) {
		fail(run, result, leftDownError(stack.name, outcome.upError), 'left-down');
	}
	noteChanged(run, result);
	if (outcome.error !== undefined) throw outcome.error;
}

/** The stack is up, but not as it was: nobody is told that it was left alone. */
function noteChanged(run: Run, result: StackCopy): void {
	const { item, prepared, up } = result;
	if (up === undefined || item.config.onDrift === 'deploy') return;
	const changed = changedMeanwhile(prepared.inventory, up.differences);
	if (changed.length === 0) return;
	const message = `${item.stack.name} is up, but not as it was: ${changed.join('; ')}`;
	const hint = 'somebody changed it while it was down; if that was meant, the next backup takes it as it is';
	fail(run, result, new BackupTuiError('not-quiesced', message, { hint }), 'not-quiesced');
}
