import type { RemoteConfig } from '../../config/types.ts';
import type { Clock } from '../../process/clock.ts';
import type { ProcessRunner } from '../../process/command.ts';
import type { Rclone } from '../../rclone/types.ts';
import type { Emit, Problem } from '../../runs/events.ts';

/** One of restic's locks on the source, as far as a sync cares. */
export interface SourceLock {
	/** prune, forget, unlock, migrate ... are alone; backup, check and copy are not. */
	readonly exclusive: boolean;
	/** For the message: `restic on host nas01, pid 812, since ...`. */
	readonly description: string;
}

/** One snapshot of a repository, as far as a sync cares. */
export interface SyncedSnapshot {
	readonly id: string;
	/** ms since 1970, as restic dated it. */
	readonly time: number;
	readonly hostname: string;
	/** The id it had before its tags or contents were rewritten; its own when they never were. */
	readonly origin: string;
}

/** What a sync asks restic about the repository it copies. */
export interface SourceRepository {
	/** Absolute directory; undefined when the repository is not a local directory. */
	readonly directory: string | undefined;
	/** As the config has it, without credentials. */
	readonly display: string;
	/** Id in the repository's own config. */
	id(): Promise<string>;
	/** The same of the repository at another location, opened with the same password. */
	idAt(location: string, remote: RemoteConfig): Promise<string>;
	snapshots(): Promise<readonly SyncedSnapshot[]>;
	/** The same of the repository at another location. */
	snapshotsAt(location: string, remote: RemoteConfig): Promise<readonly SyncedSnapshot[]>;
	/** restic's locks as they are now. */
	locks(): Promise<readonly SourceLock[]>;
	/** When a structure check last passed (ms since 1970); undefined = never. */
	lastCheckAt(): Promise<number | undefined>;
	/** Runs the structure check and records it. @returns what it found, empty = all well */
	check(): Promise<readonly string[]>;
	/**
	 * `restic copy` of all snapshots into a second repository at `location`, made with the same chunker parameters
	 * when it is not there. @returns how many snapshots are there afterwards
	 */
	copyTo(
		location: string,
		remote: RemoteConfig,
		call: {
			readonly timeoutMs?: number;
			/** Id the second repository had; one that is gone, or is another by now, is not made or filled. */
			readonly expected: string | undefined;
		},
	): Promise<{ readonly snapshots: number; readonly id: string }>;
}

/** What the services of stage 2 are built from. */
export interface SyncDeps {
	readonly emit: Emit;
	readonly runner: ProcessRunner;
	/** A client with this remote's settings. */
	readonly rclone: (remote: RemoteConfig) => Rclone;
	/** argv is reported, nothing is changed or written. */
	readonly dryRun: boolean;
	readonly clock: Clock;
	/** 0 <= x < 1 */
	readonly random: () => number;
	readonly stateDir: string;
	readonly source: SourceRepository;
	/** Stacks with a raised shrink alarm: while there are any, nothing is deleted on a remote. */
	readonly shrinkAlarms: () => Promise<readonly string[]>;
	/** Takes the repository lock (shared) and the lock of this remote (alone). @throws lock-held */
	readonly lock: (remote: string) => Promise<{ release(): void }>;
	/** Environment for a user's own command. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly signal?: AbortSignal;
}

export interface SyncOptions {
	/** Names of remotes; empty = all. */
	readonly remotes: readonly string[];
	/** Instead of the configured limit. */
	readonly maxDelete?: string;
	/** Snapshots that were never here, or are newer than what is here, may leave the remote too. */
	readonly acceptForeign?: boolean;
	/** A destination that is empty, or on another disk than it was, is taken as a new one. */
	readonly newPlace?: boolean;
}

/** What one way of bringing a remote up to date has done. */
export interface WayOutcome {
	readonly transferredBytes: number;
	readonly transferredFiles: number;
	readonly quarantinedFiles: number;
	/** How remote and source were compared, in words. */
	readonly verified: string;
}

/** How a remote gets its copy. */
export type SyncWay = 'mirror' | 'copy' | 'command';

/** How one remote ended. */
export interface SyncResult {
	readonly remote: string;
	readonly way: SyncWay;
	readonly ok: boolean;
	readonly ms: number;
	readonly transferredBytes: number;
	readonly transferredFiles: number;
	readonly quarantinedFiles: number;
	/** How remote and source were compared, in words. */
	readonly verified: string;
	readonly problem?: Problem;
	/** Exit code of the problem, 0 when ok. */
	readonly exitCode: number;
}
