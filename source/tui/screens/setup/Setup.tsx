import { Box } from 'ink';
import { inputLine } from '../../components/input-line.ts';
import { Panel } from '../../components/Panel.tsx';
import { splitColumns } from '../../layout.ts';
import type { SetupHint } from '../../ports.ts';
import type { SetupScreen, UiState } from '../../store/state.ts';
import { wrapCells } from '../../text/cells.ts';
import { type Line, line, span, type Tone } from '../../text/line.ts';
import type { Theme } from '../../theme.ts';
import type { ScreenModule, ViewProperties } from '../screen-module.ts';
import { fieldOf, saveStep, setupFields } from './steps.ts';

const titles = ['Tools', ...setupFields.map((field) => field.title), 'Save'];

/** @returns the step at work as a title: `Setup 3/7: Repository` */
function stepTitle(step: number): string {
	return `Setup ${step + 1}/${titles.length}: ${titles[step] ?? ''}`;
}

function stepsLine(step: number, theme: Theme): Line {
	return line(
		' ',
		...titles.map((title, index) => {
			const text = `${index + 1} ${title}`;
			if (index < step) return span(`${theme.symbols.ok}${title}  `, 'ok');
			return index === step
				? { text: `>${text} `, tone: 'accent' as const, bold: true }
				: span(` ${text} `, 'muted');
		}),
	);
}

const tones: Readonly<Record<SetupHint['level'], Tone>> = {
	ok: 'ok',
	warning: 'warning',
	bad: 'bad',
	info: 'plain',
};

function hintLines(screen: SetupScreen, width: number, theme: Theme): Line[] {
	const { symbols } = theme;
	const marks = { ok: symbols.ok, warning: symbols.warning, bad: symbols.bad, info: symbols.never };
	const { value = [], loading, trouble } = screen.hints;
	if (trouble !== undefined) return [line(span(`  ${trouble.message}`, 'bad'))];
	if (value.length === 0 && loading) return [line(span('  looking …', 'muted'))];
	return value.flatMap((hint) =>
		wrapCells(hint.text, width - 4).map((text, index) =>
			line(
				span(`  ${index === 0 ? marks[hint.level] : ' '} `, tones[hint.level]),
				span(text, tones[hint.level]),
			),
		),
	);
}

/** The schedule is the one thing that lies outside the program's own files: its files are shown, and written after a `y`. */
function scheduleLines({ schedule }: SetupScreen, width: number, theme: Theme): Line[] {
	if (schedule === undefined) return [];
	const { lines, state } = schedule;
	const wrapped = lines.flatMap((text) => wrapCells(text, width - 6).map((row) => line(`      ${row}`)));
	if (state === 'installed') return [line(span(`  ${theme.symbols.ok} `, 'ok'), lines.join(' '))];
	if (state === 'by-hand') return [[], line('  The schedule:'), ...wrapped];
	const question =
		state === 'installing'
			? line('  Turning the schedule on ...')
			: line('  ', span('y', 'accent'), ' writes them. Later: backup-tui schedule install');
	return [[], line('  The schedule would be these files:'), ...wrapped, question];
}

const whatNext =
	'Enter opens the program. Then: 2, Space turns stacks on; 1, B makes the first backup; 4, R restores something of it into a new folder: only that proves a backup.';

/** The end on a small terminal: first what is shown only once, then what a key would write. */
function doneInShort(screen: SetupScreen, width: number, theme: Theme): Line[] {
	const lines: Line[] = [];
	if (screen.password !== undefined)
		lines.push(
			line('Password, shown only here:'),
			line({ text: screen.password, bold: true, tone: 'accent' }),
			line('Write it down now.'),
		);
	lines.push(...scheduleLines(screen, width, theme).filter((one) => one.length > 0));
	return [...lines, ...screen.saving.map((text) => line(span(`${theme.symbols.ok} `, 'ok'), text))];
}

