import type { ProcessRunner } from '../process/command.ts';
import type { PasswordSource } from './types.ts';

/** What a client of restic is made from. */
export interface ResticOptions {
	readonly runner: ProcessRunner;
	/** Absolute path of restic. */
	readonly binary: string;
	/** Absolute path of rclone, for `rclone:` repositories; without it restic looks for it on the fixed PATH. */
	readonly rcloneBinary?: string;
	readonly repository: string;
	readonly password: PasswordSource;
	/** Volatile and private: the password file lies here while the client is open. */
	readonly runDir: string;
	readonly cacheDir: string;
	/** Usually process.env; cleaned before restic gets it. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** ms since the epoch. */
	readonly clock: () => number;
	/** Name of this machine, as restic writes it into its locks. */
	readonly hostname: string;
	/** Seconds to wait for a lock of the repository; 0 = not at all. */
	readonly retryLockSeconds: number;
	/** Bound of one backup in ms. */
	readonly backupTimeoutMs: number;
	/** Bound of opening the repository in ms. */
	readonly openTimeoutMs?: number;
	/** True in a dry run: no cache is written. */
	readonly withoutCache?: boolean;
	/** Ends every call of this client. */
	readonly signal?: AbortSignal;
	/** Given the full ids of snapshots before restic is asked to forget or replace them. */
	readonly onForget?: (ids: readonly string[]) => void;
}
