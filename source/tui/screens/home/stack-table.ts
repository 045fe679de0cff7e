import { formatDuration } from '../../../runs/units.ts';
import { type DayMark, dayStrip, typicalDowntime } from '../../selectors/history.ts';
import { lastText, nameWidth, type StackRow, stateText, stateTone } from '../../selectors/stacks.ts';
import { columns, type Line, type Span, span, type Tone } from '../../text/line.ts';
import type { Theme } from '../../theme.ts';

const tones: Readonly<Record<StackRow['health'], Tone>> = {
	ok: 'ok',
	warning: 'warning',
	bad: 'bad',
	never: 'muted',
	off: 'muted',
};

/** The mark before a stack's name: its health in one cell. */
export function healthMark(row: StackRow, theme: Theme): Span {
	return span(theme.symbols[row.health], tones[row.health]);
}

const stripTones: Readonly<Record<DayMark, Tone>> = {
	ok: 'ok',
	warning: 'warning',
	bad: 'bad',
	none: 'muted',
	overdue: 'bad',
};

/** @returns the days as marks, equal neighbours as one span */
export function stripSpans(marks: readonly DayMark[], theme: Theme): Span[] {
	const { symbols } = theme;
	const signs = {
		ok: symbols.ok,
		warning: symbols.warning,
		bad: symbols.bad,
		none: symbols.never,
		overdue: '?',
	};
	const result: Span[] = [];
	for (const mark of marks) {
		const previous = result.at(-1);
		if (previous !== undefined && previous.tone === stripTones[mark] && previous.text.endsWith(signs[mark]))
			result[result.length - 1] = { ...previous, text: previous.text + signs[mark] };
		else result.push({ text: signs[mark], tone: stripTones[mark] });
	}
	return result;
}

interface Widths {
	readonly name: number;
	readonly strip: number;
}

const fixed = { state: 13, last: 16, downtime: 8 };

export function tableWidths(rows: readonly StackRow[], width: number): Widths {
	const name = nameWidth(rows, 9, Math.max(9, Math.floor(width * 0.3)));
	const used = 4 + name + 1 + fixed.state + 1 + fixed.last + 1 + fixed.downtime + 2;
	return { name, strip: Math.max(0, Math.min(30, width - used)) };
}

export function tableHeader(widths: Widths, theme: Theme): Line {
	const strip = widths.strip >= 16 ? `${widths.strip} DAYS` : '';
	return columns(
		[
			{ text: '', width: 3 },
			{ text: 'STACK', width: widths.name, tone: 'muted' },
			{ text: 'STATE', width: fixed.state, tone: 'muted' },
			{ text: 'LAST BACKUP', width: fixed.last, tone: 'muted' },
			{ text: 'DOWNTIME', width: fixed.downtime, tone: 'muted', right: true },
			{ text: ` ${strip}`, width: widths.strip + 1, tone: 'muted' },
		],
		theme.symbols.ellipsis,
	);
}

/** @returns one stack as a row of the table on Home */
export function tableRow(row: StackRow, widths: Widths, selected: boolean, now: number, theme: Theme): Line {
	const last = row.entry.enabled ? lastText(row, now) : { text: 'off', tone: 'muted' as const };
	const downtime = typicalDowntime(row.history);
	return [
		span(selected ? `${theme.symbols.pointer} ` : '  ', 'accent'),
		healthMark(row, theme),
		span(' '),
		...columns(
			[
				{ text: row.entry.name, width: widths.name },
				{
					text: stateText(row.entry, row.status) || theme.symbols.ellipsis,
					width: fixed.state,
					tone: stateTone(row.entry, row.status),
				},
				{ text: last.text, width: fixed.last, tone: last.tone },
				{ text: downtime === undefined ? '-' : formatDuration(downtime), width: fixed.downtime, right: true },
			],
			theme.symbols.ellipsis,
		),
		span('  '),
		...(row.entry.enabled
			? stripSpans(dayStrip(row.history, widths.strip, now, row.finding?.state === 'overdue'), theme)
			: []),
	];
}
