import { formatBytes, formatDuration } from '../../../runs/units.ts';
import { outcomeInWords } from '../../../runs/words.ts';
import { typicalDowntime } from '../../selectors/history.ts';
import type { StackRow } from '../../selectors/stacks.ts';
import { groupDigits } from '../../text/amounts.ts';
import { type Line, line, span } from '../../text/line.ts';
import { sparkline } from '../../text/spark.ts';
import { formatWhen } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';

const label = (text: string) => span(text.padEnd(10), 'muted');

/** @returns the facts of one stack, for the pane at the right */
export function stackFacts(row: StackRow, now: number, theme: Theme): Line[] {
	const { entry, status, last, history } = row;
	const lines: Line[] = [line(label('path'), entry.directory)];
	if (status !== undefined && status.services.length > 0) {
		lines.push(line(label('services'), status.services.map((service) => service.name).join(' ')));
		const trouble = status.services.filter((service) => !service.ok);
		for (const service of trouble.slice(0, 3))
			lines.push(line(label(''), span(`${service.name}: ${service.text}`, 'warning')));
	} else if (status?.reason !== undefined) lines.push(line(label('state'), span(status.reason, 'warning')));
	if (status?.putDownAt !== undefined)
		lines.push(line(label('state'), `taken down on purpose ${formatWhen(status.putDownAt, now)}`));
	if (entry.unreadable !== undefined)
		lines.push(line(label('trouble'), span(`compose file cannot be read: ${entry.unreadable}`, 'bad')));
	lines.push(line(label('backup'), entry.enabled ? 'on' : span('off', 'muted')));
	if (last !== undefined) {
		const added = last.addedBytes === undefined ? '' : `  +${formatBytes(last.addedBytes)}`;
		lines.push(
			line(
				label('last'),
				`${last.snapshot?.slice(0, 8) ?? outcomeInWords(last.outcome)}  ${formatWhen(Date.parse(last.at), now)}${added}`,
			),
		);
		if (last.totalBytes !== undefined)
			lines.push(
				line(label('size'), `${formatBytes(last.totalBytes)} in ${groupDigits(last.totalFiles ?? 0)} files`),
			);
	}
	const downtimes = history.flatMap((one) => (one.downtimeMs === undefined ? [] : [one.downtimeMs]));
	const median = typicalDowntime(history);
	if (median !== undefined)
		lines.push(
			line(
				label('downtime'),
				span(sparkline(downtimes, 24, theme.symbols.spark), 'accent'),
				`  median ${formatDuration(median)}`,
			),
		);
	return lines;
}
