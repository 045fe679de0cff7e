import type { Restic } from '../restic/client.ts';
import type { RepositoryLock, UnlockResult } from '../restic/types.ts';
import { formatDuration } from '../runs/units.ts';
import type { Run } from './conduct-run.ts';

/** A lock in words: who, what, since when, and why it may go or must stay. */
export function describeLock(lock: RepositoryLock, now: number): string {
	const kind = lock.exclusive ? 'exclusive lock' : 'lock';
	const owner = `${lock.username}@${lock.hostname}, pid ${lock.pid}`;
	return `${kind} of ${owner}, ${formatDuration(now - lock.time)} old: ${describeHolder(lock)}`;
}

function describeHolder({ holder, pid }: RepositoryLock): string {
	switch (holder.kind) {
		case 'alive':
			return holder.pid === pid
				? 'restic is running'
				: `restic is running in a container (pid ${holder.pid} here)`;
		case 'dead':
			return 'nobody holds it any more';
		case 'reused':
			return `nobody holds it any more; its pid now belongs to ${holder.process}`;
		case 'unclear':
			return `its pid belongs to ${holder.process}, which is not called restic`;
		case 'other-host':
			return 'of another host: only there it can be told';
	}
}

/**
 * Removes locks that nobody holds any more, and says which: they would keep out what needs the repository alone. Signals
 * no process; in a dry run all stay.
 */
export async function removeStaleLocks(
	{ session, signal }: Pick<Run, 'session' | 'signal'>,
	restic: Restic,
): Promise<UnlockResult> {
	if (session.dryRun) return { removed: [], kept: [] };
	const result = await restic.removeStaleLocks({ signal });
	for (const lock of result.removed) {
		const text = `removed a stale ${describeLock(lock, Date.now())}`;
		session.emit({ type: 'message', level: 'warn', text });
	}
	return result;
}
