import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import { formatBytes, formatCount, formatDuration } from '../runs/units.ts';
import type { StackOverview } from '../services/status.ts';
import type { RemoteStatus } from '../services/sync/status.ts';
import type { CommandContext } from './context.ts';

/** Stacks, their state, the last run and what needs attention: one Docker call and local files. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.services();
	const overview = await services.overview();
	const { output } = context;
	if (context.options.json) {
		output.json(overview);
		return exitCodes.ok;
	}
	const { line, style, marks } = output;
	if (overview.running !== undefined) {
		const { id, command, pid } = overview.running;
		line(
			`${style('cyan', marks.arrow)} ${command} is running: run ${id}, pid ${pid}; follow it: backup-tui attach`,
		);
	}
	const { lastBackup } = overview;
	if (lastBackup?.summary !== undefined) {
		const { summary } = lastBackup;
		line(
			`last backup ${ago(lastBackup.startedAt)}: ${summary.exitCode === 0 ? 'ok' : `exit code ${summary.exitCode}`}, ${summary.ok} ok, ${summary.failed} failed, ${formatBytes(summary.addedBytes)} added, ${formatDuration(summary.downtimeMs)} downtime`,
		);
	} else
		line(
			lastBackup === undefined
				? 'no backup yet'
				: `last backup ${ago(lastBackup.startedAt)}: ${lastBackup.status}`,
		);
	if (overview.schedule?.nextRun !== undefined)
		line(`next backup in ${formatDuration(Date.parse(overview.schedule.nextRun) - Date.now())}`);
	for (const remote of overview.remotes) line(describeRemote(context, remote));
	const width = Math.max(5, ...overview.stacks.map((stack) => stack.name.length));
	for (const stack of overview.stacks) line(`${stackMark(context, stack)} ${describeStack(stack, width)}`);
	for (const problem of overview.problems) line(`${style('yellow', marks.warning)} ${sanitizeLine(problem)}`);
	if (overview.healthy) line(`${style('green', marks.ok)} everything is all right`);
	return exitCodes.ok;
}

function describeRemote(context: CommandContext, remote: RemoteStatus): string {
	const { style, marks } = context.output;
	const { behindSnapshots = 0, lastSuccess } = remote;
	const mark = remote.overdue ? style('yellow', marks.warning) : style('green', marks.ok);
	const when = lastSuccess === undefined ? 'never synced' : `synced ${ago(lastSuccess)}`;
	const behind = behindSnapshots > 0 ? `, ${formatCount(behindSnapshots, 'snapshot')} behind` : '';
	return `${mark} remote ${sanitizeLine(remote.name)} (${sanitizeLine(remote.display)}): ${when}${behind}`;
}

function stackMark(context: CommandContext, stack: StackOverview): string {
	const { style, marks } = context.output;
	if (stack.owed) return style('red', marks.failed);
	if (!stack.enabled) return marks.off;
	if (stack.last === undefined) return style('yellow', marks.warning);
	return stack.last.outcome === 'ok' ? style('green', marks.ok) : style('red', marks.failed);
}

function describeStack(stack: StackOverview, width: number): string {
	const { now, last } = stack;
	const running = now.expected > 0 ? `${now.state} ${now.up}/${now.expected}` : now.state;
	const state = stack.putDownSince === undefined ? running : 'put down';
	const backup =
		last === undefined
			? 'never backed up'
			: `${ago(last.at)} ${last.outcome}${last.downtimeMs === undefined ? '' : `, off ${formatDuration(last.downtimeMs)}`}`;
	return `${sanitizeLine(stack.name).padEnd(width)}  ${state.padEnd(13)}  ${stack.enabled ? 'on ' : 'off'}  ${backup}`;
}

function ago(iso: string): string {
	return `${formatDuration(Date.now() - Date.parse(iso))} ago`;
}
