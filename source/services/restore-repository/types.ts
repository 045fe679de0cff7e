import type { RemoteConfig } from '../../config/types.ts';
import type { Rclone } from '../../rclone/types.ts';
import type { SyncDeps } from '../sync/types.ts';

/** What a structure check of the restored repository found. */
export interface StructureOutcome {
	/** Empty = all well. */
	readonly errors: readonly string[];
	/** In words, e.g. `structure and 10% of the data`. */
	readonly what: string;
	/** Names of the stacks that have snapshots in it. */
	readonly stacks: readonly string[];
}

export interface RestoreRepositoryDeps
	extends Pick<SyncDeps, 'emit' | 'clock' | 'random' | 'signal' | 'environment'> {
	readonly rclone: (remote: RemoteConfig) => Rclone;
	/** argv is reported, nothing is written. */
	readonly dryRun: boolean;
	/** `restic check` of the repository in a directory. @throws password-missing when there is no password */
	readonly check: (
		directory: string,
		remote: RemoteConfig,
		readDataPercent: number,
	) => Promise<StructureOutcome>;
}

export interface RestoreRepositoryRequest {
	readonly remote: RemoteConfig;
	/** Absolute directory the repository goes into. */
	readonly target: string;
	/** A directory that holds other files is taken too; those are left alone. */
	readonly force: boolean;
	/** The target is the repository of the configuration. */
	readonly configured: boolean;
	/** Total bound in seconds; 0 = none. */
	readonly timeoutSeconds: number;
	/** Share of the data that restic reads afterwards, 0..100; the contents are compared with their names in any case. */
	readonly readDataPercent: number;
}

export interface RestoredRepository {
	readonly target: string;
	readonly remote: string;
	readonly files: number;
	readonly bytes: number;
	/** Sent now; the rest was there from an interrupted restore. */
	readonly fetchedFiles: number;
	readonly fetchedBytes: number;
	readonly snapshots: number;
	/** Names of the stacks that have snapshots in it; empty when there was no password to look. */
	readonly stacks: readonly string[];
	/** How it was verified, in words. */
	readonly verified: string;
	readonly ms: number;
}
