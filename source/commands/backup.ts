import type { WarmMode } from '../config/types.ts';
import type { ExitCode } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import type { EventListener } from '../runs/event-bus.ts';
import type { RunEvent } from '../runs/events.ts';
import { formatBytes, formatCount, formatDuration } from '../runs/units.ts';
import { outcomeInWords } from '../runs/words.ts';
import { alignColumns, wrapLine } from './columns.ts';
import type { CommandContext } from './context.ts';
import { runAsRun } from './run-command.ts';

type StackEnd = Extract<RunEvent, { type: 'stack-end' }>;
type RunEnd = Extract<RunEvent, { type: 'run-end' }>;

/** Stage 1: back up stacks. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { flags, args } = context;
	const services = await context.services();
	const ends: StackEnd[] = [];
	let end: RunEnd | undefined;
	const collect: EventListener = (event) => {
		if (event.type === 'stack-end') ends.push(event);
		if (event.type === 'run-end') end = event;
	};
	const code = await runAsRun(
		context,
		services,
		(current) =>
			services.backup(current, {
				names: args,
				all: flags.boolean('all'),
				jobs: flags.integer('jobs') ?? 1,
				failFast: flags.boolean('fail-fast'),
				acceptShrink: flags.boolean('accept-shrink'),
				verify: !flags.boolean('no-verify'),
				retention: !flags.boolean('no-retention'),
				...(flags.has('warm') ? { warm: flags.string('warm') as WarmMode } : {}),
				sync: flags.boolean('sync'),
				offerInit: async (location) =>
					flags.boolean('init') ||
					(context.options.interactive &&
						!context.options.dryRun &&
						!context.options.json &&
						(await context.confirm({ text: `There is no repository at ${location}. Make one?` }))),
			}),
		[collect],
		true,
	);
	if (!context.options.json && end !== undefined) printSummary(context, ends, end);
	return code;
}

function remotesInWords({ remotes }: RunEnd): readonly string[] {
	if (remotes === undefined) return [];
	return [
		...(remotes.ok > 0 ? [`${formatCount(remotes.ok, 'remote')} synced`] : []),
		...(remotes.failed > 0 ? [`${formatCount(remotes.failed, 'remote')} not synced`] : []),
	];
}

function printSummary(context: CommandContext, ends: readonly StackEnd[], end: RunEnd): void {
	const { line, style, marks, width } = context.output;
	const rows = ends.map((one) => {
		const mark =
			one.outcome === 'ok'
				? style('green', marks.ok)
				: style('red', one.outcome === 'skipped' ? marks.off : marks.failed);
		const off =
			one.downtimeMs === undefined
				? 'not stopped'
				: `off ${formatDuration(one.downtimeMs)}${one.expectedDowntimeMs === undefined ? '' : ` (expected ${formatDuration(one.expectedDowntimeMs)})`}`;
		return [
			`${mark} ${sanitizeLine(one.stack)}`,
			outcomeInWords(one.outcome),
			off,
			one.addedBytes === undefined ? '' : `+${formatBytes(one.addedBytes)}`,
			one.snapshot?.slice(0, 8) ?? '',
			formatDuration(one.ms),
		];
	});
	for (const row of alignColumns(rows, width, marks.ellipsis)) line(row);
	for (const { message, hint } of end.problems) context.output.problem(message, hint);
	if (ends.length === 0 && end.exitCode !== 0) return;
	const counts = [
		`${formatCount(end.ok, 'stack')} ${context.options.dryRun ? 'planned' : 'backed up'}`,
		...(end.failed > 0 ? [`${end.failed} failed`] : []),
		...(end.skipped > 0 ? [`${end.skipped} left out`] : []),
		...remotesInWords(end),
		`${formatBytes(end.addedBytes)} added`,
		`${formatDuration(end.downtimeMs)} downtime`,
		`${formatDuration(end.ms)} in all`,
	];
	for (const row of wrapLine(`${counts.join(', ')}; exit code ${end.exitCode}`, width)) line(row);
}
