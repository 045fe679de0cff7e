import lockfile from 'proper-lockfile';
import { BackupTuiError } from '../errors.ts';

export interface DirlistLock {
	/** False once another process has taken the lock away, for instance after this one was suspended. */
	readonly isHeld: () => boolean;
	readonly release: () => Promise<void>;
}

export interface LockWait {
	/** Longest wait in ms. Default 30,000. */
	readonly waitMs?: number;
	readonly now?: () => number;
	readonly sleep?: (ms: number) => Promise<void>;
	readonly signal?: AbortSignal;
}

/** A holder that did not renew its lock for so long is dead. proper-lockfile renews every half of it. */
const staleMs = 10_000;

/**
 * Takes the lock that goes with a file, the directory `FILE.lock` beside it; the file itself need not exist.
 *
 * @param target real path of the file
 * @throws lock-held when the wait is over; the system's error when the lock cannot be made (EACCES, ENOSPC)
 */
export async function lockDirlist(target: string, wait: LockWait = {}): Promise<DirlistLock> {
	const now = wait.now ?? Date.now;
	const sleep = wait.sleep ?? ((ms: number) => new Promise((resolve) => setTimeout(resolve, ms)));
	const until = now() + (wait.waitMs ?? 30_000);
	for (;;) {
		const lock = await tryLock(target);
		if (lock !== undefined) return lock;
		wait.signal?.throwIfAborted();
		if (now() >= until) {
			throw new BackupTuiError('lock-held', `${target} is being written by another program`, {
				hint: `Try again; if nothing is writing it, remove the directory ${target}.lock`,
			});
		}
		await sleep(15 + Math.random() * 35);
	}
}

async function tryLock(target: string): Promise<DirlistLock | undefined> {
	let held = true;
	const onCompromised = (): void => {
		held = false;
	};
	try {
		const release = await lockfile.lock(target, {
			realpath: false,
			stale: staleMs,
			retries: 0,
			onCompromised,
		});
		return {
			isHeld: () => held,
			release: async () => {
				if (held) await release().catch(() => undefined);
				held = false;
			},
		};
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
		throw error;
	}
}
