import type { StackConfig, WarmMode } from '../../config/types.ts';
import { BackupTuiError, type ErrorCode } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { medianDowntime, readHistory } from '../../runs/history.ts';
import { formatDuration } from '../../runs/units.ts';
import type { Stack } from '../../stacks/types.ts';
import { inPhase, noteFailure, type Run } from '../conduct-run.ts';
import { leftDownError } from '../downtime/left-down.ts';
import { tryToOwe } from '../downtime/scope.ts';
import { unfinishedError } from '../downtime/unfinished.ts';
import type { StackNow } from '../status.ts';
import { type AfterDeps, type AfterOptions, afterCopies } from './after.ts';
import { comeUpLate } from './come-up-late.ts';
import { printDryRun, printRetention } from './dry-run.ts';
import { type JudgeDeps, judgeSize } from './judge.ts';
import { type BackupSelection, type PlanItem, refusal, selectStacks } from './plan.ts';
import type { PreparedStack } from './ports.ts';
import { backupStack } from './stack-backup.ts';
import { fail, type StackBackupDeps, type StackCopy } from './stack-copy.ts';
import { judgeBudget } from './warm.ts';

export interface BackupOptions extends BackupSelection, AfterOptions {
	/** Stacks at a time. */
	readonly jobs: number;
	readonly failFast: boolean;
	readonly acceptShrink: boolean;
	/** Overrides the config for this run. */
	readonly warm?: WarmMode;
}

export interface BackupDeps extends StackBackupDeps, AfterDeps, Pick<JudgeDeps, 'heldBack' | 'baseline'> {
	/** Tools, daemon, repository, space, stale locks. Throws before anything is stopped. */
	readonly preflight: (run: Run) => Promise<void>;
	/** Brings up what an earlier run owes. */
	readonly recover: (run: Run) => Promise<void>;
	/** Finds the stacks and brings the dirlist up to date (not in a dry run). */
	readonly discover: () => Promise<readonly Stack[]>;
	readonly duplicates: (stacks: readonly Stack[]) => ReadonlyMap<string, BackupTuiError>;
	/** One Docker call for all; asked again while unknown. */
	readonly states: (stacks: readonly Stack[], run: Run) => Promise<ReadonlyMap<string, StackNow>>;
}

/** What keeps a repository from taking anything: the other stacks would wait for it in vain, each as long as the first. */
const ofRepository: ReadonlySet<string> = new Set<ErrorCode>([
	'repository-missing',
	'repository-password',
	'repository-unauthorized',
	'repository-read-only',
	'no-permission',
	'no-space',
	'timed-out',
]);

/** The way of a backup: pre-flight, plan, copies, then everything that needs no downtime. */
export async function runBackup(run: Run, deps: BackupDeps, options: BackupOptions): Promise<void> {
	const stacksLock = await run.lock('stacks', 'exclusive');
	await deps.recover(run);
	await deps.preflight(run);
	const plan = await makePlan(run, deps, options);
	const repositoryLock = await run.lock('repository', 'shared');
	const settling: Promise<void>[] = [];
	let unusable: string | undefined;
	const copies = await inTurn(plan, options.jobs, async (item) => {
		if (run.signal.aborted || (options.failFast && run.tally.codes.length > 0)) {
			skip(run, item, 'the run ended before its turn');
			return undefined;
		}
		if (unusable !== undefined) {
			skip(run, item, unusable);
			return undefined;
		}
		const copy = await copyOne(run, deps, options, item);
		if (copy?.notReady === true)
			unusable ??= copy.problems.find(({ code }) => ofRepository.has(code))?.message;
		if (copy !== undefined) settling.push(settle(run, deps, copy));
		return copy;
	});
	const done = copies.filter((copy) => copy !== undefined);
	const judge = { ...deps, ...options, shrinkLimitPercent: deps.config.repository.shrinkLimitPercent };
	const settled = Promise.all(settling).finally(() => stacksLock.release());
	try {
		for (const copy of done) {
			await judgeSize(run, judge, copy).catch((error: unknown) => fail(run, copy, error, 'failed'));
		}
		await afterCopies(run, deps, options, done, repositoryLock);
	} finally {
		await settled;
		for (const copy of done) endStack(run, copy);
	}
}

