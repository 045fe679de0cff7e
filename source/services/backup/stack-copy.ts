import type { Config } from '../../config/types.ts';
import type { Restic } from '../../restic/client.ts';
import type { BackupResult, Snapshot } from '../../restic/types.ts';
import type { Problem, StackOutcome } from '../../runs/events.ts';
import type { Journal } from '../../runs/journal.ts';
import { noteFailure, type Run } from '../conduct-run.ts';
import type { PlanItem } from './plan.ts';
import type { Inventory, PreparedStack, QuietVerdict, StackDocker, UpReport } from './ports.ts';

export interface StackBackupDeps {
	readonly config: Config;
	readonly docker: StackDocker;
	readonly restic: Restic;
	readonly journal: Journal<Inventory>;
	readonly version: string;
	readonly now: () => Date;
	/** The newest snapshot of the stack that is not dated in the future: the parent. */
	readonly parentOf: (stack: string) => Promise<Snapshot | undefined>;
}

/** What became of one stack up to `up`; verification and the rest come after every stack is up. */
export interface StackCopy {
	readonly item: PlanItem;
	prepared: PreparedStack;
	readonly startedAt: number;
	/** From then until it was up again, or given up; not what the run did afterwards, for all stacks together. */
	ms: number;
	outcome: StackOutcome;
	readonly problems: Problem[];
	downtimeMs?: number;
	/** The copy within the downtime, and the warm one before it, ms. */
	copyMs?: number;
	warmMs?: number;
	/** What this backup has added to the repository, as it lies there, bytes: warm copy, volumes and images included. */
	addedBytes: number;
	/** The copy could not begin: nothing was stopped. */
	notReady?: boolean;
	/** Snapshots made while the stack ran; to be forgotten. */
	readonly warmSnapshots: string[];
	/** Snapshots of a first try during which something ran; to be marked. */
	readonly unquiet: string[];
	backup?: BackupResult;
	parent?: Snapshot;
	quiet?: QuietVerdict;
	/** Why it is not up yet: a health check is still awaited. It is started on the side, while the run goes on. */
	late?: unknown;
	/** How it came up, to be compared with after the settle time. */
	up?: UpReport;
}

/** Notes a failure of the stack; the first bad outcome stays, but "left down" outranks it. */
export function fail(run: Run, result: StackCopy, error: unknown, outcome: StackOutcome): void {
	result.problems.push(noteFailure(run.tally, error));
	if (result.outcome === 'ok' || outcome === 'left-down') result.outcome = outcome;
}
