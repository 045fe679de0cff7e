import { BackupTuiError } from '../errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { sanitizeLine } from '../process/sanitize.ts';
import { describeEvent, type Level } from '../runs/describe.ts';
import type { RunEvent } from '../runs/events.ts';
import { EventReader, followRun } from '../runs/follow.ts';
import { eventsFile, listRuns, type RunInfo, readRun } from '../runs/run-files.ts';
import { formatBytes, formatDuration } from '../runs/units.ts';
import { endInWords, statusInWords } from '../runs/words.ts';
import { alignColumns } from './columns.ts';
import type { CommandContext } from './context.ts';

const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** Lists runs, or shows what one of them did. */
export async function run(context: CommandContext): Promise<ExitCode> {
	const { config } = await context.loadConfig();
	const { stateDir } = config.paths;
	const [asked] = context.args;
	const follow = context.flags.boolean('follow');
	if (asked === undefined && !follow)
		return listAll(context, listRuns(stateDir, context.flags.integer('lines') ?? 50));
	const found = findRun(stateDir, asked ?? 'latest');
	const least = (context.flags.string('level') ?? (context.options.verbose ? 'debug' : 'info')) as Level;
	const print = (event: RunEvent) => {
		for (const line of renderEvent(context, event, least)) context.output.line(line);
	};
	if (follow) {
		await followRun(stateDir, found.id, (events) => events.forEach(print));
		return exitCodes.ok;
	}
	const reader = new EventReader(eventsFile(stateDir, found.id));
	const most = context.flags.integer('lines');
	const kept: string[] = [];
	for (let events = reader.read(); events.length > 0; events = reader.read()) {
		for (const event of events) {
			if (most === undefined) print(event);
			else kept.push(...renderEvent(context, event, least));
		}
		if (most !== undefined && kept.length > most) kept.splice(0, kept.length - most);
	}
	reader.close();
	for (const line of kept) context.output.line(line);
	return exitCodes.ok;
}

function findRun(stateDir: string, asked: string): RunInfo {
	const found = asked === 'latest' ? listRuns(stateDir, 1)[0] : readRun(stateDir, asked);
	if (found !== undefined) return found;
	throw new BackupTuiError(
		'usage',
		asked === 'latest' ? 'there are no runs yet' : `there is no run ${asked}`,
		{
			hint: 'list them: backup-tui logs',
		},
	);
}

function renderEvent(context: CommandContext, event: RunEvent, least: Level): string[] {
	if (context.options.json) return [JSON.stringify(event)];
	const described = describeEvent(event);
	if (described === undefined || levels.indexOf(described.level) < levels.indexOf(least)) return [];
	const time = new Date(event.ts).toTimeString().slice(0, 8);
	return described.text
		.split('\n')
		.map((line) => `${time} ${described.level.toUpperCase().padEnd(5)} ${sanitizeLine(line)}`);
}

function listAll(context: CommandContext, runs: readonly RunInfo[]): ExitCode {
	if (context.options.json) {
		context.output.json({ runs });
		return exitCodes.ok;
	}
	if (runs.length === 0) context.output.note('no runs yet');
	const rows = runs.map((one) => {
		const { summary } = one;
		const started = new Date(one.startedAt).toLocaleString('sv-SE').slice(0, 16);
		const result =
			summary === undefined
				? statusInWords(one.status)
				: `${endInWords(summary.exitCode)}, ${summary.ok} ok, ${summary.failed} failed, ${formatBytes(summary.addedBytes)} added, ${formatDuration(summary.ms)}`;
		return [one.id, started, one.command, one.trigger, result].map(sanitizeLine);
	});
	for (const row of alignColumns(rows, context.output.width, context.output.marks.ellipsis, [0, 1, 2]))
		context.output.line(row);
	return exitCodes.ok;
}
