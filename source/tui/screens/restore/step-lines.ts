import { formatBytes } from '../../../runs/units.ts';
import { inputLine } from '../../components/input-line.ts';
import type { SnapshotEntry, Trouble } from '../../ports.ts';
import { stackRows, stateText } from '../../selectors/stacks.ts';
import type { RestoreScreen, RestoreStep, UiState } from '../../store/state.ts';
import { wrapCells } from '../../text/cells.ts';
import { type Line, line, span, type Tone } from '../../text/line.ts';
import { formatAge, formatWhen } from '../../text/times.ts';
import type { Theme } from '../../theme.ts';
import { fitList, visibleRange } from '../../widgets/list.ts';

const steps: readonly { readonly step: RestoreStep; readonly title: string }[] = [
	{ step: 'source', title: 'Source' },
	{ step: 'what', title: 'What' },
	{ step: 'where', title: 'Where' },
	{ step: 'review', title: 'Review' },
	{ step: 'run', title: 'Run' },
];

/** @returns the row of steps: those done, and the one at work */
export function stepsLine(step: RestoreStep, theme: Theme): Line {
	const at = steps.findIndex((one) => one.step === step);
	return line(
		' ',
		...steps.map(({ title }, index) => {
			const text = `${index + 1} ${title}`;
			if (index < at) return span(` ${text} ${theme.symbols.ok} `, 'ok');
			return index === at
				? { text: `>${text}  `, tone: 'accent' as const, bold: true }
				: span(` ${text}  `, 'muted');
		}),
	);
}

/** @returns the step at work as a title: `Restore 4/5: Review` */
export function stepTitle(step: RestoreStep): string {
	const at = steps.findIndex((one) => one.step === step);
	return `Restore ${at + 1}/${steps.length}: ${steps[at]?.title ?? ''}`;
}

/** @returns the snapshots of the stack that is restored, newest first */
export function restorableSnapshots(state: UiState): readonly SnapshotEntry[] {
	const { stack } = state.screens.restore.request;
	return (state.data.snapshots.value ?? []).filter((one) => one.stack === stack);
}

/** A snapshot as it can be chosen. */
export interface SnapshotChoice {
	readonly id: string;
	readonly shortId: string;
	readonly text: string;
}

/** @returns the snapshots to choose from; what a copy elsewhere holds may be more than this repository: its latest comes first */
export function snapshotChoices(state: UiState): readonly SnapshotChoice[] {
	const { fromRemote } = state.screens.restore.request;
	const latest = { id: 'latest', shortId: 'latest', text: `latest    the newest on ${fromRemote}` };
	return [
		...(fromRemote === undefined ? [] : [latest]),
		...restorableSnapshots(state).map((one) => {
			const size = one.bytes === undefined ? '' : `   ${formatBytes(one.bytes)}`;
			const when = `${formatWhen(one.time, state.now)} (${formatAge(one.time, state.now)})`;
			return { id: one.id, shortId: one.shortId, text: `${one.shortId}  ${when}${size}` };
		}),
	];
}

/** @returns stacks that have snapshots, for a restore that was not begun on one; a copy elsewhere may have any of the list */
export function restorableStacks(state: UiState): readonly string[] {
	const { snapshots, stacks } = state.data;
	const here = (snapshots.value ?? []).map((one) => one.stack);
	const listed =
		state.screens.restore.request.fromRemote === undefined
			? []
			: (stacks.value?.entries ?? []).map((entry) => entry.name);
	return [...new Set([...here, ...listed])].filter((name) => name !== '').sort();
}

/** @returns the sources: this machine's repository, then the copies elsewhere */
export function sourceChoices(remotes: readonly string[]): readonly string[] {
	return ['the repository', ...remotes.map((name) => `the copy on ${name}`)];
}

function choice(text: string, selected: boolean, theme: Theme): Line {
	return line(span(selected ? `  ${theme.symbols.pointer} ` : '    ', 'accent'), { text, bold: selected });
}

function whatLines(state: UiState, theme: Theme, height: number): Line[] {
	const screen = state.screens.restore;
	const { loading, trouble } = state.data.snapshots;
	const none = (text: string) => {
		if (trouble === undefined) return [line(span(loading ? '  asking restic …' : text, 'muted'))];
		const hint = trouble.hint === undefined ? [] : [line(span(`  ${trouble.hint}`, 'muted'))];
		return [line(span(`  ${trouble.message}`, 'bad')), ...hint];
	};
	if (screen.request.stack === '') {
		const stacks = restorableStacks(state);
		if (stacks.length === 0) return none('  no snapshot yet');
		const list = fitList(screen.list, stacks.length, height);
		const { from, to } = visibleRange(list, stacks.length, height);
		return stacks.slice(from, to).map((name, index) => choice(name, from + index === list.cursor, theme));
	}
	const all = snapshotChoices(state);
	if (all.length === 0) return none(`  no snapshot of ${screen.request.stack}`);
	const list = fitList(screen.list, all.length, height - 4);
	const { from, to } = visibleRange(list, all.length, height - 4);
	const what = screen.request.include.length === 0 ? 'All of' : `${screen.request.include.length} marked of`;
	return [
		line(`  ${what} ${screen.request.stack}, from which snapshot?`),
		...all.slice(from, to).map(({ text }, index) => choice(text, from + index === list.cursor, theme)),
		[],
		line(span('  Single files: mark them on Snapshots (4, Enter, Space), then R', 'muted')),
	];
}

