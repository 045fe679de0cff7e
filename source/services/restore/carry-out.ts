import { BackupTuiError } from '../../errors.ts';
import type { IncompleteRestore, JournalEntry } from '../../runs/journal.ts';
import { type Inventory, upContainers } from '../../stacks/inventory.ts';
import { inPhase, noteFailure, type Run } from '../conduct-run.ts';
import { waysOn } from '../recover.ts';
import { journalEntry, leftDownError } from '../with-stack-down.ts';
import type { InPlaceRequest, RestoreDeps, RestoreOutcome } from './deps.ts';
import { amountOf, type RestorePlan } from './plan.ts';
import type { PreparedRestore } from './prepare.ts';
import { putBack, takeAwayAbsent } from './put-back.ts';
import { takeSafetySnapshot } from './safety.ts';
import { ensureImages, startRestored } from './start-restored.ts';
import { writeAll } from './write-all.ts';

/** What is known while a restore is carried out. */
export interface Progress {
	safety?: string;
	/** Something has been written: what is there is neither old nor new. */
	touched: boolean;
	down: boolean;
	downAt?: number;
	/** From then until it was verified up (ms). The second look, while it runs, is no downtime. */
	offMs?: number;
	notes: string[];
}

/** How recorded containers are started: those that are all there as they are, else by Compose from the files. */
async function upMethod(deps: RestoreDeps, inventory: Inventory): Promise<'stop' | 'down'> {
	const ids = upContainers(inventory).map((container) => container.id);
	const there = await deps.docker.existing(ids);
	return ids.every((id) => there.has(id)) ? 'stop' : 'down';
}

function entryOf(
	run: Run,
	deps: RestoreDeps,
	prepared: PreparedRestore,
	inventory: Inventory,
	method: 'stop' | 'down',
): JournalEntry<Inventory> {
	const { stack } = prepared.live;
	return journalEntry(run, stack, { method, inventory }, deps.config.stack(stack.name).timeoutSeconds);
}

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
	const { live, plan, begun, before, wanted, start, takesDown } = prepared;
	const { journal } = deps;
	const { emit } = run.session;
	const { key, name } = live.stack;
	const startedAt = performance.now();
	const progress: Progress = { touched: begun !== undefined, down: false, notes: [] };
	if (begun?.incomplete?.safetySnapshot !== undefined) progress.safety = begun.incomplete.safetySnapshot;
	const amount = amountOf(plan.parts);
	const outcome = (state: RestoreOutcome['state'], restored: boolean): RestoreOutcome => ({
		stack: name,
		snapshot: plan.snapshot.id,
		...(progress.safety === undefined ? {} : { safetySnapshot: progress.safety }),
		restored,
		state,
		restoreMs: Math.round(performance.now() - startedAt),
		downtimeMs: progress.downAt === undefined ? 0 : Math.round(performance.now() - progress.downAt),
		...amount,
		notes: progress.notes,
	});
	const incomplete = (): IncompleteRestore => ({
		what: 'restore',
		since: begun?.incomplete?.since ?? deps.now().toISOString(),
		snapshot: plan.snapshot.id,
		start,
		places: begun?.incomplete?.places ?? plan.parts.map((part) => part.to),
		again: againOf(deps, request, plan),
		...(progress.safety === undefined ? {} : { safetySnapshot: progress.safety }),
	});
	const halfWritten = (): JournalEntry<Inventory> => ({
		...entryOf(run, deps, prepared, before, 'stop'),
		incomplete: incomplete(),
	});

	const goBack = (safety: string) =>
		putBack(run, deps, {
			live,
			before,
			safety,
			key,
			name,
			start: prepared.wasOn,
		});

	try {
		await writeSafely(run, deps, request, prepared, progress, halfWritten);
	} catch (error) {
		noteFailure(run.tally, error);
		if (!progress.touched) {
			if (progress.down) await comeBack(run, deps, prepared, before, name);
			return outcome(live.runs ? 'up' : 'off', false);
		}
		if (request.rollback && progress.safety !== undefined)
			return outcome((await goBack(progress.safety)) ? 'rolled-back' : 'half', false);
		if (!prepared.ofStack) return outcome(live.runs ? 'up' : 'off', false);
		const code = start || live.runs ? 'up-failed' : 'restore-failed';
		const left = new BackupTuiError(code, `${name} is half restored and is kept down`, {
			hint: waysOn(name, incomplete()),
		});
		noteFailure(run.tally, left);
		return outcome('half', false);
	}
	if (!prepared.ofStack) return outcome(live.runs ? 'up' : 'off', true);
	const method = await upMethod(deps, wanted);
	journal.write(entryOf(run, deps, prepared, wanted, method));
	if (!start || (live.runs && !takesDown)) {
		journal.strike(key);
		return outcome(live.runs ? 'up' : 'off', true);
	}
	const endDowntime = (up: boolean) => {
		if (progress.downAt === undefined || progress.offMs !== undefined) return;
		progress.offMs = Math.round(performance.now() - progress.downAt);
		emit({ type: 'downtime-end', stack: name, ms: progress.offMs, up });
		run.tally.downtimeMs += progress.offMs;
	};
	const problem = await startRestored(run, deps, prepared, wanted, method, {
		...progress,
		onUp: () => endDowntime(true),
	});
	endDowntime(problem === undefined);
	if (problem === undefined) {
		journal.strike(key);
		return { ...outcome('up', true), downtimeMs: progress.offMs ?? 0 };
	}
	const back = progress.safety !== undefined && (request.rollback || (await request.offerRollback()));
	if (!back || progress.safety === undefined) {
		noteFailure(run.tally, problem);
		return outcome('not-started', true);
	}
	noteFailure(run.tally, new BackupTuiError('restore-failed', problem.message, { cause: problem }));
	return outcome((await goBack(progress.safety)) ? 'rolled-back' : 'half', false);
}

