import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import type { CommandContext } from './context.ts';

/** Turns the schedule off and removes its files, after asking. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { output, options } = context;
	const { schedule } = await context.services();
	const files = schedule.installed();
	const { kind, enabled } = await schedule.status();
	if (kind === 'none' || (files.length === 0 && !enabled)) {
		if (options.json) output.json({ removed: [] });
		else output.line('there is no schedule');
		return exitCodes.ok;
	}
	for (const file of files)
		output.note(`${options.dryRun ? 'would remove' : 'will remove'} ${sanitizeLine(file)}`);
	if (!(await context.confirm({ text: 'Turn the schedule off? No backup will start by itself.' }))) {
		output.note('nothing was changed');
		return exitCodes.usage;
	}
	if (!options.dryRun) await schedule.remove();
	if (options.json) output.json({ removed: options.dryRun ? [] : files });
	else if (!options.dryRun) output.line('the schedule is off');
	return exitCodes.ok;
}
