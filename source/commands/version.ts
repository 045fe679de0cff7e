import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
	const { output, options, version } = context;
	if (options.json) output.json({ version, node: process.version });
	else output.line(`backup-tui ${version} (Node ${process.version})`);
	return exitCodes.ok;
}
