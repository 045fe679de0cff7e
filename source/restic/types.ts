import type { Readable } from 'node:stream';
import type { BackupTuiError } from '../errors.ts';

/** Where restic's password comes from; the shape of `config`'s type of this name. */
export type PasswordSource =
	| { readonly kind: 'file'; readonly path: string }
	| { readonly kind: 'command'; readonly argv: readonly string[] }
	| { readonly kind: 'value'; readonly value: string }
	| { readonly kind: 'none' };

export interface OtherRepository {
	readonly repository: string;
	readonly password: PasswordSource;
}

export interface CallOptions {
	/** Aborting ends the call: SIGINT to restic, which removes its lock, then SIGKILL. */
	readonly signal?: AbortSignal;
	/** Bound in ms instead of the method's own. */
	readonly timeoutMs?: number;
	/** Name of the stack the call is for; `command` events carry it. */
	readonly stack?: string;
}

export interface RepositoryConfig {
	/** 64 hexadecimal digits. */
	readonly id: string;
	readonly formatVersion: number;
	readonly chunkerPolynomial: string;
}

/**
 * What lies at a local repository's path. `keys-missing` looks like a wrong password to restic, `config-missing` like no
 * repository. `unknown`: not local, restic alone can tell.
 */
export type RepositoryPresence =
	| 'absent'
	| 'empty'
	| 'repository'
	| 'keys-missing'
	| 'config-missing'
	| 'foreign'
	| 'unknown';

export type Compression = 'auto' | 'off' | 'max';

export interface BackupRequest {
	/** Absolute; bytes for names that are not UTF-8. */
	readonly paths: readonly (string | Uint8Array)[];
	/**
	 * One more source, relative to a directory: it lies at the root of the snapshot's tree whatever the directory is
	 * (seen with 0.14 and 0.19).
	 */
	readonly atRoot?: { readonly directory: string; readonly path: string };
	readonly tags: readonly string[];
	readonly host: string;
	/** Id of the snapshot to compare with. Without it every file is read: restic's own choice might be future-dated. */
	readonly parent?: string;
	/** restic's patterns, taken as they are (no `$VARIABLE`). */
	readonly exclude?: readonly string[];
	/** A file or FIFO of patterns that restic reads once the repository is open and before it looks at any file. */
	readonly excludeFile?: string;
	readonly oneFileSystem?: boolean;
	readonly excludeCaches?: boolean;
	/** Name of a file that excludes the directory it is in; empty = none. */
	readonly excludeIfPresent?: string;
	readonly compression?: Compression;
	readonly time?: Date;
	readonly dryRun?: boolean;
}

/** A snapshot of one stream instead of files. */
export interface StreamRequest {
	/** Name of the file at the top of the snapshot; restic 0.18.0 takes no folders here. */
	readonly filename: string;
	readonly input: Readable;
	/** Resolves once the source has ended well. When it rejects, restic is stopped and there is no snapshot. */
	readonly complete: Promise<unknown>;
	readonly tags: readonly string[];
	readonly host: string;
	readonly parent?: string;
	readonly compression?: Compression;
}

export interface BackupProgress {
	readonly bytesDone: number;
	readonly bytesTotal: number;
	readonly filesDone: number;
	readonly filesTotal: number;
	/** Seconds, where restic can tell. */
	readonly secondsLeft?: number;
	readonly currentFiles: readonly string[];
}

export interface FileError {
	/** The path, empty where restic does not name it. */
	readonly path: string;
	readonly message: string;
	/** `scan`, `archival`, `restore`, or empty. */
	readonly during: string;
}

/** Numbers of one backup; sizes in bytes. */
export interface BackupSummary {
	readonly filesNew: number;
	readonly filesChanged: number;
	readonly filesUnmodified: number;
	readonly directoriesNew: number;
	readonly directoriesChanged: number;
	readonly directoriesUnmodified: number;
	/** Added before compression. */
	readonly addedBytes: number;
	/** Added to the repository; only restic 0.17 and newer tell. */
	readonly addedBytesPacked?: number;
	/** Regular files. */
	readonly totalFiles: number;
	readonly totalBytes: number;
}

export interface BackupResult {
	/** 64 hexadecimal digits; empty after a dry run. */
	readonly snapshotId: string;
	readonly summary: BackupSummary;
	/** The snapshot exists, but something could not be read. */
	readonly partial: boolean;
	/** The first 1,000. */
	readonly errors: readonly FileError[];
	readonly errorCount: number;
	readonly durationMs: number;
}

export interface RunningBackup {
	readonly pid: number;
	/** Rejects as `backup` does. */
	readonly result: Promise<BackupResult>;
	/** Ends restic; resolves once it is gone. `result` then rejects. */
	stop(graceMs?: number): Promise<void>;
	/** Ends a restic that has kept us waiting for too long. @returns why it did, in its own last words */
	giveUp(): Promise<BackupTuiError>;
	/** Whether it has its lock in the repository by now: proof that the repository can be written. */
	holdsLock(): Promise<boolean>;
}

