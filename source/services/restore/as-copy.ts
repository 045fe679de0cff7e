import { BackupTuiError } from '../../errors.ts';
import { quoteArgv } from '../../runs/describe.ts';
import type { UnfinishedRestore } from '../../runs/journal.ts';
import { noteFailure, type Run } from '../conduct-run.ts';
import { owe } from '../downtime/scope.ts';
import { assertCanStart } from './can-start.ts';
import { writeCompose } from './copy-places.ts';
import type { RestoreDeps, RestoreOutcome } from './deps.ts';
import { endEvent, planEvent } from './events.ts';
import { runsAnything } from './live-stack.ts';
import { makeDurable } from './make-durable.ts';
import { namedError } from './named-error.ts';
import { nextOfCopy } from './next-steps.ts';
import { amountOf } from './plan.ts';
import { type CopyStackRequest, type PreparedCopy, prepareCopy } from './prepare-copy.ts';
import { publicationText } from './publication.ts';
import { shareRepository } from './share-repository.ts';
import { ensureImages, startRestored } from './start-restored.ts';
import { writeAll } from './write-all.ts';

/** A second stack that is not whole yet, and how it is done again. */
function unfinishedCopy(
	deps: RestoreDeps,
	request: CopyStackRequest,
	{ plan, inventory }: PreparedCopy,
): UnfinishedRestore {
	const { id } = plan.snapshot;
	return {
		what: 'restore',
		since: deps.now().toISOString(),
		snapshot: id,
		start: runsAnything(inventory),
		again: [
			...['restore', '--stack', plan.stack, '--as', request.as, '--snapshot', id.slice(0, 8)],
			...request.publish.flatMap((one) => ['--publish', publicationText(one)]),
		],
	};
}

/** Writes the second stack's files and volumes to the disk, and its compose file among them. */
async function writeCopy(
	run: Run,
	deps: RestoreDeps,
	prepared: PreparedCopy,
	notes: string[],
): Promise<void> {
	const { opened, manifest, stack, inventory, plan } = prepared;
	const { name, directory } = stack;
	await writeAll(run, deps, {
		stack: name,
		parts: plan.parts,
		wanted: inventory,
		labels: (part) => ({
			'com.docker.compose.project': name,
			'com.docker.compose.volume':
				part.placed.place.kind === 'volume' ? part.placed.place.volume.slice(name.length + 1) : '',
		}),
		beforeContainers: () => ensureImages(run, deps, started(prepared), inventory, { notes }),
		afterNamed: async () =>
			writeCompose(
				opened,
				prepared,
				`${opened.stack} as of ${manifest.createdAt}, made by backup-tui restore --as`,
			),
	});
	await makeDurable(run, directory);
}

/** The second stack as what starts it sees it: nothing of it was there. */
function started({ opened, stack, inventory }: PreparedCopy) {
	return { opened, live: { stack, inventory, bare: true, runs: false, known: false }, wasUp: false };
}

/** Nothing that ran is down: the restore failed, and no more. */
function notStarted({ stack }: PreparedCopy, problem: BackupTuiError): BackupTuiError {
	const { name, directory } = stack;
	const why = problem.cause instanceof BackupTuiError ? problem.cause.message : problem.message;
	return new BackupTuiError('restore-failed', `${name} is written, but does not run: ${why}`, {
		cause: problem,
		hint: `start it when that is mended: ${quoteArgv(['docker', 'compose', '--project-directory', directory, '-p', name, 'up', '-d'])}`,
		...(problem.detail === undefined ? {} : { detail: problem.detail }),
	});
}

async function startCopy(
	run: Run,
	deps: RestoreDeps,
	prepared: PreparedCopy,
	notes: string[],
): Promise<BackupTuiError | undefined> {
	const { inventory } = prepared;
	const problem = await startRestored(run, deps, started(prepared), inventory, 'down', { notes }, ['config']);
	return problem === undefined ? undefined : notStarted(prepared, problem);
}

/**
 * Brings a stack up a second time beside the live one: another project, directory, volumes and networks, no published
 * ports but those asked for.
 *
 * @throws usage, snapshot-unknown, stack-unknown, restore-refused, restore-failed, no-space
 */
export async function restoreAsCopy(
	run: Run,
	deps: RestoreDeps,
	request: CopyStackRequest,
): Promise<RestoreOutcome | undefined> {
	const startedAt = performance.now();
	await run.lock('stacks', 'exclusive');
	await shareRepository(run, deps);
	const prepared = await prepareCopy(run, deps, request);
	const { stack, inventory, plan } = prepared;
	run.session.emit(planEvent(plan));
	if (run.session.dryRun) return undefined;
	await assertCanStart(deps, request.as, prepared.copy.config, request.publish);
	await deps.recover(run, (key) => key === stack.key);
	const restore = unfinishedCopy(deps, request, prepared);
	const { timeoutSeconds } = deps.config.docker;
	const { key, name } = stack;
	const copied = { key, name, method: 'down', inventory, timeoutSeconds };
	const owed = owe(run, deps.journal, copied, { kind: 'copy', restore }, { changes: true });
	const notes: string[] = [];
	const failure = await writeCopy(run, deps, prepared, notes).then(
		() => undefined,
		(error: unknown) => namedError(run, name, error),
	);
	let problem = failure;
	if (failure !== undefined) owed.left();
	else {
		owed.becomes({ kind: 'copy', restore: undefined });
		if (restore.start) problem = await startCopy(run, deps, prepared, notes);
		// Also when it did not start: it never ran, so that nobody owes it an `up`.
		owed.settled();
	}
	if (problem !== undefined) noteFailure(run.tally, problem);
	const state =
		failure !== undefined ? 'half' : problem !== undefined ? 'not-started' : restore.start ? 'up' : 'off';
	const outcome: RestoreOutcome = {
		stack: request.as,
		snapshot: plan.snapshot.id,
		restored: failure === undefined,
		state,
		restoreMs: Math.round(performance.now() - startedAt),
		downtimeMs: 0,
		...amountOf(plan.parts),
		notes,
		next: nextOfCopy({ name, directory: stack.directory, state, again: restore.again ?? [] }),
	};
	if (failure === undefined) run.tally.ok += 1;
	else run.tally.failed += 1;
	run.session.emit(endEvent(outcome, 'as', stack.directory));
	return outcome;
}
