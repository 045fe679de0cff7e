import type { Phase } from '../../../runs/events.ts';
import { formatBytes, formatDuration } from '../../../runs/units.ts';
import { outcomeInWords, phaseInWords } from '../../../runs/words.ts';
import type { RunView, StackRunView } from '../../run/run-view.ts';
import { progressShare } from '../../run/summary.ts';
import { padEnd } from '../../text/cells.ts';
import { type Line, line, type Span, span } from '../../text/line.ts';
import { progressBar } from '../../text/spark.ts';
import { formatClock } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';

function mark(stack: StackRunView, ended: boolean, theme: Theme): Span {
	const { symbols } = theme;
	if (stack.skipped !== undefined || stack.outcome === 'skipped') return span(symbols.off, 'muted');
	if (stack.outcome === 'ok') return span(symbols.ok, 'ok');
	if (stack.outcome === 'partial') return span(symbols.warning, 'warning');
	if (stack.outcome !== undefined) return span(symbols.bad, 'bad');
	if (!stack.started) return span(' ');
	return ended ? span(symbols.bad, 'bad') : span(symbols.running, 'accent');
}

/** The phases a stack is off for. */
const core: readonly Phase[] = ['warm', 'down', 'copy', 'up'];

function phaseSpans(stack: StackRunView, view: RunView, now: number, wide: boolean, theme: Theme): Span[] {
	if (stack.skipped !== undefined) return [span(`left out: ${stack.skipped}`, 'muted')];
	if (!stack.started) return [span('waiting', 'muted')];
	const spans: Span[] = [];
	for (const phase of stack.phases) {
		if (phase.phase === 'gate' || phase.phase === 'settle') continue;
		// What follows the downtime is told where there is room.
		if (phase.end !== undefined && phase.ok !== false && !wide && !core.includes(phase.phase)) continue;
		if (phase.end !== undefined) {
			const ms = formatDuration(phase.ms ?? phase.end - phase.start);
			spans.push(span(`${phase.phase} ${ms}  `, phase.ok === false ? 'bad' : 'plain'));
			continue;
		}
		if (view.endedAt !== undefined) {
			spans.push(span(`${phase.phase} cut off  `, 'bad'));
			continue;
		}
		const share =
			view.progress?.stack === stack.stack && view.progress.phase === phase.phase
				? progressShare(view)
				: undefined;
		spans.push(span(phase.phase.toUpperCase(), 'accent'));
		if (share === undefined) spans.push(span(` ${formatClock(now - phase.start)}  `));
		else {
			const { barStart, barEnd, barFull, barEmpty } = theme.symbols;
			const bar = progressBar(share, 12, barFull, barEmpty);
			spans.push(span(` ${barStart}${bar}${barEnd} ${Math.floor(share * 100)}%  `, 'accent'));
		}
	}
	return spans;
}

function offText(stack: StackRunView, view: RunView, now: number): Span[] {
	if (stack.downSince !== undefined && view.endedAt === undefined) {
		const ms = now - stack.downSince;
		const late = stack.expectedMs !== undefined && ms > stack.expectedMs * 1.2;
		const expected = stack.expectedMs === undefined ? '' : ` !median ${formatDuration(stack.expectedMs)}`;
		return [span(`OFF ${formatClock(ms)}`, 'warning'), span(late ? expected : '', 'bad')];
	}
	if (stack.downSince !== undefined) return [span('STILL DOWN', 'bad')];
	if (stack.downtimeMs !== undefined && stack.downtimeMs > 0) {
		const added = stack.addedBytes === undefined ? '' : `  +${formatBytes(stack.addedBytes)}`;
		return [span(`off ${formatDuration(stack.downtimeMs)}${added}`)];
	}
	if (stack.addedBytes !== undefined) return [span(`+${formatBytes(stack.addedBytes)}`)];
	if (!stack.started && stack.expectedMs !== undefined && view.endedAt === undefined)
		return [span(`~ ${formatDuration(stack.expectedMs)} expected`, 'muted')];
	return [];
}

/** @returns each stack of the run: its phases, and its downtime clock at the right */
export function stackLines(
	view: RunView,
	stacks: readonly StackRunView[],
	now: number,
	width: number,
	theme: Theme,
): Line[] {
	const names = Math.min(20, Math.max(8, ...stacks.map((stack) => stack.stack.length)));
	const rightWidth = 27;
	return stacks.map((stack) => {
		const left = [
			mark(stack, view.endedAt !== undefined, theme),
			span(` ${padEnd(stack.stack.slice(0, names), names)}  `),
			...phaseSpans(stack, view, now, width >= 110, theme),
		];
		const used = left.reduce((sum, one) => sum + one.text.length, 0);
		const gap = Math.max(1, width - rightWidth - used);
		return line(...left, ' '.repeat(gap), ...offText(stack, view, now));
	});
}

/** @returns each stack in a few cells: how far it is, and how long it was off */
export function shortStackLines(view: RunView, now: number, width: number, theme: Theme): Line[] {
	const names = Math.min(18, Math.max(8, ...view.stacks.map((stack) => stack.stack.length)));
	return view.stacks.map((stack) => {
		const head = [
			mark(stack, view.endedAt !== undefined, theme),
			span(` ${padEnd(stack.stack.slice(0, names), names)} `),
		];
		if (stack.outcome !== undefined || stack.skipped !== undefined || stack.downSince !== undefined) {
			const off = offText(stack, view, now);
			return line(
				...head,
				...(off.length > 0
					? off
					: [span(stack.skipped ?? (stack.outcome === undefined ? '' : outcomeInWords(stack.outcome)))]),
			);
		}
		return line(...head, ...phaseSpans(stack, view, now, width >= 110, theme).slice(-2));
	});
}

/** @returns phases that belong to no stack: prune, check, the sync of a remote */
export function otherLines(view: RunView, now: number, theme: Theme): Line[] {
	return view.others.map((phase) => {
		const name = [phaseInWords(phase.phase), phase.target].filter(Boolean).join(' ');
		if (phase.end !== undefined) {
			const sign = phase.ok ? span(theme.symbols.ok, 'ok') : span(theme.symbols.bad, 'bad');
			return line(sign, ` ${name}  ${formatDuration(phase.ms ?? 0)}`);
		}
		return line(
			span(`${theme.symbols.running} ${name.toUpperCase()}`, 'accent'),
			`  ${formatClock((view.endedAt ?? now) - phase.start)}`,
		);
	});
}
