import { describeEvent, quoteArgv } from '../../../runs/describe.ts';
import { formatDuration } from '../../../runs/units.ts';
import type { CommandLogEntry } from '../../run/run-view.ts';
import { padEnd } from '../../text/cells.ts';
import { type Line, line, span, type Tone } from '../../text/line.ts';
import { clockSeconds } from '../../text/times.ts';

const tones: Readonly<Record<CommandLogEntry['level'], Tone>> = {
	debug: 'muted',
	info: 'plain',
	warn: 'warning',
	error: 'bad',
};

/** Options that are the same on every line, and take one value. */
const sameEverywhere = new Set([
	'--project-directory',
	'--file',
	'--env-file',
	'--progress',
	'-r',
	'--repo',
	'--cache-dir',
	'--password-file',
]);
const flagsEverywhere = /^--(retry-lock=.*|json|quiet|no-cache)$/;

/** @returns a command with what tells it from others: `docker compose --project-name web down` */
function shortArgv(argv: readonly string[]): string[] {
	const [file = '', ...rest] = argv;
	const kept = rest.filter(
		(word, index) =>
			!sameEverywhere.has(word) &&
			!(index > 0 && sameEverywhere.has(rest[index - 1] ?? '')) &&
			!flagsEverywhere.test(word),
	);
	return [file.slice(file.lastIndexOf('/') + 1), ...kept];
}

/** @returns the words of a log line without the stack's name, which has a column of its own */
function entryText(entry: CommandLogEntry): { readonly subject: string; readonly text: string } {
	const { event } = entry;
	const subject = 'stack' in event && event.stack !== undefined ? event.stack : '';
	if (event.type === 'command') {
		const command = quoteArgv(shortArgv(event.argv));
		const end =
			event.dryRun === true ? '' : `   rc=${event.exitCode ?? 'signal'}  ${formatDuration(event.ms)}`;
		return { subject, text: `${command}${end}` };
	}
	const text = describeEvent(event)?.text ?? event.type;
	return { subject, text: text.startsWith(`${subject}: `) ? text.slice(subject.length + 2) : text };
}

/** @returns the command that the entry ran, to be copied; its text otherwise */
export function copyableText(entry: CommandLogEntry): string {
	return entry.event.type === 'command' ? quoteArgv(entry.event.argv) : entryText(entry).text;
}

/** @returns lines of the command log, oldest first */
export function logLines(entries: readonly CommandLogEntry[]): Line[] {
	const width = Math.min(14, Math.max(0, ...entries.map((entry) => entryText(entry).subject.length)));
	return entries.map((entry) => {
		const { subject, text } = entryText(entry);
		const sign = entry.level === 'warn' || entry.level === 'error' ? '! ' : '';
		return line(
			span(`${clockSeconds(entry.at)} `, 'muted'),
			span(width === 0 ? '' : `${padEnd(subject.slice(0, width), width)}  `, 'accent'),
			span(`${sign}${text.replaceAll('\n', ' ')}`, tones[entry.level]),
		);
	});
}