function whereLines(screen: RestoreScreen, width: number, theme: Theme): Line[] {
	const dot = (on: boolean) => (on ? (theme.ascii ? '(*)' : '(•)') : '( )');
	return [
		line('  Where to?'),
		[],
		line(
			span(screen.inPlace ? '    ' : `  ${theme.symbols.pointer} `, 'accent'),
			`${dot(!screen.inPlace)} A new folder${width < 60 ? '' : ', nothing else is touched'}`,
		),
		screen.inPlace
			? line(`          ${screen.targetInput.value}`)
			: inputLine('          ', screen.targetInput, width, theme),
		[],
		line(
			span(screen.inPlace ? `  ${theme.symbols.pointer} ` : '    ', 'accent'),
			`${dot(screen.inPlace)} In place, over the live data `,
			span(width < 60 ? '' : '(a safety snapshot is taken first)', 'muted'),
		),
	];
}

/** @returns the rows of what the dry run said, as broad as the screen */
export function planRows(screen: RestoreScreen, width: number): readonly string[] {
	return (screen.plan.value ?? []).flatMap((text) => wrapCells(text, width - 4));
}

function snapshotText({ data, now, screens }: UiState): string {
	const { snapshot, fromRemote } = screens.restore.request;
	const known = data.snapshots.value?.find((one) => one.id === snapshot);
	const when = known === undefined ? '' : `   ${formatWhen(known.time, now)} (${formatAge(known.time, now)})`;
	return `${snapshot.slice(0, 8)}${when}${fromRemote === undefined ? '' : `   from ${fromRemote}`}`;
}

function troubleLines({ message, hint }: Trouble, width: number): Line[] {
	const rows = (text: string, tone: Tone) =>
		wrapCells(text, width - 4).map((row) => line(span(`  ${row}`, tone)));
	return [...rows(message, 'bad'), ...(hint === undefined ? [] : rows(hint, 'muted'))];
}

function reviewLines(state: UiState, width: number, height: number, theme: Theme): Line[] {
	const screen = state.screens.restore;
	const { request, plan } = screen;
	const row = stackRows(state, '', 'name').find((one) => one.entry.name === request.stack);
	const label = (text: string) => span(`  ${text.padEnd(10)}`, 'muted');
	const now = row === undefined ? '' : `   state now: ${stateText(row.entry, row.status) || 'asking'}`;
	const compact = height < 12;
	const into =
		request.target.kind === 'directory' ? request.target.path : (row?.entry.directory ?? 'its own place');
	const inPlace = request.target.kind === 'in-place' ? span('   IN PLACE', 'bad') : '';
	const short: Line[] = [line(`${request.stack} ${request.snapshot.slice(0, 8)}`), line(into, inPlace)];
	const head: Line[] = compact
		? short
		: [
				line(label('Stack'), { text: request.stack, bold: true }, span(now, 'muted')),
				line(label('Snapshot'), snapshotText(state)),
				line(label('Restore'), request.include.length === 0 ? 'whole stack' : request.include.join(', ')),
				line(label('Into'), into, inPlace),
				...wrapCells(screen.command, width - 14).map((row, index) =>
					line(label(index === 0 ? 'Command' : ''), span(row, 'muted')),
				),
				[],
			];
	const tail: Line[] =
		plan.trouble !== undefined
			? [...(compact ? [] : [[]]), line('  It cannot be done so. Shift-Tab goes back.')]
			: request.target.kind === 'in-place'
				? [
						...(compact ? [] : [[]]),
						line(
							span(compact ? 'OVERWRITES. ' : '  This overwrites live data.  ', 'bad'),
							`Type ${request.stack} to go on:`,
						),
						inputLine('  > ', screen.confirmInput, width, theme),
					]
				: [...(compact ? [] : [[]]), line('  Enter starts the restore.')];
	const room = Math.max(1, height - head.length - tail.length);
	const said = planRows(screen, width);
	const cut = said.length > room;
	const shown = said.slice(screen.planTop, screen.planTop + (cut ? room - 1 : room));
	const body: Line[] = shown.map((text) => line(`  ${text}`));
	if (cut) {
		const below = said.length - screen.planTop - shown.length;
		body.push(line(span(below > 0 ? `  ${below} more: Down` : '  the end: Up', 'accent')));
	}
	if (plan.trouble !== undefined) body.push(...troubleLines(plan.trouble, width));
	if (plan.loading && said.length === 0) body.push(line(span('  looking what it would change …', 'muted')));
	return [...head, ...body, ...tail];
}

/** @returns the step at work */
export function stepLines(
	state: UiState,
	remotes: readonly string[],
	width: number,
	height: number,
	theme: Theme,
): Line[] {
	const screen = state.screens.restore;
	switch (screen.step) {
		case 'source': {
			const choices = sourceChoices(remotes);
			const { cursor } = fitList(screen.list, choices.length, choices.length);
			return [
				line('  From where?'),
				[],
				...choices.map((text, index) => choice(text, index === cursor, theme)),
			];
		}
		case 'what':
			return whatLines(state, theme, height);
		case 'where':
			return whereLines(screen, width, theme);
		case 'review':
		case 'run':
			return reviewLines(state, width, height, theme);
	}
}
