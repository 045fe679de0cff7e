import type { Config } from '../../config/types.ts';
import type { Restic } from '../../restic/client.ts';
import type { Journal } from '../../runs/journal.ts';
import type { Inventory } from '../../stacks/inventory.ts';
import type { Stack } from '../../stacks/types.ts';
import type { Run } from '../conduct-run.ts';
import type { Resuming } from '../downtime/recover.ts';
import type { PartSelection } from './choose-parts.ts';
import type { RestorePlan } from './plan.ts';
import type { RestoreDocker } from './ports.ts';

/** What every restore of a stack is built from. */
export interface RestoreDeps {
	readonly config: Config;
	/** The repository that is read: the local one or the off-site copy. */
	readonly source: Restic;
	/** No lock is written into it: it is a copy that others read too. */
	readonly noLock: boolean;
	/** Where safety snapshots go: this host's own repository. Throws what opening it throws. */
	readonly own: Restic;
	readonly docker: RestoreDocker;
	readonly journal: Journal<Inventory>;
	/** The stacks of this host; empty where there are none yet. */
	readonly stacks: () => Promise<readonly Stack[]>;
	/** Brings up what dead runs owe, but leaves half restored stacks alone that are about to be done again. */
	readonly recover: (run: Run, resuming: Resuming) => Promise<void>;
	readonly version: string;
	readonly now: () => Date;
}

/** What of a stack is restored, from which snapshot. */
export interface StackSelection {
	/** Name of the stack. */
	readonly stack: string;
	/** Id, date, or `latest`, which is the default. */
	readonly snapshot?: string;
	readonly selection: PartSelection;
}

export interface InPlaceRequest extends StackSelection {
	/** Another volume for the one volume that is restored. */
	readonly into?: string;
	/** Delete what the snapshot does not have. */
	readonly delete: boolean;
	/** Go back by itself when the stack does not come up healthy. */
	readonly rollback: boolean;
	/** Make external networks and volumes that are not there. */
	readonly createExternal: boolean;
	/** Start the stack though it is off now. */
	readonly start: boolean;
	/** In a dry run: what the stacks before it would have made by now, see `StackNeeds.makes`. */
	readonly promised?: ReadonlySet<string>;
	/** Volumes that other stacks have brought back and may be writing to: left alone where they are external to this one. */
	readonly leave?: ReadonlySet<string>;
	/** Arguments of the command that does the same again, where it is not this restore alone. */
	readonly again?: readonly string[];
	/** Shown the plan; true when it may be carried out. Not asked when nothing is overwritten. */
	readonly approve: (plan: RestorePlan) => Promise<boolean>;
	/** Asked when the stack does not come up: go back? */
	readonly offerRollback: () => Promise<boolean>;
}

/** What became of one restore. */
export interface RestoreOutcome {
	readonly stack: string;
	readonly snapshot: string;
	/** What was there before. */
	readonly safetySnapshot?: string;
	readonly restored: boolean;
	/**
	 * `off`: it was off before and stays so. `not-started`: it should run and does not. `half`: written in part, kept down.
	 * `down`: nothing was written, but what ran did not come up again. `files`: files only, beside the live data.
	 */
	readonly state: 'up' | 'off' | 'not-started' | 'rolled-back' | 'half' | 'down' | 'files';
	readonly restoreMs: number;
	readonly downtimeMs: number;
	readonly files: number;
	readonly bytes: number;
	readonly notes: readonly string[];
	/** What can be done next, one command each, the best first. */
	readonly next: readonly string[];
}
