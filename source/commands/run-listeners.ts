import { sanitizeLine } from '../process/sanitize.ts';
import { describeEvent, type Level } from '../runs/describe.ts';
import type { EventListener } from '../runs/event-bus.ts';
import type { RunEvent } from '../runs/events.ts';
import { formatBytes, formatDuration } from '../runs/units.ts';
import { phaseInWords } from '../runs/words.ts';
import type { CommandContext } from './context.ts';
import { hintText } from './hint.ts';
import { paint } from './output.ts';
import { leavingToSummary, sayingOnce } from './tell-once.ts';

const order: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** @returns true when a line of `level` is wanted; warnings and errors always are */
function wanted(level: Level, context: CommandContext): boolean {
	const least = context.options.verbose ? 'debug' : context.options.quiet ? 'warn' : 'info';
	return order.indexOf(level) >= order.indexOf(least);
}

/** NDJSON of every event on stdout. */
export function jsonListener(context: CommandContext): EventListener {
	return (event) => context.output.json(event);
}

/**
 * A run in words on stderr, one line an event with its local time. On a terminal the progress of a copy is one line
 * that is written over.
 *
 * @param summary the command ends with a summary on stdout, which tells the outcome and what went wrong: the same words are
 *   not printed here right before it
 */
export function textListener(context: CommandContext, summary = false): EventListener {
	const { io, options } = context;
	const color = options.color && io.stderr.isTTY;
	const live = io.stderr.isTTY && !options.screenReader && !options.quiet;
	let progressShown = false;
	const clearProgress = () => {
		if (progressShown) io.stderr.write('\r\u001B[K');
		progressShown = false;
	};
	const visible = (event: RunEvent): boolean => {
		if (event.type === 'progress') return live;
		const described = describeEvent(event);
		return described !== undefined && wanted(described.level, context);
	};
	const print = (event: RunEvent) => {
		if (event.type === 'progress') {
			if (!live) return;
			const share = event.bytesTotal > 0 ? Math.floor((100 * event.bytesDone) / event.bytesTotal) : 0;
			const left =
				event.secondsLeft === undefined ? '' : `, ${formatDuration(event.secondsLeft * 1000)} left`;
			const text = `${event.stack ?? event.target ?? ''} ${phaseInWords(event.phase)} ${share}%  ${formatBytes(event.bytesDone)} of ${formatBytes(event.bytesTotal)}${left}`;
			io.stderr.write(`\r\u001B[K${sanitizeLine(text).slice(0, io.stderr.columns - 1)}`);
			progressShown = true;
			return;
		}
		const described = describeEvent(event);
		if (described === undefined || !wanted(described.level, context)) return;
		clearProgress();
		const time = new Date(event.ts).toTimeString().slice(0, 8);
		for (const line of described.text.split('\n')) {
			io.stderr.write(`${paint(color, 'dim', time)} ${tint(color, described.level, sanitizeLine(line))}\n`);
		}
		// The end of a restore tells its next steps on stdout.
		const hinted = described.hint !== undefined && event.type !== 'restore-end';
		if (hinted && order.indexOf(described.level) >= order.indexOf('warn')) {
			io.stderr.write(
				`         ${paint(color, 'cyan', 'hint:')} ${sanitizeLine(hintText(described.hint, options.configPath))}\n`,
			);
		}
	};
	return summary ? leavingToSummary(print, clearProgress, visible) : sayingOnce(print, options.verbose);
}

function tint(color: boolean, level: Level, text: string): string {
	if (level === 'error') return paint(color, 'red', text);
	if (level === 'warn') return paint(color, 'yellow', text);
	return level === 'debug' ? paint(color, 'dim', text) : text;
}
