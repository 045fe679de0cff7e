import { BackupTuiError } from '../../errors.ts';
import { unfinishedRestore } from '../../runs/journal.ts';
import { noteFailure, type Run } from '../conduct-run.ts';
import type { RestoreDeps, RestoreOutcome } from './deps.ts';
import { restoreOpened } from './in-place.ts';
import { findLiveStack } from './live-stack.ts';
import { unchangedError } from './named-error.ts';
import { type OpenedSnapshot, readSnapshot } from './open-snapshot.ts';
import { needsOf, orderStacks, type StackNeeds } from './order-stacks.ts';
import type { RestorePlan } from './plan.ts';
import { selectSnapshot, stacksIn } from './select-snapshot.ts';
import { shareRepository } from './share-repository.ts';

export interface RestoreAllRequest {
	/** A date, or `latest`, which is the default. */
	readonly snapshot?: string;
	/** Make external networks and volumes that are not there and that no other stack makes. */
	readonly createExternal: boolean;
	/** Shown the plan: true when the places that are not known to be the stack's own may be written to. */
	readonly approveOutside: (plan: RestorePlan) => Promise<boolean>;
}

interface Found extends StackNeeds {
	readonly opened: OpenedSnapshot;
}

/** The snapshots to restore, one a stack, in the order in which the stacks need each other. */
async function findAll(run: Run, deps: RestoreDeps, request: RestoreAllRequest): Promise<readonly Found[]> {
	const all = await deps.source.snapshots({}, { signal: run.signal });
	const host = deps.config.repository.hostname;
	const found: Found[] = [];
	for (const stack of stacksIn(all)) {
		try {
			const wanted = request.snapshot === undefined ? {} : { wanted: request.snapshot };
			const snapshot = selectSnapshot(all, { stack, host, ...wanted });
			const opened = await readSnapshot(deps.source, stack, snapshot, all, run.signal);
			const configs = opened.manifest?.composeConfigs.map(({ config }) => config) ?? [];
			found.push({ ...needsOf(stack, configs), opened });
		} catch (error) {
			run.signal.throwIfAborted();
			noteFailure(run.tally, error);
			run.tally.failed += 1;
		}
	}
	return orderStacks(found);
}

/** Nothing that is there is ever overwritten by restoring everything. */
function refuseOverwriting(stack: string): never {
	throw new BackupTuiError('restore-refused', `${stack}: some of its volumes or files are here already`, {
		hint: `look and agree: backup-tui restore --stack ${stack} --in-place`,
	});
}

/** Nothing is written outside of a stack without a word. */
function refuseOutside({ stack, outside }: RestorePlan, again: readonly string[]): never {
	throw new BackupTuiError(
		'restore-refused',
		`${stack} has places that are not known to be its own: ${outside.join('; ')}`,
		{ hint: `look, and agree to them: backup-tui ${again.join(' ')} --yes` },
	);
}

/**
 * The day of disaster: every stack of the repository that is not on this host, in the order in which they need each
 * other's networks and volumes. One stack's failure does not stop the others. Can be cut anywhere and run again.
 *
 * @throws restore-failed when the repository has no stacks; repository-*
 */
export async function restoreAll(
	run: Run,
	deps: RestoreDeps,
	request: RestoreAllRequest,
): Promise<readonly RestoreOutcome[]> {
	const { emit } = run.session;
	await run.lock('stacks', 'exclusive');
	await shareRepository(run, deps);
	// Half restored stacks are done again below; all others come up first.
	if (!run.session.dryRun) await deps.recover(run, (_, half) => half);
	const found = await findAll(run, deps, request);
	if (found.length === 0 && run.tally.failed === 0) {
		throw new BackupTuiError('restore-failed', 'the repository has no snapshot of any stack', {
			hint: 'is it the right one? see: backup-tui snapshots',
		});
	}
	const names = found.map((one) => one.name).join(', ');
	emit({ type: 'message', level: 'info', text: `${found.length} stacks, in this order: ${names}` });
	const outcomes: RestoreOutcome[] = [];
	const quietly = { ...deps, recover: async () => {} };
	const promised = new Set<string>();
	const leave = new Set<string>();
	const again = ['restore', '--all', ...(deps.noLock ? ['--from-remote'] : [])];
	const brought = (makes: readonly string[]) => {
		for (const made of makes) if (made.startsWith('volumes ')) leave.add(made.slice('volumes '.length));
	};
	for (const { opened, name: stack, makes } of found) {
		if (run.signal.aborted) break;
		try {
			const live = await findLiveStack(deps.docker, await deps.stacks(), opened);
			const begun = deps.journal
				.read()
				.entries.some((entry) => entry.stack === live.stack.key && unfinishedRestore(entry) !== undefined);
			if (!live.bare && !begun) {
				run.tally.skipped += 1;
				brought(makes);
				emit({
					type: 'message',
					level: 'warn',
					stack,
					text: `is here already (${live.runs ? 'it runs' : 'it is off'}): left alone`,
					hint: `to bring its data back too: backup-tui restore --stack ${stack} --in-place`,
				});
				continue;
			}
			const outcome = await restoreOpened(
				run,
				quietly,
				{
					stack,
					selection: { volumes: [], include: [] },
					delete: false,
					rollback: false,
					createExternal: request.createExternal,
					...(run.session.dryRun ? { promised } : {}),
					...{ leave, again },
					start: false,
					// What a killed restore left is its own; anything else is somebody's.
					approve: async (plan) => {
						if (begun) return true;
						if (plan.overwrites) refuseOverwriting(stack);
						return (await request.approveOutside(plan)) || refuseOutside(plan, again);
					},
					offerRollback: async () => false,
				},
				opened,
			);
			if (outcome !== undefined) outcomes.push(outcome);
			for (const made of makes) promised.add(made);
			if (outcome?.restored === true) brought(makes);
		} catch (error) {
			if (run.signal.aborted) break;
			noteFailure(run.tally, unchangedError(run, stack, error));
			run.tally.failed += 1;
		}
	}
	return outcomes;
}
