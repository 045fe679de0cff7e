import { createWriteStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BackupTuiError } from '../../errors.ts';
import { inPhase, type Run } from '../conduct-run.ts';
import { choosePieces } from './choose-parts.ts';
import type { RestoreDeps, RestoreOutcome, StackSelection } from './deps.ts';
import { endEvent, planEvent } from './events.ts';
import { makeDurable } from './make-durable.ts';
import { openSnapshot } from './open-snapshot.ts';
import { placeInTarget } from './place.ts';
import { amountOf, assertRoom, overwrites, type PlannedPart, planParts, type RestorePlan } from './plan.ts';
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

/** A streamed volume lies in the target as the archive it is. */
async function writeStream(run: Run, deps: RestoreDeps, part: PlannedPart, to: string): Promise<void> {
	const archive = new PassThrough();
	mkdirSync(dirname(to), { recursive: true });
	const written = pipeline(archive, createWriteStream(to, { mode: 0o600 }));
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
	await shareRepository(run, deps);
	const opened = await openSnapshot(deps, request, run.signal);
	const pieces = choosePieces(opened.parts, request.selection, opened.missing);
	const placed = placeInTarget(pieces, request.target);
	const parts = await planParts(run, deps, { placed, delete: false, keep: [] });
	assertRoom(parts, false);
	const mark = join(request.target, incompleteMark);
	const again = existsSync(mark);
	const plan: RestorePlan = {
		stack: opened.stack,
		mode: 'target',
		snapshot: { id: opened.snapshot.id, time: opened.snapshot.time },
		parts,
		delete: false,
		notes: [...opened.notes, ...(again ? ['an earlier restore into it did not end: it goes on'] : [])],
		overwrites: !again && overwrites(parts),
	};
	run.session.emit(planEvent(plan));
	if (run.session.dryRun) return undefined;
	if (plan.overwrites && !(await request.approve(plan))) {
		throw new BackupTuiError('restore-refused', 'nothing was changed: it was not agreed to', {
			hint: `take an empty directory, or agree with: --yes --confirm ${opened.stack}`,
		});
	}
	if (!existsSync(request.target)) mkdirSync(request.target, { recursive: true, mode: 0o700 });
	writeFileSync(mark, `${opened.snapshot.id}\n`);
	for (const part of parts) {
		await inPhase(run.session, { phase: 'restore', stack: opened.stack, target: part.label }, () =>
			part.kind === 'stream'
				? writeStream(run, deps, part, part.to)
				: writePart(run, deps, opened.stack, { part, delete: false, keep: [] }),
		);
	}
	await makeDurable(run, request.target);
	rmSync(mark);
	const outcome: RestoreOutcome = {
		stack: opened.stack,
		snapshot: opened.snapshot.id,
		restored: true,
		state: 'off',
		restoreMs: Math.round(performance.now() - startedAt),
		downtimeMs: 0,
		...amountOf(parts),
		notes: plan.notes,
	};
	run.tally.ok += 1;
	run.session.emit({ ...endEvent(outcome, 'target', request.target), state: 'files' });
	return outcome;
}
