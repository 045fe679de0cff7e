import { BackupTuiError } from '../../errors.ts';
import type { Run } from '../conduct-run.ts';
import { carryOut } from './carry-out.ts';
import type { InPlaceRequest, RestoreDeps, RestoreOutcome } from './deps.ts';
import { endEvent, planEvent } from './events.ts';
import { type OpenedSnapshot, openSnapshot } from './open-snapshot.ts';
import { prepareInPlace } from './prepare.ts';
import { absentVolume } from './removals.ts';
import { shareRepository } from './share-repository.ts';

/**
 * Brings a stack, or parts of it, back to where they were: over live data after a safety snapshot, or on a host where
 * nothing of it is. What will change is told first; a person agrees before anything is overwritten or taken down.
 *
 * @returns undefined in a dry run
 * @throws usage, snapshot-unknown, stack-unknown, restore-refused, no-space, lock-held; nothing has been touched then
 */
export async function restoreInPlace(
	run: Run,
	deps: RestoreDeps,
	request: InPlaceRequest,
): Promise<RestoreOutcome | undefined> {
	await run.lock('stacks', 'exclusive');
	await shareRepository(run, deps);
	return restoreOpened(run, deps, request, await openSnapshot(deps, request, run.signal));
}

/** The same with a snapshot that is open; under the locks. */
export async function restoreOpened(
	run: Run,
	deps: RestoreDeps,
	request: InPlaceRequest,
	opened: OpenedSnapshot,
): Promise<RestoreOutcome | undefined> {
	// From before it is looked at until it is up again or put back: what is read and written is the volume itself.
	const holder = run.session.dryRun
		? undefined
		: await deps.docker.hold(opened.stack, volumesOf(opened, request.into));
	try {
		return await restoreHeld(run, deps, request, opened);
	} finally {
		await holder?.release();
	}
}

function volumesOf(opened: OpenedSnapshot, into: string | undefined): readonly string[] {
	const names = opened.parts.flatMap((part) => part.mount?.name ?? []);
	const gone = opened.manifest?.absent;
	const absent = (gone ?? []).flatMap((one) => absentVolume(one) ?? []);
	// What is taken away from a volume by its path needs the volume as well.
	const around = gone === undefined ? [] : (opened.manifest?.mounts ?? []).map((mount) => mount.name);
	return [...names, ...around, ...absent, ...(into === undefined ? [] : [into])].filter(
		(name) => name !== '',
	);
}

async function restoreHeld(
	run: Run,
	deps: RestoreDeps,
	request: InPlaceRequest,
	opened: OpenedSnapshot,
): Promise<RestoreOutcome | undefined> {
	const prepared = await prepareInPlace(run, deps, request, opened);
	run.session.emit(planEvent(prepared.plan));
	if (run.session.dryRun) return undefined;
	const linked = prepared.plan.parts.some(({ site }) => site.links.length > 0);
	const asks = prepared.plan.overwrites || prepared.takesDown || linked || prepared.plan.outside.length > 0;
	if (asks && !(await request.approve(prepared.plan))) {
		throw new BackupTuiError('restore-refused', 'nothing was changed: it was not agreed to', {
			hint: `agree with: --yes --confirm ${opened.stack}`,
		});
	}
	await deps.recover(run, (key) => prepared.ofStack && key === prepared.live.stack.key);
	const outcome = await carryOut(run, deps, request, prepared);
	if (outcome.restored) run.tally.ok += 1;
	else run.tally.failed += 1;
	run.session.emit(endEvent(outcome, 'in-place'));
	return outcome;
}