async function makePlan(run: Run, deps: BackupDeps, options: BackupOptions): Promise<readonly PlanItem[]> {
	const all = await deps.discover();
	const chosen = selectStacks(all, options);
	const duplicates = deps.duplicates(all);
	const states = await deps.states(chosen, run);
	const history = readHistory(deps.config.paths.stateDir);
	const half = new Map(deps.journal.read().entries.map((entry) => [entry.stack, unfinishedError(entry)]));
	const plan = chosen.map((stack): PlanItem => {
		const now = states.get(stack.key);
		const expected = medianDowntime(history, stack.name);
		const item: PlanItem = {
			stack,
			state: stack.missing ? 'missing' : (now?.state ?? 'unknown'),
			config: settingsOf(deps, stack, options),
			acceptShrink: options.acceptShrink,
			history: history.filter((entry) => entry.stack === stack.name),
			...(expected === undefined ? {} : { expectedDowntimeMs: expected }),
		};
		const skipped =
			half.get(stack.key) ??
			refusal(stack, duplicates) ??
			unknownState(item, now?.reason) ??
			overBudget(item);
		return skipped === undefined ? item : { ...item, skipped };
	});
	run.session.emit({
		type: 'plan',
		stacks: plan.map((item) => ({
			stack: item.stack.name,
			state: item.state,
			method: item.config.method,
			...(item.skipped === undefined ? {} : { skipped: item.skipped.message }),
			...(item.expectedDowntimeMs === undefined ? {} : { expectedDowntimeMs: item.expectedDowntimeMs }),
		})),
	});
	return plan;
}

function settingsOf(deps: BackupDeps, stack: Stack, options: BackupOptions): StackConfig {
	const settings = deps.config.stack(stack.name);
	return options.warm === undefined ? settings : { ...settings, warm: options.warm };
}

/** A stack whose state is not known is never taken down, and never copied as if it were stopped. */
function unknownState(item: PlanItem, reason: string | undefined): BackupTuiError | undefined {
	if (item.state !== 'unknown') return undefined;
	return new BackupTuiError(
		'state-unknown',
		`${item.stack.name}: its state is not known${reason === undefined ? '' : `: ${reason}`}`,
		{ hint: 'check the Docker daemon: docker ps' },
	);
}

/** A stack that would be down longer than allowed is left out when the config says so. */
function overBudget(item: PlanItem): BackupTuiError | undefined {
	if (judgeBudget(item.config, item.expectedDowntimeMs) !== 'skip') return undefined;
	return new BackupTuiError(
		'plan-refused',
		`${item.stack.name}: about ${formatDuration(item.expectedDowntimeMs ?? 0)} of downtime expected, ${item.config.downtimeBudgetSeconds}s allowed`,
		{ hint: 'raise DOWNTIME_BUDGET, or set OVER_BUDGET=warm' },
	);
}

async function copyOne(
	run: Run,
	deps: BackupDeps,
	options: BackupOptions,
	item: PlanItem,
): Promise<StackCopy | undefined> {
	const { emit } = run.session;
	const { stack } = item;
	const startedAt = performance.now();
	let prepared: PreparedStack;
	try {
		if (item.skipped !== undefined) throw item.skipped;
		prepared = await deps.docker.prepare(stack, item.config);
	} catch (error) {
		const problem = noteFailure(run.tally, error);
		run.tally.failed += 1;
		const ms = Math.round(performance.now() - startedAt);
		emit({ type: 'stack-end', stack: stack.name, outcome: 'failed', ms, problems: [problem] });
		return undefined;
	}
	for (const text of prepared.warnings) {
		// What is missing from the snapshot is told by the stack's end, or by the dry run, with the same reason.
		const toldLater = prepared.uncaptured.some((one) => one.includes(text));
		emit({ type: 'message', level: toldLater ? 'debug' : 'warn', stack: stack.name, text });
	}
	for (const text of prepared.reasons) {
		emit({
			type: 'message',
			level: 'info',
			stack: stack.name,
			text: `${prepared.method} instead of ${item.config.method}: ${text}`,
		});
	}
	if (run.session.dryRun) {
		await printDryRun(run, deps, item, prepared);
		if (options.retention && deps.heldBack.get(stack.name) === undefined)
			await printRetention(run, deps, stack.name);
		run.tally.ok += 1;
		return undefined;
	}
	return backupStack(run, deps, item, prepared);
}

