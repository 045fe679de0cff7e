import type { BackupTuiError } from '../../errors.ts';
import type { DutyOutcome } from '../../runs/duties.ts';
import type { HistoryEntry } from '../../runs/history.ts';
import type { RunInfo } from '../../runs/run-files.ts';
import type { StandingDebt } from '../../runs/standing-debts.ts';
import type { Stack } from '../../stacks/types.ts';
import type { LastCheck } from '../repository-check.ts';
import type { Space } from '../repository-space.ts';
import type { ScheduleStatus } from '../schedule/status.ts';
import type { RemoteStatus } from '../sync/status.ts';
import type { Finding } from './finding.ts';

/** Something that could not be looked at, and why. */
export interface Trouble {
	readonly message: string;
	readonly hint?: string | undefined;
	readonly exitCode?: BackupTuiError['exitCode'] | undefined;
}

/** A run that is going on. */
export interface RunningRun extends RunInfo {
	/** Of it and what it started: those that a signal (SIGSTOP) has stopped. They go on only when somebody continues them. */
	readonly stoppedPids: readonly number[];
	/** When it last noted anything, ms. */
	readonly lastSignAt: number;
}

/** A stack that is owed something by the journal. */
export interface Owed extends StandingDebt {
	/** A restore into it did not end: why it is not simply started. */
	readonly unfinished: Trouble | undefined;
}

/** Everything that is judged, from local files and one call to Docker. */
export interface HealthFacts {
	/** ms since 1970 */
	readonly now: number;
	readonly stacks: readonly Stack[];
	/** Why they could not be found. */
	readonly stacksTrouble?: Trouble | undefined;
	/** Why Docker could not be asked. */
	readonly docker?: Trouble | undefined;
	/** By stack key: why a stack must not be touched. */
	readonly refusals: ReadonlyMap<string, Trouble>;
	/** `[stack:NAME]` sections of the configuration. */
	readonly stackSections: readonly string[];
	/** Oldest first. */
	readonly history: readonly HistoryEntry[];
	/** Oldest first. */
	readonly duties: readonly DutyOutcome[];
	/** Newest first, without those that are going on. */
	readonly runs: readonly RunInfo[];
	readonly running: readonly RunningRun[];
	readonly owed: readonly Owed[];
	/** Journal files that cannot be read. */
	readonly damagedJournal: readonly string[];
	/** Names of stacks whose last snapshot shrank. */
	readonly heldBack: readonly string[];
	readonly heldBackTrouble?: Trouble | undefined;
	/** Undefined: not looked at. */
	readonly schedule?: ScheduleStatus | undefined;
	readonly remotes: readonly (RemoteStatus & { readonly expectedHours: number })[];
	readonly lastCheck?: LastCheck | undefined;
	/** Days between checks; 0 = none of themselves. */
	readonly checkEveryDays: number;
	readonly repository: {
		readonly location: string;
		readonly local: boolean;
		/** A local one: whether it is there. */
		readonly there: boolean;
		/** Whether it lies on the disk of the stacks; undefined when that cannot be told. */
		readonly sameDisk?: boolean | undefined;
	};
	readonly spaces: readonly Space[];
	/** What is worth a word in the configuration, or wrong with it. */
	readonly config: readonly Finding[];
	/** What `doctor` found last, where no backup went well since. */
	readonly probes: readonly Finding[];
}
