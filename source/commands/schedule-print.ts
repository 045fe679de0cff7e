import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine, sanitizeText } from '../process/sanitize.ts';
import type { CommandContext } from './context.ts';
import { scheduleRequest } from './schedule-request.ts';

/** Prints the units, or with `--cron` one line for a crontab. Writes nothing. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { output, options } = context;
	const { config, schedule } = await context.services();
	const request = scheduleRequest(context, config.remotes.length > 0);
	if (request.cron) {
		const line = schedule.crontabLine(request);
		if (options.json) output.json({ line });
		else output.line(sanitizeLine(line));
		return exitCodes.ok;
	}
	const { files } = await schedule.plan(request);
	if (options.json) output.json({ files: files.map(({ path, text }) => ({ path, text })) });
	else for (const { path, text } of files) output.line(`# ${path}\n${sanitizeText(text)}`);
	return exitCodes.ok;
}
