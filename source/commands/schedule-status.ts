import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import { formatDuration } from '../runs/units.ts';
import type { ScheduleStatus } from '../services/schedule/status.ts';
import { wrapLine } from './columns.ts';
import type { CommandContext } from './context.ts';

/** When backups run by themselves: next time, last time, what is wrong with it. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { output, options } = context;
	const { schedule } = await context.services();
	const status = await schedule.status();
	if (options.json) output.json(status);
	else
		for (const text of describeSchedule(status, new Date()))
			for (const line of wrapLine(text, output.width)) output.line(line);
	return exitCodes.ok;
}

/** The status in lines for people, times in the machine's zone. */
export function describeSchedule(status: ScheduleStatus, now: Date): readonly string[] {
	if (status.kind === 'none') return ['no schedule: backup-tui schedule install'];
	const kind = { timer: 'systemd timer', cron: 'cron' }[status.kind];
	const calendar = status.calendar === undefined ? '' : ` (${sanitizeLine(status.calendar)})`;
	const lines = [`${kind}: ${status.enabled ? 'on' : 'off'}${calendar}, ${sanitizeLine(status.file ?? '')}`];
	const distance = (iso: string) => formatDuration(Math.abs(Date.parse(iso) - now.getTime()));
	if (status.nextRun !== undefined)
		lines.push(`next run ${localTime(status.nextRun)}, in ${distance(status.nextRun)}`);
	if (status.lastStart !== undefined)
		lines.push(`last start ${localTime(status.lastStart)}, ${distance(status.lastStart)} ago`);
	if (status.problem !== undefined) lines.push(`problem: ${sanitizeLine(status.problem)}`);
	return lines;
}

/** e.g. `2026-11-22 03:00` on the machine's clock. */
function localTime(iso: string): string {
	const date = new Date(iso);
	const two = (value: number) => String(value).padStart(2, '0');
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
