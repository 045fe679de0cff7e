import type { Run } from '../conduct-run.ts';
import { removeStaleLocks } from '../unlock.ts';
import type { RestoreDeps } from './deps.ts';

/**
 * Shares this host's repository with whoever adds to it, and takes out of it what killed runs have left: a restore that was
 * cut is done again, and nothing else may come by for long. A copy that others read too gets no lock and loses none.
 *
 * @throws lock-held, repository-*
 */
export async function shareRepository(run: Run, deps: Pick<RestoreDeps, 'own' | 'noLock'>): Promise<void> {
	await run.lock('repository', 'shared');
	if (!deps.noLock) await removeStaleLocks(run, deps.own);
}
