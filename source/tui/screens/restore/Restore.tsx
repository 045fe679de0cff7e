import { Panel } from '../../components/Panel.tsx';
import { contentRows } from '../../layout.ts';
import type { UiState } from '../../store/state.ts';
import { line, span } from '../../text/line.ts';
import type { ScreenModule, ViewProperties } from '../screen-module.ts';
import {
	restorableStacks,
	snapshotChoices,
	sourceChoices,
	stepLines,
	stepsLine,
	stepTitle,
} from './step-lines.ts';

/** @returns how many choices the step has */
export function choiceCount(state: UiState): number {
	const { step, request, remotes } = state.screens.restore;
	if (step === 'source') return sourceChoices(remotes).length;
	if (step !== 'what') return 0;
	return request.stack === '' ? restorableStacks(state).length : snapshotChoices(state).length;
}

function View({ state, theme, columns, rows }: ViewProperties) {
	const screen = state.screens.restore;
	const title = `Restore${screen.request.stack === '' ? '' : `: ${screen.request.stack}`}`;
	const lines = [
		stepsLine(screen.step, theme),
		[],
		...stepLines(state, screen.remotes, columns - 2, rows - 5, theme),
	];
	return <Panel title={title} lines={lines} width={columns} height={rows} focused />;
}

/** The way back, step by step; nothing is written before the last one. */
export const restore: ScreenModule = {
	contexts: () => ['restore', 'list', 'global'],
	list: (state) => ({
		count: choiceCount(state),
		rows: contentRows(state.size) - 7,
		list: state.screens.restore.list,
		with: (list) => ({ ...state.screens.restore, list }),
	}),
	View,
	minimal: (state, theme, rows) => [
		line(span(stepTitle(state.screens.restore.step), 'title')),
		...stepLines(state, state.screens.restore.remotes, state.size.columns, rows - 1, theme),
	],
};
