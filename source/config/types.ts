/** How a stack is quiesced for the copy. */
export type Method = 'down' | 'stop' | 'pause' | 'none';
/** What to do when `down`/`up -d` would not bring back what runs: keep = stop/start the same containers. */
export type OnDrift = 'keep' | 'deploy';
export type VerificationDepth = 'metadata' | 'files' | 'data';
export type WarmMode = 'auto' | 'always' | 'never';

/** Settings of one stack: the `[stack:NAME]` section over the defaults of `[docker]` and `[local_backup]`. */
export interface StackConfig {
	readonly method: Method;
	readonly onDrift: OnDrift;
	/** restic exclude patterns, the global ones included. */
	readonly exclude: readonly string[];
	/** Names of volumes (as in the compose file or in full) or absolute bind paths that are left out on purpose. */
	readonly excludeVolumes: readonly string[];
	readonly oneFileSystem: boolean;
	readonly warm: WarmMode;
	/** Longest acceptable downtime in seconds; 0 = none set. */
	readonly downtimeBudgetSeconds: number;
	readonly overBudget: 'warm' | 'warn' | 'skip';
	/** A second try (and second downtime) when something ran during the copy. */
	readonly retryNotQuiesced: boolean;
	/** Seconds given to containers to stop, `down --timeout N`. */
	readonly timeoutSeconds: number;
}

export interface RemoteConfig {
	/** `default` for [cloud_sync], NAME for [cloud_sync:NAME]. */
	readonly name: string;
	/** rclone remote name without colon, or an absolute directory; empty with `command`. */
	readonly remote: string;
	/** Path on the remote. */
	readonly path: string;
	readonly transfers: number;
	readonly retries: number;
	/** rclone --bwlimit: a rate or a timetable; empty = unlimited. */
	readonly bandwidth: string;
	/** Total bound of one sync in seconds; 0 = none. */
	readonly syncTimeoutSeconds: number;
	/** Most that one sync may take away: a count of files ("100") or a share of data and snapshots ("10%"). */
	readonly maxDelete: string;
	readonly deleteGraceDays: number;
	/** A structure check must have passed within so many days, else it is run before the sync. */
	readonly checkMaxAgeDays: number;
	/** Extra rclone options from the allow-list. */
	readonly extraOptions: readonly string[];
	/** argv of a user's own sync command, run without a shell; the repository path is appended. Empty = none. */
	readonly command: readonly string[];
	/** Path of rclone's own config file; empty = rclone's default. */
	readonly rcloneConfig: string;
	/** Password of the second repository when `restic copy` is used; empty = the same. */
	readonly copyPasswordFile: string;
	/** Expected hours between syncs; older is reported as behind. */
	readonly expectedHours: number;
}

/** Where restic's password comes from: exactly one of these. */
export type PasswordSource =
	| { readonly kind: 'file'; readonly path: string }
	| { readonly kind: 'command'; readonly argv: readonly string[] }
	| { readonly kind: 'value'; readonly value: string }
	| { readonly kind: 'none' };

export interface Paths {
	/** Absolute path of the config file. */
	readonly configFile: string;
	readonly dirlist: string;
	/** Persistent state: runs/, journal/, history. */
	readonly stateDir: string;
	readonly logDir: string;
	/** Volatile: locks, password files. 0700. */
	readonly runDir: string;
	readonly cacheDir: string;
}

/** Absolute paths of the outside tools as configured; empty = looked up on the fixed PATH. */
export interface ToolPaths {
	readonly docker: string;
	readonly restic: string;
	readonly rclone: string;
}

/** The whole configuration, validated and typed: what every service gets. Times in the unit of their name. */
export interface Config {
	readonly paths: Paths;
	readonly tools: ToolPaths;
	readonly docker: {
		readonly stacksDir: string;
		/** Default of every stack's `timeoutSeconds`. */
		readonly timeoutSeconds: number;
		/** After this many seconds the containers of a stack are looked at again (crash after start). */
		readonly settleSeconds: number;
		/** How long an unknown state is asked again. */
		readonly unknownSeconds: number;
		/** Bound of `up -d` and its health wait. */
		readonly upTimeoutSeconds: number;
	};
	readonly repository: {
		readonly location: string;
		readonly password: PasswordSource;
		readonly backupTimeoutSeconds: number;
		readonly hostname: string;
		readonly keepDaily: number;
		readonly keepWeekly: number;
		readonly keepMonthly: number;
		readonly keepYearly: number;
		readonly autoPrune: boolean;
		/** Nothing can be deleted from here: retention is left to the server. */
		readonly appendOnly: boolean;
		readonly verification: boolean;
		readonly verificationDepth: VerificationDepth;
		/** Days between structure checks; 0 = never. */
		readonly checkEveryDays: number;
		/** Share of the data read by a check, 0..100. */
		readonly checkReadDataPercent: number;
		/** A snapshot smaller than the last by more than this percentage (files or bytes) raises the shrink alarm. */
		readonly shrinkLimitPercent: number;
		readonly minDiskSpaceMb: number;
		/** Size in MiB of the file kept to be freed when the disk is full; 0 = none. */
		readonly ballastMb: number;
		/** Seconds restic waits for a repository lock. */
		readonly retryLockSeconds: number;
		/** How long the repository may take to open and to be locked. */
		readonly openTimeoutSeconds: number;
		/** rclone's own configuration file, for a repository that rclone reaches; empty = where rclone looks by itself. */
		readonly rcloneConfig: string;
		readonly excludeCaches: boolean;
		readonly excludeIfPresent: string;
		readonly compression: 'auto' | 'off' | 'max';
		readonly saveImages: boolean;
	};
	readonly remotes: readonly RemoteConfig[];
	readonly restore: {
		readonly directory: string;
		readonly timeoutSeconds: number;
	};
	readonly logging: {
		readonly level: 'debug' | 'info' | 'warn' | 'error';
		readonly keepRuns: number;
		readonly keepRunDays: number;
	};
	/** Settings of one stack by its name; the defaults for a stack without a section. */
	readonly stack: (name: string) => StackConfig;
	/** Names that have a `[stack:NAME]` section: reported when no such stack exists. */
	readonly stackSections: readonly string[];
	/** Values that must never be printed or logged. */
	readonly secrets: readonly string[];
}
