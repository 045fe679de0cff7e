import { Box } from 'ink';
import { Panel } from '../../components/Panel.tsx';
import { contentRows, layoutKind, splitColumns } from '../../layout.ts';
import type { DoctorCheck } from '../../ports.ts';
import { checkList, checkRows, withCheckList } from '../../selectors/checks.ts';
import type { UiState } from '../../store/state.ts';
import { padEnd, wrapCells } from '../../text/cells.ts';
import { type Line, line, span, type Tone } from '../../text/line.ts';
import type { Theme } from '../../theme.ts';
import { fitList, visibleRange } from '../../widgets/list.ts';
import type { ScreenModule, ViewProperties } from '../screen-module.ts';

export function selectedCheck(state: UiState): DoctorCheck | undefined {
	const checks = checkRows(state);
	return checks[fitList(checkList(state), checks.length, 1).cursor];
}

function title(state: UiState): string {
	const { value = [], loading } = state.data.checks;
	const bad = value.filter((check) => check.level === 'bad').length;
	const warnings = value.filter((check) => check.level === 'warning').length;
	const say = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
	const found = `${say(bad, 'problem')}, ${say(warnings, 'warning')}`;
	const verdict = bad + warnings > 0 ? found : loading || value.length === 0 ? '' : 'all right';
	return ['Doctor:', verdict, ...(loading ? ['  looking …'] : [])].filter((part) => part !== '').join(' ');
}

function toneOf({ level }: DoctorCheck): Tone {
	return level === 'waiting' ? 'muted' : level;
}

function checkLine(check: DoctorCheck, selected: boolean, narrow: boolean, theme: Theme): Line {
	const tone = toneOf(check);
	const mark = check.level === 'waiting' ? theme.symbols.never : theme.symbols[check.level];
	return line(
		span(selected ? `${theme.symbols.pointer} ` : '  ', 'accent'),
		span(`${mark} `, tone),
		narrow ? `${check.title}: ` : `${padEnd(check.title, 16)} `,
		span(check.text, check.level === 'ok' ? 'plain' : tone),
		check.fix === undefined
			? ''
			: span(`   ${check.command === undefined ? 'to do' : 'fix'}: ${check.fix}`, 'muted'),
	);
}

/** @returns why a check matters, and the way out */
function explainLines(check: DoctorCheck, width: number): Line[] {
	const wrapped = (text: string) => wrapCells(text, width).map((row) => line(row));
	return [
		...wrapped(check.text),
		...(check.explain === undefined ? [] : [[], ...check.explain.split('\n').flatMap(wrapped)]),
		...(check.fix === undefined
			? []
			: [
					[],
					line(span(check.command === undefined ? 'What to do:' : 'Fix:', 'muted')),
					...wrapCells(check.fix, width).map((row) => line(span(row, 'accent'))),
					[],
					line(
						span(check.command === undefined ? 'c copies the text' : 'Enter runs it, c copies it', 'muted'),
					),
				]),
	];
}

function listLines(
	state: UiState,
	theme: Theme,
	height: number,
): { readonly lines: Line[]; readonly selected: number } {
	const { trouble, loading } = state.data.checks;
	const rows = checkRows(state);
	const list = fitList(checkList(state), rows.length, height);
	const { from, to } = visibleRange(list, rows.length, height);
	const narrow = layoutKind(state.size, theme.linear) === 'minimal';
	const lines = rows
		.slice(from, to)
		.map((check, index) => checkLine(check, from + index === list.cursor, narrow, theme));
	if (trouble !== undefined) lines.push(line(span(trouble.message, 'bad')));
	else if (rows.length === 0) lines.push(line(span(loading ? 'looking …' : 'nothing was checked', 'muted')));
	return { lines, selected: rows.length === 0 ? -1 : list.cursor - from };
}

function View({ state, theme, columns, rows, wide }: ViewProperties) {
	const check = selectedCheck(state);
	if (state.screens.doctor.detail && !wide && check !== undefined)
		return (
			<Panel
				title={check.title}
				tone={toneOf(check)}
				lines={explainLines(check, columns - 2)}
				width={columns}
				height={rows}
				focused
			/>
		);
	const [left, right] = wide && !state.zoom ? splitColumns(columns) : [columns, 0];
	const { lines, selected } = listLines(state, theme, rows - 2);
	return (
		<Box>
			<Panel title={title(state)} lines={lines} width={left} height={rows} selected={selected} focused />
			{right > 0 && (
				<Panel
					title={check?.title ?? ''}
					lines={check === undefined ? [] : explainLines(check, right - 2)}
					width={right}
					height={rows}
				/>
			)}
		</Box>
	);
}

/** Every check, and its fix. */
export const doctor: ScreenModule = {
	contexts: () => ['doctor', 'list', 'global'],
	list: (state) => ({
		count: state.data.checks.value?.length ?? 0,
		rows: layoutKind(state.size) === 'minimal' ? contentRows(state.size) - 1 : contentRows(state.size) - 2,
		list: checkList(state),
		with: (list) => withCheckList(state, list),
	}),
	View,
	minimal: (state, theme, rows) => {
		const check = selectedCheck(state);
		if (state.screens.doctor.detail && check !== undefined)
			return [line(span(check.title, toneOf(check))), ...explainLines(check, state.size.columns)];
		return [line(span(title(state), 'title')), ...listLines(state, theme, rows - 1).lines];
	},
};
