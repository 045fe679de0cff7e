import { formatDuration } from '../../../runs/units.ts';
import { outcomeInWords } from '../../../runs/words.ts';
import type { MountEntry, StackDetail } from '../../ports.ts';
import { dayStrip, typicalDowntime } from '../../selectors/history.ts';
import type { StackRow } from '../../selectors/stacks.ts';
import type { Loaded } from '../../store/state.ts';
import { type Line, line, type Span, span } from '../../text/line.ts';
import { formatWhen } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';
import { stripSpans } from '../home/stack-table.ts';

const label = (text: string, first = true): Span => span((first ? text : '').padEnd(10), 'muted');

function labelled(name: string, rows: readonly Line[]): Line[] {
	return rows.map((row, index) => [label(name, index === 0), ...row]);
}

const mountMark: Readonly<Record<MountEntry['captured'], (theme: Theme) => Span>> = {
	captured: (theme) => span(`${theme.symbols.ok} `, 'ok'),
	excluded: (theme) => span(`${theme.symbols.off} `, 'muted'),
	missing: (theme) => span(`${theme.symbols.warning} `, 'bad'),
};

function mountLine(mount: MountEntry, theme: Theme): Line {
	const tone = mount.captured === 'missing' ? 'bad' : 'muted';
	const word = { captured: 'in backup', excluded: 'left out on purpose', missing: 'NOT in backup' }[
		mount.captured
	];
	return line(
		mountMark[mount.captured](theme),
		mount.label,
		span(`  ${word}${mount.why === '' ? '' : `: ${mount.why}`}`, tone),
	);
}

function composeLines(detail: StackDetail, theme: Theme): Line[] {
	return [
		...labelled(
			'compose',
			detail.composeFiles.map((file) => line(file)),
		),
		...labelled('project', [line(detail.project, span(`   method ${detail.method}`, 'muted'))]),
		...labelled(
			'warning',
			detail.warnings.map((text) => line(span(text, 'warning'))),
		),
		...labelled(
			'mounts',
			detail.mounts?.length === 0
				? [line(span('none', 'muted'))]
				: (detail.mounts ?? []).map((mount) => mountLine(mount, theme)),
		),
		...labelled(
			'excludes',
			detail.excludes.map((text) => line(text)),
		),
	];
}

/** @returns everything known of one stack: services, mounts with coverage, excludes, history */
export function detailLines(
	row: StackRow,
	detail: Loaded<StackDetail> | undefined,
	now: number,
	theme: Theme,
): Line[] {
	const { entry, status, history } = row;
	const lines: Line[] = [line(label('path'), entry.directory)];
	if (entry.unmanageable !== undefined)
		lines.push(line(label('trouble'), span(`cannot be managed: ${entry.unmanageable}`, 'bad')));
	if (entry.unreadable !== undefined)
		lines.push(line(label('trouble'), span(`compose file cannot be read: ${entry.unreadable}`, 'bad')));
	if (status?.reason !== undefined) lines.push(line(label('state'), span(status.reason, 'warning')));
	if (status?.putDownAt !== undefined)
		lines.push(
			line(label('state'), `taken down on purpose ${formatWhen(status.putDownAt, now)}: U brings it up`),
		);
	lines.push(
		...labelled(
			'services',
			(status?.services ?? []).map((service) =>
				line(service.name.padEnd(14), span(service.text, service.ok ? 'plain' : 'warning')),
			),
		),
	);
	if (detail?.value !== undefined) lines.push(...composeLines(detail.value, theme));
	if (detail?.trouble !== undefined)
		lines.push(
			...labelled('mounts', [
				line(span(detail.trouble.message, 'warning')),
				...(detail.trouble.hint === undefined ? [] : [line(span(detail.trouble.hint, 'muted'))]),
			]),
		);
	else if (detail?.loading && detail.value === undefined)
		lines.push(line(label('mounts'), span('looking …', 'muted')));
	lines.push(
		[],
		line(
			label('history'),
			...stripSpans(dayStrip(history, 30, now, row.finding?.state === 'overdue'), theme),
		),
	);
	for (const one of history.slice(-5).reverse()) {
		const off = one.downtimeMs === undefined ? '' : `  off ${formatDuration(one.downtimeMs)}`;
		lines.push(
			line(
				label(''),
				formatWhen(Date.parse(one.at), now).padEnd(16),
				span(outcomeInWords(one.outcome).padEnd(12), one.outcome === 'ok' ? 'ok' : 'bad'),
				one.snapshot?.slice(0, 8) ?? '',
				off,
			),
		);
	}
	const median = typicalDowntime(history);
	if (median !== undefined) lines.push(line(label('downtime'), `median ${formatDuration(median)}`));
	return lines;
}
