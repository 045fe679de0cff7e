import type { StackConfig } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import type { Journal, JournalEntry } from '../../runs/journal.ts';
import type { Stack } from '../../stacks/types.ts';
import type { Inventory } from '../backup/ports.ts';
import { inPhase, type Run } from '../conduct-run.ts';
import { stacksCommandLine } from '../stacks/command-line.ts';
import { leftDownError } from './left-down.ts';
import { printCommands } from './print-commands.ts';
import { strike, tryToOwe, type WayUp } from './scope.ts';

export interface BringBackDeps {
	readonly journal: Journal<Inventory>;
	/** Stacks that were taken down on purpose, and what ran of them. */
	readonly downOnPurpose: Journal<Inventory>;
	/** Whether anything of the stack runs now. Throws `state-unknown`. */
	readonly runs: (stack: Stack) => Promise<boolean>;
	/** Brings up what ran; returns when it is verified up. Throws `up-failed`. */
	readonly bringUp: (way: WayUp<Inventory>) => Promise<void>;
	/** `docker compose up` of what the stack's files say. Throws `plan-refused`, `up-failed`. */
	readonly start: {
		/** argv, for a dry run. */
		readonly command: (stack: Stack) => Promise<readonly string[]>;
		readonly run: (stack: Stack, signal: AbortSignal) => Promise<void>;
	};
}

/**
 * Brings a stack up. One that was taken down by us comes back as it was: the same project, files, services and replicas.
 * Any other, and one of which something runs again, is started as its files say.
 *
 * @throws up-failed, plan-refused, state-unknown
 */
export async function bringBack(
	run: Run,
	deps: BringBackDeps,
	stack: Stack,
	settings: StackConfig,
): Promise<void> {
	const { name } = stack;
	const kept = deps.downOnPurpose.read().entries.find((entry) => entry.stack === stack.key);
	const ran = await deps.runs(stack);
	const asItWas = ran ? undefined : kept;
	if (run.session.dryRun) {
		if (asItWas === undefined) printCommands(run, name, [await deps.start.command(stack)]);
		else run.session.emit({ type: 'message', level: 'info', stack: name, text: whatComesBack(asItWas) });
		return;
	}
	await inPhase(run.session, { phase: 'up', stack: name }, async () => {
		if (asItWas === undefined)
			await deps.start.run(stack, run.signal).catch((error: unknown) => {
				throw againByStacksUp(name, error, ran);
			});
		else {
			// From here on it is owed: whatever ends this process, the next start goes on with it.
			const { method, inventory } = asItWas;
			const { timeoutSeconds } = settings;
			const down = { key: stack.key, name, method, inventory, timeoutSeconds };
			const owed = tryToOwe(run, deps.journal, down);
			await deps.bringUp(down).catch((error: unknown) => {
				throw leftDownError(name, error);
			});
			owed.settled();
		}
	});
	if (kept !== undefined) strike(run, deps.downOnPurpose.directory, stack);
}

/** Nothing is owed for it, so that `recover`, which other hints name, would not start it. */
function againByStacksUp(name: string, error: unknown, ran: boolean): unknown {
	if (!(error instanceof BackupTuiError)) return error;
	const { code, message, hint, detail } = error;
	// Nothing of it ran before: it is no stack that was up and is down now.
	const exitCode = error.exitCode === exitCodes.stackDown && !ran ? exitCodes.backup : error.exitCode;
	return new BackupTuiError(code, message, {
		cause: error,
		exitCode,
		...(hint === undefined
			? {}
			: { hint: hint.replace('`backup-tui recover`', `\`${stacksCommandLine('up', [name])}\``) }),
		...(detail === undefined ? {} : { detail }),
	});
}

function whatComesBack(entry: JournalEntry<Inventory>): string {
	const services = entry.inventory.projects.flatMap((project) => Object.keys(project.replicas));
	return `would bring back what ran until ${entry.writtenAt}: ${services.join(', ')}`;
}
