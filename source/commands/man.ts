import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { CommandContext } from './context.ts';
import { manPage } from './man-page.ts';

export async function run(context: CommandContext): Promise<ExitCode> {
	context.io.stdout.write(manPage(context.version));
	return exitCodes.ok;
}
