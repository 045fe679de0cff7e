import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { bashCompletion } from './completion-bash.ts';
import { fishCompletion } from './completion-fish.ts';
import { zshCompletion } from './completion-zsh.ts';
import type { CommandContext } from './context.ts';

/** Prints the completion script of a shell, made from the command table. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const scripts: Readonly<Record<string, () => string>> = {
		bash: bashCompletion,
		zsh: zshCompletion,
		fish: fishCompletion,
	};
	const script = scripts[context.args[0] ?? ''];
	if (script !== undefined) context.io.stdout.write(script());
	return exitCodes.ok;
}
