import stringWidth from 'string-width';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import { formatBytes, formatCount, formatDuration } from '../runs/units.ts';
import { endInWords, outcomeInWords, statusInWords } from '../runs/words.ts';
import { type Finding, inOneLine, type Level, remedy, troubles } from '../services/health/finding.ts';
import type { Overview, StackOverview } from '../services/status.ts';
import { stateWord } from '../stacks/state-word.ts';
import { alignColumns, wrapLine } from './columns.ts';
import type { CommandContext } from './context.ts';
import { hintText } from './hint.ts';

/** Stacks, their state, the last run and what needs attention: one Docker call and local files. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const services = await context.judgingServices();
	const overview = await services.overview();
	const { output } = context;
	if (context.options.json) {
		output.json(overview);
		return exitCodes.ok;
	}
	const { style, marks } = output;
	const line = (text: string) => {
		for (const row of wrapLine(text, output.width)) output.line(row);
	};
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
			`last backup ${ago(lastBackup.startedAt)}: ${endInWords(summary.exitCode)}, ${summary.ok} ok, ${summary.failed} failed, ${formatBytes(summary.addedBytes)} added, ${formatDuration(summary.downtimeMs)} downtime`,
		);
	} else
		line(
			lastBackup === undefined
				? 'no backup yet'
				: `last backup ${ago(lastBackup.startedAt)}: ${statusInWords(lastBackup.status)}`,
		);
	if (overview.schedule?.nextRun !== undefined)
		line(`next backup in ${formatDuration(Date.parse(overview.schedule.nextRun) - Date.now())}`);
	for (const remote of overview.remotes) line(describeRemote(context, remote));
	// Whatever keeps a stack down is its mark, also when the stack is off.
	const down = new Set(
		overview.findings
			.filter(({ exitCode }) => exitCode === exitCodes.stackDown)
			.map(({ subject }) => subject),
	);
	const rows = overview.stacks.map((stack) => describeStack(stack));
	const room = output.width === undefined ? undefined : output.width - stringWidth(marks.failed) - 1;
	for (const [index, row] of alignColumns(rows, room, marks.ellipsis).entries())
		line(`${stackMark(context, overview.stacks[index] as StackOverview, down)} ${row}`);
	const wrong = troubles(overview.findings);
	for (const one of wrong) {
		const mark = one.level === 'problem' ? style('red', marks.failed) : style('yellow', marks.warning);
		for (const row of findingLines(context, one))
			line(row.replace(/^/, row.startsWith(' ') ? '' : `${mark} `));
	}
	if (wrong.length === 0) line(`${style('green', marks.ok)} everything is all right`);
	else if (overview.healthy)
		line(`${style('green', marks.ok)} no problems, ${formatCount(wrong.length, 'warning')}`);
	return exitCodes.ok;
}

function describeRemote(context: CommandContext, remote: Overview['remotes'][number]): string {
	const { behindSnapshots = 0, lastSuccess, sync } = remote;
	const when = lastSuccess === undefined ? 'never synced' : `synced ${ago(lastSuccess)}`;
	const behind = behindSnapshots > 0 ? `, ${formatCount(behindSnapshots, 'snapshot')} behind` : '';
	const failed = sync?.state === 'failed' ? ', the last sync failed' : '';
	const display = `remote ${sanitizeLine(remote.name)} (${sanitizeLine(remote.display)})`;
	return `${levelMark(context, sync?.level ?? 'ok')} ${display}: ${when}${behind}${failed}`;
}

function levelMark(context: CommandContext, level: Level): string {
	const { style, marks } = context.output;
	if (level === 'ok') return style('green', marks.ok);
	return level === 'problem' ? style('red', marks.failed) : style('yellow', marks.warning);
}

function stackMark(context: CommandContext, stack: StackOverview, down: ReadonlySet<string>): string {
	if (stack.owed || down.has(stack.name)) return levelMark(context, 'problem');
	if (!stack.enabled) return context.output.marks.off;
	return levelMark(context, stack.backup?.level ?? 'ok');
}

function describeStack(stack: StackOverview): readonly string[] {
	const { now, last } = stack;
	const state = stateWord(now, stack.putDownSince !== undefined);
	const backup =
		last === undefined
			? 'never backed up'
			: `${ago(last.at)} ${outcomeInWords(last.outcome)}${last.downtimeMs === undefined ? '' : `, down for ${formatDuration(last.downtimeMs)}`}`;
	return [sanitizeLine(stack.name), state, stack.enabled ? 'on' : 'off', backup];
}

/** In one line where it fits; else what to do has a line of its own, never broken: it is pasted. */
function findingLines(context: CommandContext, finding: Finding): readonly string[] {
	const { width } = context.output;
	const shown = (text: string) => sanitizeLine(hintText(text, context.options.configPath));
	const whole = shown(inOneLine(finding));
	if (width === undefined || stringWidth(whole) + 2 <= width) return [whole];
	const way = remedy(finding);
	return [...wrapLine(shown(finding.text), width - 2), ...(way === undefined ? [] : [`  ${shown(way)}`])];
}

function ago(iso: string): string {
	return `${formatDuration(Date.now() - Date.parse(iso))} ago`;
}