export interface BackupCall extends CallOptions {
	readonly onProgress?: (progress: BackupProgress) => void;
	readonly onFileError?: (error: FileError) => void;
}

export interface Snapshot {
	readonly id: string;
	/** 8 hexadecimal digits. */
	readonly shortId: string;
	/** ms since the epoch, UTC. */
	readonly time: number;
	readonly tree: string;
	readonly parent?: string;
	/** The id it had before its tags were changed. */
	readonly original?: string;
	readonly paths: readonly string[];
	readonly hostname: string;
	readonly username: string;
	readonly tags: readonly string[];
	readonly programVersion?: string;
	/** Only of snapshots made by restic 0.17 and newer. */
	readonly summary?: BackupSummary;
	/** Dated more than 24 hours in the future: never used as the latest. */
	readonly future: boolean;
}

export interface SnapshotFilter {
	/** All of them must be on the snapshot. */
	readonly tags?: readonly string[];
	readonly host?: string;
	readonly path?: string;
}

export interface LatestSnapshot {
	readonly snapshot?: Snapshot;
	/** Future-dated ones that were passed over. */
	readonly future: readonly Snapshot[];
}

export interface TreeEntry {
	readonly path: string;
	readonly name: string;
	readonly type: 'file' | 'dir' | 'symlink' | 'dev' | 'chardev' | 'fifo' | 'socket' | 'irregular';
	/** Bytes; 0 for what is not a file. */
	readonly size: number;
	/** Go's file mode bits. */
	readonly mode: number;
	readonly uid: number;
	readonly gid: number;
	readonly mtime: string;
}

/** Regular files and their bytes. */
export interface TreeSize {
	readonly files: number;
	readonly bytes: number;
}

export interface SnapshotStats {
	readonly bytes: number;
	/** Entries of all types; absent where restic does not tell. */
	readonly entries?: number;
}

export interface DiffChange {
	readonly path: string;
	/** restic's letters: + added, - removed, M content, U metadata, T type, ? bitrot. */
	readonly modifier: string;
}

export interface DiffCounts {
	readonly files: number;
	readonly directories: number;
	readonly others: number;
	readonly bytes: number;
}

export interface DiffSummary {
	readonly changedFiles: number;
	readonly added: DiffCounts;
	readonly removed: DiffCounts;
}

export interface KeepPolicy {
	readonly last?: number;
	readonly hourly?: number;
	readonly daily?: number;
	readonly weekly?: number;
	readonly monthly?: number;
	readonly yearly?: number;
}

export interface ForgetRequest {
	/** Only snapshots that have all of these: our own tag and the stack's, see `stackTag`. */
	readonly tags: readonly string[];
	readonly host: string;
	readonly keep: KeepPolicy;
	readonly dryRun?: boolean;
	/** What the policy is applied to, each group for itself; default all snapshots of the tag. */
	readonly groupBy?: 'paths';
}

export interface ForgetResult {
	readonly kept: readonly Snapshot[];
	readonly removed: readonly Snapshot[];
}

export interface PruneResult {
	/** Bytes freed (or that would be), where restic's text could be read. */
	readonly freedBytes?: number;
	/** restic's report. */
	readonly text: string;
}

/** Result of a check: damage is a result, not an exception. */
export interface CheckResult {
	readonly ok: boolean;
	/** What restic said, the first 200 lines. */
	readonly errors: readonly string[];
	readonly brokenPacks: readonly string[];
	readonly suggestRepairIndex: boolean;
}

export interface RestoreRequest {
	readonly snapshot: string;
	readonly target: string;
	/** Literal absolute paths in the snapshot; each must be there. */
	readonly include?: readonly string[];
	/** The caller has seen that they are there: they are not looked for again. */
	readonly includeSeen?: boolean;
	/** restic's patterns. */
	readonly exclude?: readonly string[];
	/** Read the written files back. */
	readonly verify?: boolean;
	readonly overwrite?: 'always' | 'if-changed' | 'if-newer' | 'never';
	/** Delete from the target what the snapshot does not have. */
	readonly delete?: boolean;
	/** Restore what lies below this absolute path, as if it were the root. */
	readonly subfolder?: string;
	readonly sparse?: boolean;
	readonly dryRun?: boolean;
	/** For a repository that cannot be written. */
	readonly noLock?: boolean;
}

export interface RestoreProgress {
	readonly bytesDone: number;
	readonly bytesTotal: number;
	readonly filesDone: number;
	readonly filesTotal: number;
}

export interface RestoreResult {
	/** Absent where restic (before 0.16) does not tell. */
	readonly filesRestored?: number;
	readonly bytesRestored?: number;
}

export type { LockHolder, RepositoryLock, UnlockResult } from './lock-types.ts';
