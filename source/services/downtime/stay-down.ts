import type { StackConfig } from '../../config/types.ts';
import type { Journal } from '../../runs/journal.ts';
import type { Stack } from '../../stacks/types.ts';
import type { Inventory, StackDocker } from '../backup/ports.ts';
import { inPhase, type Run } from '../conduct-run.ts';
import { leftDownError } from './left-down.ts';
import { printCommands } from './print-commands.ts';
import { entryOf, owe } from './scope.ts';
import { writeEntry } from './write-journal.ts';

export interface StayDownDeps {
	readonly docker: Pick<StackDocker, 'prepare' | 'takeDown' | 'bringUp'>;
	/** Stacks that are owed an `up`. */
	readonly journal: Journal<Inventory>;
	/** Stacks that were taken down on purpose, and what ran of them. */
	readonly downOnPurpose: Journal<Inventory>;
	readonly now: () => number;
}

/**
 * Takes a stack down because a person wants it down. While that goes on the journal owes it an `up`, so that a `down` that
 * is cut short, by whatever, ends with the stack as it was; once it is down the debt is turned into a record of what ran,
 * which `bringBack` goes by.
 *
 * @throws down-failed (it is up again), up-failed (it is not), plan-refused, state-unknown
 */
export async function stayDown(
	run: Run,
	deps: StayDownDeps,
	stack: Stack,
	settings: StackConfig,
): Promise<void> {
	const { emit } = run.session;
	// Whatever a backup would do: here it is to be down.
	const wanted: StackConfig = { ...settings, method: 'down' };
	const prepared = await deps.docker.prepare(stack, wanted);
	if (!prepared.runs) {
		emit({ type: 'message', level: 'info', stack: stack.name, text: 'nothing of it runs' });
		return;
	}
	for (const reason of prepared.reasons)
		emit({ type: 'message', level: 'info', stack: stack.name, text: `stopped, not removed: ${reason}` });
	if (run.session.dryRun) {
		printCommands(run, stack.name, prepared.downCommands);
		return;
	}
	const { key, name } = stack;
	const { method, inventory, recorded } = prepared;
	const down = { key, name, method, inventory, recorded, timeoutSeconds: wanted.timeoutSeconds };
	const owed = owe(run, deps.journal, down, { kind: 'up' });
	const since = deps.now();
	try {
		await inPhase(run.session, { phase: 'down', stack: stack.name }, () =>
			deps.docker.takeDown(prepared, wanted, run.signal),
		);
		writeEntry(
			deps.downOnPurpose.directory,
			entryOf(run, down, { kind: 'up' }, new Date(since).toISOString()),
			false,
		);
	} catch (error) {
		await inPhase(run.session, { phase: 'up', stack: stack.name }, () =>
			deps.docker.bringUp(prepared, wanted, since),
		).catch((upError: unknown) => {
			throw leftDownError(stack.name, upError);
		});
		owed.settled();
		throw error;
	}
	owed.settled();
}
