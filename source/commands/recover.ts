import type { ExitCode } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';
import { runAsRun } from './run-command.ts';

/** Brings up every stack that an interrupted run left down. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.services();
	const owed = services.owed();
	if (context.options.dryRun || owed.length === 0) {
		if (context.options.json) context.output.json({ owed });
		else if (owed.length === 0) context.output.line('No stack is owed an "up".');
		for (const one of context.options.json ? [] : owed)
			context.output.line(`would bring up ${one.name} (run ${one.run})`);
		return 0;
	}
	return runAsRun(context, services, async (current) => {
		const lock = await current.lock('stacks', 'exclusive');
		try {
			current.tally.ok += await services.recover(current);
		} finally {
			lock.release();
		}
	});
}
