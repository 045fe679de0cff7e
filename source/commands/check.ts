import type { ExitCode } from '../exit-codes.ts';
import { inPhase } from '../services/conduct-run.ts';
import { checkRepository, dryRunCheck } from '../services/repository-check.ts';
import type { CommandContext } from './context.ts';
import { workInRepository } from './repository-context.ts';
import { runAsRun } from './run-command.ts';

/** Checks the repository's structure, with `--read-data` its data too. Exit code 8 when it is damaged. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.services();
	const { flags } = context;
	const percent = flags.has('read-data') ? (flags.integer('read-data') ?? 100) : 0;
	const { stateDir } = services.config.paths;
	return runAsRun(context, services, (current) =>
		workInRepository(context, current, async (restic) => {
			if (current.session.dryRun) {
				await dryRunCheck(current.session.emit, restic, stateDir, percent);
				return;
			}
			const outcome = await inPhase(current.session, { phase: 'check' }, () =>
				checkRepository({ restic, stateDir, now: () => new Date(), signal: current.signal }, percent),
			);
			current.tally.ok += 1;
			const read =
				outcome.share === undefined ? 'its structure is sound' : `sound, data read: part ${outcome.share}`;
			current.session.emit({ type: 'message', level: 'info', text: `the repository was checked: ${read}` });
		}),
	);
}