/** The command line that does the same again. */
function againOf(
	deps: Pick<RestoreDeps, 'noLock'>,
	request: InPlaceRequest,
	plan: RestorePlan,
): readonly string[] {
	const { volumes, include } = request.selection;
	if (request.again !== undefined) return request.again;
	return [
		...['restore', '--stack', plan.stack, '--in-place', '--snapshot', plan.snapshot.id.slice(0, 8)],
		...volumes.flatMap((volume) => ['--volume', volume]),
		...include.flatMap((path) => ['--include', path]),
		...(request.into === undefined ? [] : ['--into', request.into]),
		...(request.delete ? ['--delete'] : []),
		...(deps.noLock ? ['--from-remote'] : []),
	];
}

/** Everything up to the last verified byte. `progress` tells how far it came when it throws. */
async function writeSafely(
	run: Run,
	deps: RestoreDeps,
	request: InPlaceRequest,
	prepared: PreparedRestore,
	progress: Progress,
	halfWritten: () => JournalEntry<Inventory>,
): Promise<void> {
	const { live, plan, begun, externals, takesDown } = prepared;
	const { emit } = run.session;
	const { name } = live.stack;
	const stack = name;
	const overwriting = prepared.removals.length > 0 || plan.parts.some((part) => part.site.exists);
	const safety = async (how: { readonly warm: true } | { readonly parent?: string }) =>
		inPhase(run.session, { phase: 'copy', stack, target: 'safety snapshot' }, () =>
			takeSafetySnapshot(run, deps, {
				prepared,
				parts: plan.parts,
				...how,
			}),
		);
	// While it runs, so that the one in the downtime has only what changed since; and a repository that cannot take it
	// costs nobody a second.
	const warm = begun === undefined && takesDown && overwriting ? await safety({ warm: true }) : undefined;
	run.signal.throwIfAborted();
	if (takesDown) {
		const grace = deps.config.stack(name).timeoutSeconds;
		deps.journal.write(
			begun === undefined ? entryOf(run, deps, prepared, prepared.before, 'stop') : halfWritten(),
		);
		progress.down = true;
		progress.downAt = performance.now();
		emit({ type: 'downtime-start', stack });
		await inPhase(run.session, { phase: 'down', stack }, () =>
			deps.docker.takeDown(live.inventory, grace, run.signal),
		);
	}
	if (begun === undefined && overwriting) {
		const taken = await safety(warm === undefined ? {} : { parent: warm });
		if (taken !== undefined) progress.safety = taken;
	}
	run.signal.throwIfAborted();
	if (prepared.ofStack) deps.journal.write(halfWritten());
	progress.touched = true;
	for (const { kind, name: external } of externals) {
		if (kind === 'network') await deps.docker.createNetwork(external);
		else await deps.docker.createVolume({ name: external, driver: 'local', options: {}, labels: {} });
	}
	await writeAll(run, deps, {
		stack,
		parts: plan.parts,
		delete: request.delete,
		keep: prepared.opened.manifest?.excludes ?? [],
		wanted: prepared.wanted,
		beforeContainers: () => ensureImages(run, deps, prepared, prepared.wanted, progress),
		...(request.into === undefined ? {} : { labels: () => ({}) }),
	});
	if (prepared.removals.length > 0) await takeAwayAbsent(deps, prepared.opened.manifest);
}

/** Nothing was written: what ran comes up as it was. */
async function comeBack(
	run: Run,
	deps: RestoreDeps,
	prepared: PreparedRestore,
	before: Inventory,
	name: string,
): Promise<void> {
	try {
		await inPhase(run.session, { phase: 'up', stack: name }, () =>
			deps.docker.bringUp({ inventory: before, method: 'stop', interruptedSince: Date.now() - 60_000 }),
		);
		deps.journal.strike(prepared.live.stack.key);
	} catch (error) {
		noteFailure(run.tally, leftDownError(name, error));
	}
}
