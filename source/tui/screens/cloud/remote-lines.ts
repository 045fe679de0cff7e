import { formatBytes, formatDuration } from '../../../runs/units.ts';
import type { Finding } from '../../../services/health/finding.ts';
import { layoutKind } from '../../layout.ts';
import type { RemoteStatus } from '../../ports.ts';
import type { RunView } from '../../run/run-view.ts';
import { progressShare } from '../../run/summary.ts';
import { toneOfLevel } from '../../selectors/attention.ts';
import type { UiState } from '../../store/state.ts';
import { formatRate, groupDigits } from '../../text/amounts.ts';
import { type Line, line, type Span, span } from '../../text/line.ts';
import { progressBar, sparkline } from '../../text/spark.ts';
import { formatAge, formatWhen } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';

const label = (text: string) => span(text.padEnd(9), 'muted');

const failedWord = 'FAILED';

/** How it is judged in two words, then how far behind it is. */
function standingOf(remote: RemoteStatus, finding: Finding | undefined): Span {
	const tone = toneOfLevel(finding?.level ?? 'ok');
	if (finding?.state === 'failed') return span(failedWord, tone);
	if (remote.lastGoodAt === undefined) return span('never synced', tone);
	const late = finding?.state === 'overdue' ? 'OVERDUE  ' : '';
	if (remote.behindSnapshots === undefined) return span(late, tone);
	if (remote.behindSnapshots === 0) return span(`${late}up to date`, tone);
	const many = remote.behindSnapshots === 1 ? 'snapshot is' : 'snapshots are';
	return span(`${late}${remote.behindSnapshots} ${many} not there yet`, tone);
}

/** @returns where a remote stands: target, last sync, how far behind, size */
export function statusLines(remote: RemoteStatus, state: UiState, theme: Theme): Line[] {
	const last = remote.history[0];
	const test = state.data.tests[remote.name];
	const { limit } = state.screens.cloud;
	const standing = standingOf(remote, state.data.overview.value?.remotes[remote.name]);
	const narrow = layoutKind(state.size) === 'minimal';
	// The line of the last sync says it already.
	const isSaid = last?.ok === false && standing.text === failedWord;
	const lines: Line[] = [
		// What matters most comes before what may not fit.
		...(narrow ? [line(label('State'), standing)] : []),
		line(label('Remote'), { text: remote.target, bold: true }, span(`  (${remote.name})`, 'muted')),
		line(
			label('Last'),
			last === undefined
				? span('none yet', 'warning')
				: span(
						`${formatWhen(last.at, state.now)} ${last.ok ? 'ok' : 'FAILED'}  ${formatBytes(last.bytes)} up  ${formatDuration(last.ms)}`,
						last.ok ? 'plain' : 'bad',
					),
			'   ',
			narrow || isSaid ? '' : standing,
		),
	];
	if (last !== undefined && !last.ok) {
		lines.push(line(label(''), span(last.text, 'bad')));
		lines.push(line(label('Last good'), ' ', formatAge(remote.lastGoodAt, state.now)));
	}
	if (remote.bytes !== undefined)
		lines.push(
			line(label('Size'), `${formatBytes(remote.bytes)} in ${groupDigits(remote.files ?? 0)} files`),
		);
	const expected = remote.expectedHours > 0 ? `a sync every ${remote.expectedHours} h is expected` : '';
	const bandwidth =
		limit !== ''
			? `limit ${limit} for the next sync`
			: remote.bandwidth === ''
				? 'no limit'
				: `limit ${remote.bandwidth}`;
	lines.push(line(label('Rate'), bandwidth, span(expected === '' ? '' : `   ${expected}`, 'muted')));
	for (const [index, guard] of (remote.guards ?? []).entries())
		lines.push(line(label(index === 0 ? 'Guards' : ''), guard));
	if (test?.loading) lines.push(line(label('Test'), span('asking …', 'muted')));
	if (test?.trouble !== undefined) lines.push(line(label('Test'), span(test.trouble.message, 'bad')));
	for (const [index, step] of (test?.value?.steps ?? []).entries()) {
		lines.push(
			line(
				label(index === 0 ? 'Test' : ''),
				span(`${step.ok ? theme.symbols.ok : theme.symbols.bad} `, step.ok ? 'ok' : 'bad'),
				`${step.name}: ${step.text}`,
			),
		);
	}
	if (test?.value?.ok) lines.push(line(label(''), span(`answers in ${formatDuration(test.value.ms)}`, 'ok')));
	return lines;
}

/** @returns a sync that is going on: bar, rate, files, guards */
export function syncLines(view: RunView, width: number, theme: Theme): Line[] {
	const { progress, attempt } = view;
	const share = progressShare(view);
	const { symbols } = theme;
	const target = view.others.findLast((phase) => phase.end === undefined)?.target ?? '';
	const lines: Line[] = [];
	if (progress === undefined || share === undefined) {
		lines.push(line(span(`${symbols.running} sync ${target}`, 'accent'), '  looking what is to be done …'));
	} else {
		const bar = progressBar(share, Math.min(24, Math.max(8, width - 46)), symbols.barFull, symbols.barEmpty);
		lines.push(
			line(
				span(
					`${symbols.running} sync ${target} ${symbols.barStart}${bar}${symbols.barEnd} ${Math.floor(share * 100)}%`,
					'accent',
				),
				`   ${formatBytes(progress.bytesDone)} / ${formatBytes(progress.bytesTotal)}`,
			),
		);
		const rate = progress.bytesPerSecond ?? view.rates.at(-1);
		const eta =
			progress.secondsLeft === undefined ? '' : `   ETA ${formatDuration(progress.secondsLeft * 1000)}`;
		lines.push(
			line(
				span('  rate    ', 'muted'),
				rate === undefined ? '' : formatRate(rate),
				eta,
				attempt === undefined ? '' : `   try ${attempt.attempt} of ${attempt.of}`,
			),
			line(
				span('  files   ', 'muted'),
				`${groupDigits(progress.filesDone)} / ${groupDigits(progress.filesTotal)}`,
			),
		);
		for (const file of (progress.currentFiles ?? []).slice(0, 3))
			lines.push(line(span(`  ${file}`, 'muted')));
		if (view.rates.length > 1)
			lines.push(line(span('          ', 'muted'), span(sparkline(view.rates, 40, symbols.spark), 'accent')));
	}
	if (view.guards.length > 0)
		lines.push(
			line(
				span('Guards   ', 'muted'),
				...view.guards.flatMap((guard) => [
					span(`${guard.ok ? symbols.ok : symbols.bad} ${guard.text}  `, guard.ok ? 'ok' : 'bad'),
				]),
			),
		);
	return lines;
}

/** @returns past syncs, the latest first */
export function historyLines(remote: RemoteStatus, now: number, theme: Theme): Line[] {
	if (remote.history.length === 0) return [line(span('no sync yet', 'muted'))];
	return remote.history.map((past) =>
		line(
			`${formatWhen(past.at, now).padEnd(15)} `,
			past.ok ? span(theme.symbols.ok, 'ok') : span(theme.symbols.bad, 'bad'),
			past.ok ? ` ${formatBytes(past.bytes).padStart(9)}  ${formatDuration(past.ms)}` : ` ${past.text}`,
		),
	);
}
