import { lstatSync } from 'node:fs';
import { BackupTuiError } from '../../errors.ts';
import type { BackupResult } from '../../restic/types.ts';
import { inPhase, type Run } from '../conduct-run.ts';
import { addedBytes } from './added-bytes.ts';
import { type Parent, type ReadyCopy, readyCopy, warmCopy } from './copy.ts';
import { copyWhileDown } from './copy-while-down.ts';
import type { PlanItem } from './plan.ts';
import type { PreparedStack } from './ports.ts';
import { fail, type StackBackupDeps, type StackCopy } from './stack-copy.ts';
import { decideWarm, judgeBudget } from './warm.ts';

/**
 * Backs up one stack: everything that can be known beforehand, then the scope (journal, down, copy, up), then the
 * judgement of the copy. Never throws for what happens to the stack: that is in the result and in the run's tally.
 */
export async function backupStack(
	run: Run,
	deps: StackBackupDeps,
	item: PlanItem,
	prepared: PreparedStack,
): Promise<StackCopy> {
	const { emit } = run.session;
	const { stack, config } = item;
	const result: StackCopy = {
		item,
		prepared,
		startedAt: performance.now(),
		ms: 0,
		outcome: 'ok',
		problems: [],
		addedBytes: 0,
		warmSnapshots: [],
		unquiet: [],
	};
	emit({ type: 'stack-start', stack: stack.name, state: item.state, method: prepared.method });
	emit({ type: 'coverage', stack: stack.name, ...prepared.coverage });
	try {
		await attempt(run, deps, result);
		if (
			result.quiet?.quiet === false &&
			config.retryNotQuiesced &&
			result.late === undefined &&
			!run.signal.aborted
		) {
			emit({
				type: 'message',
				level: 'warn',
				stack: stack.name,
				text: 'something ran during the copy: a second try',
			});
			if (result.backup !== undefined) result.unquiet.push(result.backup.snapshotId);
			// What ran may run still: a stack that was off and was started is taken down this time.
			result.prepared = await deps.docker.prepare(stack, config).catch(() => result.prepared);
			await attempt(run, deps, result);
		}
	} catch (error) {
		fail(run, result, error, 'failed');
	}
	if (result.quiet?.quiet === false) {
		const culprits = [...result.quiet.culprits];
		emit({ type: 'not-quiesced', stack: stack.name, culprits });
		const error = new BackupTuiError(
			'not-quiesced',
			`${stack.name}: ${culprits.join(', ')} ran during the copy`,
			{
				hint: 'the snapshot may not be consistent: stop what runs on this data, then back up again',
			},
		);
		fail(run, result, error, 'not-quiesced');
	}
	result.ms = Math.round(performance.now() - result.startedAt);
	return result;
}

async function attempt(run: Run, deps: StackBackupDeps, result: StackCopy): Promise<void> {
	const { item } = result;
	const { stack } = item;
	const parent = await deps.parentOf(stack.name);
	if (parent !== undefined) result.parent = parent;
	const holder = await deps.docker.hold(result.prepared);
	try {
		const { prepared } = holder;
		result.prepared = prepared;
		assertPathsExist(prepared);
		const goesDown = prepared.runs && prepared.method !== 'none';
		const base = goesDown ? await warmPass(run, deps, result, parent) : parent;
		// While restic gets ready, so that it takes no time of its own.
		const protecting = goesDown ? deps.docker.protect(prepared) : undefined;
		try {
			const ready = await readyCopy(run, deps, result, base, goesDown).catch((error: unknown) => {
				result.notReady = true;
				throw error;
			});
			try {
				await protecting;
				const copy = () => watchedCopy(run, deps, result, ready);
				if (goesDown) await copyWhileDown(run, deps, result, copy);
				else result.backup = await copy();
			} finally {
				await ready.dispose();
			}
		} finally {
			// Of a stack that is left down they are still needed: `recover` removes the helpers.
			const protection = await protecting;
			if (result.outcome !== 'left-down') await protection?.release();
		}
	} finally {
		await holder.release();
	}
	if (result.backup?.partial) {
		const first = result.backup.errors[0];
		const error = new BackupTuiError(
			'copy-partial',
			`${stack.name}: ${result.backup.errorCount} files could not be read${first === undefined ? '' : `, first ${first.path}: ${first.message}`}`,
			{ hint: 'mend the permissions, or exclude them: EXCLUDE in the [stack:NAME] section' },
		);
		fail(run, result, error, 'partial');
	}
	const missing = incomplete(stack.name, result.prepared);
	if (missing !== undefined) fail(run, result, missing, 'partial');
}