function saveLines(screen: SetupScreen, width: number, theme: Theme): Line[] {
	const lines: Line[] = screen.saving.map((text) => line(span(`  ${theme.symbols.ok} `, 'ok'), text));
	if (screen.trouble !== undefined) {
		for (const text of wrapCells(screen.trouble.message, width - 4))
			lines.push(line(span(`  ${text}`, 'bad')));
		if (screen.trouble.hint !== undefined) lines.push(line(span(`  ${screen.trouble.hint}`, 'muted')));
	}
	if (screen.password !== undefined) {
		lines.push([], line('  The password of the repository. Write it down now, it is shown only here:'));
		lines.push([], line('      ', { text: screen.password, bold: true, tone: 'accent' }), []);
	}
	if (screen.done) {
		lines.push(...scheduleLines(screen, width, theme));
		lines.push([], ...wrapCells(whatNext, width - 4).map((row) => line(`  ${row}`)));
		return lines;
	}
	if (screen.saving.length === 0)
		lines.push(
			...wrapCells(`Enter writes ${screen.configFile} and makes what is not there yet.`, width - 2).map(
				(row) => line(`  ${row}`),
			),
			line(span('  Nothing has been written so far.', 'muted')),
		);
	return lines;
}

function lines(state: UiState, width: number, theme: Theme): Line[] {
	const screen = state.screens.setup;
	const field = fieldOf(screen.step);
	const head: Line[] = [stepsLine(screen.step, theme), []];
	if (screen.step === saveStep) return [...head, ...saveLines(screen, width, theme)];
	if (field === undefined) {
		const older =
			screen.olderConfig === undefined
				? []
				: [
						[],
						line(
							`  Found a config of the older program: ${screen.olderConfig}   `,
							span('m', 'accent'),
							' imports it',
						),
					];
		return [
			...head,
			line('  What is needed:'),
			[],
			...hintLines(screen, width, theme),
			...older,
			[],
			line('  Enter goes on.'),
		];
	}
	return [
		...head,
		...wrapCells(field.question, width - 2).map((row) => line(`  ${row}`)),
		[],
		inputLine('  > ', screen.input, width, theme),
		[],
		...hintLines(screen, width, theme),
		[],
		...field.help.flatMap((text) => wrapCells(text, width - 2).map((row) => line(span(`  ${row}`, 'muted')))),
	];
}

/** @returns what the config will say, without comments and sections that say nothing */
function previewRows(preview: string): readonly string[] {
	const rows = preview.split('\n').filter((text) => text !== '' && !text.startsWith('#'));
	const begins = (text: string | undefined) => text === undefined || text.startsWith('[');
	return rows.filter((text, index) => !(begins(text) && begins(rows[index + 1])));
}

function View({ state, theme, columns, rows, wide }: ViewProperties) {
	const screen = state.screens.setup;
	const [left, right] = wide || screen.step === saveStep ? splitColumns(columns) : [columns, 0];
	const withPreview = wide && right > 0;
	const width = withPreview ? left : columns;
	const title = screen.done ? 'First run: done' : 'First run: nothing is written before the last step';
	const preview = previewRows(screen.preview).map((text) => line(text));
	const body = lines(state, width - 2, theme);
	const shown =
		!withPreview && screen.step === saveStep && screen.saving.length === 0
			? [...body, [], ...preview.map((one) => [span('    '), ...one])]
			: body;
	return (
		<Box>
			<Panel title={title} lines={shown} width={width} height={rows} focused />
			{withPreview && <Panel title={screen.configFile} lines={preview} width={right} height={rows} />}
		</Box>
	);
}

/** The first start: from nothing to a config, a password and a repository. */
export const setup: ScreenModule = {
	contexts: () => ['setup', 'global'],
	View,
	minimal: (state, theme) => {
		const screen = state.screens.setup;
		const { columns } = state.size;
		return screen.done
			? doneInShort(screen, columns, theme)
			: [line(span(stepTitle(screen.step), 'title')), ...lines(state, columns, theme).slice(2)];
	},
};
