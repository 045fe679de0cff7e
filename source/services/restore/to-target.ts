import { createWriteStream, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupTuiError } from '../../errors.ts';
import { inPhase, noteFailure, type Run } from '../conduct-run.ts';
import { assertNoLinkInside, makeOwnPlace, makeWayInside, ownPlace } from '../own-way.ts';
import { choosePieces, isWhole } from './choose-parts.ts';
import type { RestoreDeps, RestoreOutcome, StackSelection } from './deps.ts';
import { endEvent, planEvent } from './events.ts';
import { makeDurable } from './make-durable.ts';
import { namedError } from './named-error.ts';
import { nextOfTarget } from './next-steps.ts';
import { openSnapshot } from './open-snapshot.ts';
import { placeInTarget } from './place.ts';
import { amountOf, overwrites, type PlannedPart, planParts, type RestorePlan } from './plan.ts';
import { assertRoom } from './room.ts';
import { shareRepository } from './share-repository.ts';
import { writePart } from './write-part.ts';

/** Lies in a target from the first byte to the last verified one: what is beside it is not complete. */
const incompleteMark = '.backup-tui-restore-incomplete';

export interface TargetRequest extends StackSelection {
	/** Absolute. */
	readonly target: string;
	/** Shown the plan; true when what is there may be overwritten. */
	readonly approve: (plan: RestorePlan) => Promise<boolean>;
}

/** Whether this snapshot is being restored here already: then what is there is our own. */
function isMarked(mark: string, snapshot: string): boolean {
	if (lstatSync(mark, { throwIfNoEntry: false })?.isFile() !== true) return false;
	return readFileSync(mark, 'utf8').trim() === snapshot;
}

/** @throws restore-refused for a folder that others could lead elsewhere, and for the root: below it lies the live data */
function targetOf(given: string): string {
	const { path } = ownPlace(given);
	if (path !== '/') return path;
	throw new BackupTuiError('restore-refused', 'the files would be written over the live data', {
		hint: 'name a folder, or restore with --in-place: it takes a safety snapshot first',
	});
}

/** A streamed volume lies in the target as the archive it is. */
async function writeStream(run: Run, deps: RestoreDeps, part: PlannedPart, to: string): Promise<void> {
	const archive = new PassThrough();
	// Made anew: what lies there may be a link or have other names.
	rmSync(to, { force: true });
	const written = pipeline(archive, createWriteStream(to, { mode: 0o600, flags: 'wx' }));
	try {
		await deps.source.dump(part.placed.piece.part.snapshot, part.from, archive, { signal: run.signal });
		archive.end();
	} catch (error) {
		archive.destroy();
		await written.catch(() => {});
		throw error;
	}
	await written;
}

/**
 * Files only, into a directory, below their paths in the snapshot. Live data, containers and volumes are left alone. Cut
 * in the middle, it can be run again: a mark in the directory says that it is not complete.
 *
 * @throws usage, snapshot-unknown, stack-unknown, restore-refused, restore-failed, no-space
 */
export async function restoreToTarget(
	run: Run,
	deps: RestoreDeps,
	request: TargetRequest,
): Promise<RestoreOutcome | undefined> {
	const startedAt = performance.now();
	const target = targetOf(request.target);
	await shareRepository(run, deps);
	const opened = await openSnapshot(deps, request, run.signal);
	const pieces = choosePieces(opened.parts, request.selection, opened.missing);
	const placed = placeInTarget(pieces, target);
	const parts = await planParts(run, deps, { placed, delete: undefined, whole: isWhole(request.selection) });
	for (const { to, entry } of parts) assertNoLinkInside(target, entry?.type === 'symlink' ? dirname(to) : to);
	assertRoom(parts, false);
	const mark = join(target, incompleteMark);
	const again = isMarked(mark, opened.snapshot.id);
	const plan: RestorePlan = {
		stack: opened.stack,
		mode: 'target',
		snapshot: { id: opened.snapshot.id, time: opened.snapshot.time },
		parts,
		delete: false,
		notes: [...opened.notes, ...(again ? ['an earlier restore into it did not end: it goes on'] : [])],
		overwrites: !again && overwrites(parts),
		outside: [],
	};
	run.session.emit(planEvent(plan));
	if (run.session.dryRun) return undefined;
	if (plan.overwrites && !(await request.approve(plan))) {
		throw new BackupTuiError('restore-refused', 'nothing was changed: it was not agreed to', {
			hint: `take an empty directory, or agree with: --yes --confirm ${opened.stack}`,
		});
	}
	makeOwnPlace(target);
	rmSync(mark, { force: true });
	writeFileSync(mark, `${opened.snapshot.id}\n`, { flag: 'wx', mode: 0o600 });
	const failure = await writeParts(run, deps, target, opened.stack, parts).catch((error: unknown) => ({
		error,
	}));
	if (failure === undefined) rmSync(mark);
	else noteFailure(run.tally, namedError(run, opened.stack, failure.error));
	const whole = failure === undefined;
	const outcome: RestoreOutcome = {
		stack: opened.stack,
		snapshot: opened.snapshot.id,
		restored: whole,
		state: whole ? 'files' : 'half',
		restoreMs: Math.round(performance.now() - startedAt),
		downtimeMs: 0,
		...amountOf(parts),
		notes: plan.notes,
		next: nextOfTarget(opened.stack, opened.snapshot.id, target, whole),
	};
	if (whole) run.tally.ok += 1;
	else run.tally.failed += 1;
	run.session.emit(endEvent(outcome, 'target', target));
	return outcome;
}

async function writeParts(
	run: Run,
	deps: RestoreDeps,
	target: string,
	stack: string,
	parts: readonly PlannedPart[],
): Promise<undefined> {
	for (const part of parts) {
		makeWayInside(target, dirname(part.to));
		await inPhase(run.session, { phase: 'restore', stack, target: part.label }, () =>
			part.kind === 'stream' ? writeStream(run, deps, part, part.to) : writePart(run, deps, stack, { part }),
		);
	}
	await makeDurable(run, target);
	return undefined;
}
