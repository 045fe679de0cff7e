import type { Restic } from '../restic/client.ts';
import type { Run } from '../services/conduct-run.ts';
import { removeStaleLocks } from '../services/unlock.ts';
import type { CommandContext } from './context.ts';

/** Opens the repository to look into it. Ctrl-C stops restic and removes its password file first. */
export async function lookIntoRepository<T>(
	context: CommandContext,
	look: (restic: Restic) => Promise<T>,
): Promise<T> {
	const { config } = await context.loadConfig();
	const { lookIntoRepository: open } = await import('../wiring-repository.ts');
	return open({ config, env: context.env, dryRun: context.options.dryRun }, look);
}

/** Opens the repository within a run that has it alone (`exclusive`). */
export async function workInRepository(
	context: CommandContext,
	run: Run,
	work: (restic: Restic) => Promise<void>,
): Promise<void> {
	const { config } = await context.loadConfig();
	const { openRepository } = await import('../wiring-repository.ts');
	const lock = await run.lock('repository', 'exclusive');
	try {
		await using restic = openRepository(
			{ config, env: context.env, dryRun: context.options.dryRun },
			run,
			run.signal,
		);
		const { assertKnownRepository } = await import('../services/repository-identity.ts');
		const { identityDeps } = await import('../wiring-repository.ts');
		await assertKnownRepository(identityDeps({ config, dryRun: context.options.dryRun }, restic), {
			signal: run.signal,
		});
		// What a killed run has left in the repository would lock us out of it.
		if (context.command !== 'unlock') await removeStaleLocks(run, restic);
		await work(restic);
	} finally {
		lock.release();
	}
}
