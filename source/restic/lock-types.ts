/** Who holds a lock of the repository, as far as this host can tell. */
export type LockHolder =
	| { readonly kind: 'alive'; readonly pid: number }
	| { readonly kind: 'dead' }
	/** The pid belongs to something else by now. */
	| { readonly kind: 'reused'; readonly process: string }
	/** A process of that pid is older than the lock but is not called restic: nobody can tell. */
	| { readonly kind: 'unclear'; readonly process: string }
	| { readonly kind: 'other-host' };

export interface RepositoryLock {
	readonly id: string;
	/** ms since the epoch; restic renews a lock every 5 minutes. */
	readonly time: number;
	readonly exclusive: boolean;
	readonly hostname: string;
	readonly username: string;
	readonly pid: number;
	readonly holder: LockHolder;
	/** Nobody holds it any more: it may be removed. */
	readonly stale: boolean;
}

export interface UnlockResult {
	readonly removed: readonly RepositoryLock[];
	readonly kept: readonly RepositoryLock[];
}