/** A snapshot without data of the stack is none to rely on, until somebody says that the data need not be in it. */
function incomplete(name: string, { runs, mounts, uncaptured }: PreparedStack): BackupTuiError | undefined {
	if (uncaptured.length === 0) return undefined;
	// Where nothing runs and Compose cannot read the files, nobody knows which volumes the stack has.
	return !runs && mounts.some(({ kind }) => kind === 'unknown')
		? new BackupTuiError(
				'copy-partial',
				`${name}: its volumes may be missing from the snapshot: ${uncaptured.join('; ')}`,
				{ hint: 'mend its files (see `docker compose config` in its directory), then back up again' },
			)
		: new BackupTuiError('copy-partial', `${name}: not in the snapshot: ${uncaptured.join('; ')}`, {
				hint: mounts.some(({ kind, notCaptured }) => kind === 'writable-layer' && notCaptured !== undefined)
					? 'give it a volume; or, if it need not be there: EXCLUDE_VOLUME=PATH in the [stack:NAME] section'
					: 'mend it; or, if it need not be there: EXCLUDE_VOLUME in the [stack:NAME] section',
			});
}

/** The copy, with an eye on anything that runs on the data meanwhile. */
async function watchedCopy(
	run: Run,
	deps: StackBackupDeps,
	result: StackCopy,
	ready: ReadyCopy,
): Promise<BackupResult> {
	const { item, prepared } = result;
	// A stack that is off is watched, too: somebody may start it, and others may write to what it mounts.
	const watch = item.config.method === 'none' ? undefined : await deps.docker.watch(prepared);
	const startedAt = performance.now();
	try {
		return await inPhase(run.session, { phase: 'copy', stack: item.stack.name }, () => ready.make());
	} finally {
		result.copyMs = Math.round(performance.now() - startedAt);
		const quiet = await watch?.finish();
		if (quiet !== undefined) result.quiet = quiet;
	}
}

/**
 * The bulk is carried while the stack still runs, if that pays; the copy in the downtime then has only what changed
 * meanwhile. A warm pass that fails costs nothing but time: the copy is made without it.
 *
 * @returns the parent of the copy
 */
async function warmPass(
	run: Run,
	deps: StackBackupDeps,
	result: StackCopy,
	parent: Parent | undefined,
): Promise<Parent | undefined> {
	const { item, prepared } = result;
	const stack = item.stack.name;
	const forced = judgeBudget(item.config, item.expectedDowntimeMs);
	if (forced === 'warn') {
		run.session.emit({
			type: 'message',
			level: 'warn',
			stack,
			text: `the expected downtime is over the budget of ${item.config.downtimeBudgetSeconds}s`,
		});
	}
	// Its snapshot could not be forgotten afterwards.
	if (deps.config.repository.appendOnly) return parent;
	if (forced !== 'warm' && !decideWarm(item.config.warm, item.history, parent !== undefined)) return parent;
	const startedAt = performance.now();
	try {
		const warm = await inPhase(run.session, { phase: 'warm', stack }, () =>
			warmCopy(run, deps, item, prepared, parent),
		);
		result.warmSnapshots.push(warm.snapshotId);
		result.warmMs = Math.round(performance.now() - startedAt);
		result.addedBytes += addedBytes(warm);
		return { id: warm.snapshotId };
	} catch (error) {
		if (run.signal.aborted) throw error;
		return parent;
	}
}

/** Old restic returns 0 when one of several sources is missing: looked at before anything is stopped. */
function assertPathsExist(prepared: PreparedStack): void {
	const missing = prepared.paths.filter((path) => {
		try {
			lstatSync(path);
			return false;
		} catch {
			return true;
		}
	});
	if (missing.length === 0) return;
	throw new BackupTuiError('copy-failed', `not there: ${missing.join(', ')}`, {
		hint: 'mount or restore it, or exclude the mount: EXCLUDE_VOLUME in the [stack:NAME] section',
	});
}
