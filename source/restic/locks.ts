import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BackupTuiError } from '../errors.ts';
import { holderOf, livingProcesses } from './lock-holder.ts';
import { count, findJson, isObject, text } from './messages.ts';
import type { Session } from './session.ts';
import type { CallOptions, LockHolder, RepositoryLock, UnlockResult } from './types.ts';

/** restic renews a lock every 5 minutes and itself takes one of this age for dead. */
const deadAfterMs = 30 * 60_000;

/** Signals of this kind can only be sent by `restic unlock`, which we then do not run. */
function mayBeSignalled(lock: RepositoryLock): boolean {
	return lock.holder.kind === 'reused' || lock.holder.kind === 'unclear';
}

function isStale(holder: LockHolder, ageMs: number): boolean {
	if (holder.kind === 'dead' || holder.kind === 'reused') return true;
	return holder.kind === 'unclear' && ageMs > deadAfterMs;
}

/** The repository's locks and who holds them. */
export async function listLocks(session: Session, call: CallOptions = {}): Promise<RepositoryLock[]> {
	const ids = (await lockNames(session, call)).filter((line) => /^[0-9a-f]{64}$/.test(line));
	const locks: RepositoryLock[] = [];
	for (const id of ids) {
		const lock = await readLock(session, id, call);
		if (lock !== undefined) locks.push(lock);
	}
	return locks.toSorted((a, b) => a.time - b.time);
}

/** @returns names of the locks' files; undefined for a repository that is not local, or whose locks cannot be listed */
export function localLocks(session: Session): readonly string[] | undefined {
	const { location } = session;
	if (location.kind !== 'local') return undefined;
	try {
		return readdirSync(join(location.path, 'locks'));
	} catch {
		return undefined;
	}
}

/** The newest version whose order of things was looked at: it locks before it reads its exclude files. */
const newestSeen = 19;

/**
 * Whether a restic that has begun a backup has its lock in the repository.
 *
 * @param before names of the locks' files when it was started
 */
export async function holdsLock(session: Session, pid: number, before: readonly string[]): Promise<boolean> {
	const now = localLocks(session);
	if (now !== undefined) return now.some((name) => !before.includes(name) && /^[0-9a-f]{64}$/.test(name));
	const { major, minor } = await session.version();
	if (major === 0 && minor <= newestSeen) return true;
	return (await listLocks(session)).some((lock) => lock.pid === pid);
}

/** Names of the locks' files: in a local repository those of a directory; elsewhere restic is asked. */
async function lockNames(session: Session, call: CallOptions): Promise<readonly string[]> {
	const local = localLocks(session);
	// Where they cannot be listed, restic says better what is wrong.
	if (local !== undefined) return local;
	const { stdout } = await session.run({
		operation: 'read',
		lock: 'none',
		...call,
		args: ['list', 'locks'],
	});
	return stdout.split('\n');
}

async function readLock(
	session: Session,
	id: string,
	call: CallOptions,
): Promise<RepositoryLock | undefined> {
	let message: ReturnType<typeof findJson<Readonly<Record<string, unknown>>>>;
	try {
		const { stdout } = await session.run({
			operation: 'read',
			lock: 'none',
			...call,
			args: ['cat', 'lock', id],
		});
		message = findJson(stdout, isObject);
	} catch (error) {
		// Its owner has just removed it: not there any more is what everyone wants.
		if (error instanceof BackupTuiError && !/password|timed-out|interrupted/.test(error.code))
			return undefined;
		throw error;
	}
	if (message === undefined) return undefined;
	const time = Date.parse(text(message.time));
	const hostname = text(message.hostname);
	const pid = count(message.pid);
	const holder: LockHolder =
		hostname === session.options.hostname
			? holderOf({ pid, time }, livingProcesses())
			: { kind: 'other-host' };
	return {
		id,
		time,
		exclusive: message.exclusive === true,
		hostname,
		username: text(message.username),
		pid,
		holder,
		stale: isStale(holder, session.options.clock() - time),
	};
}

export interface UnlockOptions extends CallOptions {
	/** Also locks of other hosts that were not renewed for 30 minutes. */
	readonly otherHosts?: boolean;
	readonly dryRun?: boolean;
}

/**
 * Removes locks that nobody holds, and signals no process: in a local repository the lock's file is removed; elsewhere
 * `restic unlock` does it, unless that would send SIGHUP to a process that has got the pid of a dead one.
 */
export async function removeStaleLocks(session: Session, options: UnlockOptions = {}): Promise<UnlockResult> {
	const locks = await listLocks(session, options);
	const now = session.options.clock();
	const abandoned = (lock: RepositoryLock) =>
		lock.stale ||
		(options.otherHosts === true && lock.holder.kind === 'other-host' && now - lock.time > deadAfterMs);
	const stale = locks.filter(abandoned);
	const living = locks.filter((lock) => !abandoned(lock));
	if (stale.length === 0 || options.dryRun === true) return { removed: stale, kept: living };
	const { location } = session;
	if (location.kind === 'local') {
		for (const lock of stale) rmSync(join(location.path, 'locks', lock.id), { force: true });
		return { removed: stale, kept: living };
	}
	if (locks.some((lock) => mayBeSignalled(lock) && now - lock.time <= deadAfterMs))
		return { removed: [], kept: locks };
	await session.run({ operation: 'unlock', args: ['unlock'], lock: 'none', ...options });
	const left = new Set((await listLocks(session, options)).map(({ id }) => id));
	return { removed: locks.filter(({ id }) => !left.has(id)), kept: locks.filter(({ id }) => left.has(id)) };
}
