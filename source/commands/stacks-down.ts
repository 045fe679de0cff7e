import type { ExitCode } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';
import { runAsRun } from './run-command.ts';

/** `stacks down | up`: takes stacks down to stay down, or brings them up. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.services();
	const to = context.command === 'stacks down' ? 'down' : 'up';
	return runAsRun(context, services, (current) => services.putDown(current, to, context.args));
}
