import type { Debt, UnfinishedRestore } from '../../runs/journal.ts';
import type { Inventory } from '../../stacks/inventory.ts';
import type { Run } from '../conduct-run.ts';
import type { Downtime } from '../downtime/measure.ts';
import { type Owed, owe, type WayUp } from '../downtime/scope.ts';
import type { InPlaceRequest, RestoreDeps } from './deps.ts';
import type { RestorePlan } from './plan.ts';
import type { PreparedRestore } from './prepare.ts';

/** How far a restore has come. */
export interface Progress {
	/** The snapshot of what was there before. */
	safety: string | undefined;
	/** Something has been written: what is there is neither old nor new. */
	touched: boolean;
	/** Since the stack, or its data, is touched. */
	owed: Owed<Inventory> | undefined;
	/** Since the stack is taken down. */
	downtime: Downtime | undefined;
	/** Containers of the stack that ran while its data was written, for people. */
	intruders: readonly string[];
	readonly notes: string[];
}

/** One restore in place while it is carried out. */
export interface Work {
	readonly run: Run;
	readonly deps: RestoreDeps;
	readonly request: InPlaceRequest;
	readonly prepared: PreparedRestore;
	readonly progress: Progress;
}

/** How what ran before comes back as it was. */
export const wayBack = ({ before }: PreparedRestore): WayUp<Inventory> => ({
	method: 'stop',
	inventory: before,
});

/**
 * From now on this is owed.
 *
 * @throws as `owe` and `becomes`
 */
export function nowOwes({ run, deps, prepared, progress }: Work, debt: Debt, way: WayUp<Inventory>): void {
	if (progress.owed !== undefined) {
		progress.owed.becomes(debt, way);
		return;
	}
	const { key, name } = prepared.live.stack;
	const { timeoutSeconds } = deps.config.stack(name);
	const { wasUp } = prepared;
	const stack = { key, name, timeoutSeconds, wasUp, ...way };
	progress.owed = owe(run, deps.journal, stack, debt, { changes: true });
}

/** What is to be told of the restore if it does not end. */
export function unfinished({ deps, request, prepared, progress }: Work): UnfinishedRestore {
	const { plan, begun, start } = prepared;
	return {
		what: 'restore',
		since: begun?.since ?? deps.now().toISOString(),
		snapshot: plan.snapshot.id,
		start,
		places: begun?.places ?? plan.parts.map((part) => part.to),
		again: againOf(deps, request, plan),
		...(progress.safety === undefined ? {} : { safetySnapshot: progress.safety }),
	};
}

/** The command line that does the same again. */
export function againOf(
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
