import type { StackSelection } from './deps.ts';
import type { RestorePlan } from './plan.ts';
import type { Publication } from './publication.ts';

/** Which repository is read. */
export interface RestoreSource {
	/** The off-site copy instead of this host's repository. */
	readonly fromRemote: boolean;
	/** Name of the remote, where there are several. */
	readonly remote?: string;
}

interface InPlaceMode {
	readonly mode: 'in-place';
	readonly into?: string;
	readonly delete: boolean;
	readonly rollback: boolean;
	readonly createExternal: boolean;
	readonly start: boolean;
}

interface TargetMode {
	readonly mode: 'target';
	/** Absolute. */
	readonly target: string;
}

interface CopyMode {
	readonly mode: 'as';
	/** Name of the second stack. */
	readonly as: string;
	readonly publish: readonly Publication[];
}

/** Back to what was there before the last restore. */
interface RollBackMode {
	readonly mode: 'rollback';
}

/** A restore of one stack as the front ends ask for it. */
export type RestoreStackRequest = StackSelection &
	RestoreSource &
	(InPlaceMode | TargetMode | RollBackMode | CopyMode);

/** What a person is asked on the way. */
export interface RestoreChoices {
	/** Shown the plan; true when what is there may be overwritten. */
	readonly approve: (plan: RestorePlan) => Promise<boolean>;
	/** The stack did not come up: go back? */
	readonly offerRollback: () => Promise<boolean>;
}