function skip(run: Run, item: PlanItem, why: string): void {
	run.tally.skipped += 1;
	run.tally.codes.push(exitCodes.backup);
	run.session.emit({
		type: 'stack-end',
		stack: item.stack.name,
		outcome: 'skipped',
		ms: 0,
		problems: [{ code: 'skipped', message: `${item.stack.name}: ${why}` }],
	});
}

/** A container that crashes after its start is seen only by looking again: while the run goes on with other stacks. */
async function settle(run: Run, deps: BackupDeps, copy: StackCopy): Promise<void> {
	const { stack, config } = copy.item;
	if (copy.late !== undefined) await comeUpLate(run, deps, copy);
	const { up } = copy;
	if (up === undefined || copy.outcome === 'left-down') return;
	try {
		await inPhase(run.session, { phase: 'settle', stack: stack.name }, async () => {
			const since = Date.now();
			const differences = await deps.docker.settle(copy.prepared, up, run.signal).catch((error: unknown) => {
				// Cut short by a signal: it was verified up, and the person wants to leave.
				if (run.signal.aborted) return [];
				throw error;
			});
			if (differences.length === 0) return;
			run.session.emit({
				type: 'message',
				level: 'warn',
				stack: stack.name,
				text: `not as before: ${differences.join('; ')}`,
			});
			// Owed again: what this process cannot mend now, the next start shall try.
			const { method, inventory, recorded } = copy.prepared;
			const { key, name } = stack;
			const { timeoutSeconds } = config;
			const owed = tryToOwe(run, deps.journal, { key, name, method, inventory, recorded, timeoutSeconds });
			try {
				const again = await deps.docker.bringUp(copy.prepared, config, since);
				const still = await deps.docker.settle(copy.prepared, again, run.signal);
				if (still.length > 0) throw new BackupTuiError('up-failed', still.join('; '));
				owed.settled();
			} catch (error) {
				owed.left();
				throw error;
			}
		});
	} catch (error) {
		fail(run, copy, leftDownError(stack.name, error), 'left-down');
	}
}

function endStack(run: Run, copy: StackCopy): void {
	const { backup } = copy;
	if (copy.outcome === 'ok') run.tally.ok += 1;
	else run.tally.failed += 1;
	run.tally.addedBytes += copy.addedBytes;
	run.session.emit({
		type: 'stack-end',
		stack: copy.item.stack.name,
		outcome: copy.outcome,
		method: copy.prepared.method,
		ms: copy.ms,
		...(copy.downtimeMs === undefined ? {} : { downtimeMs: copy.downtimeMs }),
		...(copy.copyMs === undefined ? {} : { copyMs: copy.copyMs }),
		...(copy.warmMs === undefined ? {} : { warmMs: copy.warmMs }),
		...(copy.item.expectedDowntimeMs === undefined
			? {}
			: { expectedDowntimeMs: copy.item.expectedDowntimeMs }),
		...(backup === undefined
			? {}
			: {
					snapshot: backup.snapshotId,
					addedBytes: copy.addedBytes,
					totalBytes: backup.summary.totalBytes,
					totalFiles: backup.summary.totalFiles,
				}),
		problems: copy.problems,
	});
}

/** Runs `work` on all items, `jobs` at a time, in order. */
async function inTurn<T, R>(items: readonly T[], jobs: number, work: (item: T) => Promise<R>): Promise<R[]> {
	const results: R[] = [];
	let next = 0;
	const worker = async () => {
		for (let index = next++; index < items.length; index = next++) {
			results[index] = await work(items[index] as T);
		}
	};
	await Promise.all(Array.from({ length: Math.max(1, Math.min(jobs, items.length)) }, worker));
	return results;
}
