import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeText } from '../process/sanitize.ts';
import type { CommandContext } from './context.ts';
import { scheduleRequest } from './schedule-request.ts';
import { describeSchedule } from './schedule-status.ts';

/** Shows the files of the schedule, asks, writes them and turns them on. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { output, options } = context;
	const { config, schedule } = await context.services();
	const plan = await schedule.plan(scheduleRequest(context, config.remotes.length > 0));
	for (const { path, text, now } of plan.files) {
		const note = { absent: 'new', same: 'there already', different: 'will be replaced' }[now];
		output.note(`${output.style('bold', `# ${path}`)} (${note})\n${sanitizeText(text)}`);
	}
	const paths = plan.files.map(({ path }) => path);
	if (options.dryRun) {
		if (options.json) output.json({ files: paths, installed: false });
		else for (const path of paths) output.line(`would write ${path}`);
		return exitCodes.ok;
	}
	if (!(await context.confirm({ text: 'Write these files and turn the schedule on?' }))) {
		output.note('nothing was changed');
		return exitCodes.usage;
	}
	const commands = await plan.install();
	const status = await schedule.status();
	for (const command of commands) output.detail(command);
	if (options.json) output.json({ files: paths, installed: true, status });
	else for (const line of describeSchedule(status, new Date())) output.line(line);
	return exitCodes.ok;
}
