import { Box } from 'ink';
import { Panel } from '../../components/Panel.tsx';
import { layoutKind, splitColumns } from '../../layout.ts';
import type { RemoteStatus } from '../../ports.ts';
import type { RunView } from '../../run/run-view.ts';
import { runningRuns } from '../../selectors/runs.ts';
import type { UiState } from '../../store/state.ts';
import { type Line, line, span } from '../../text/line.ts';
import type { Theme } from '../../theme.ts';
import { fitList } from '../../widgets/list.ts';
import type { ScreenModule, ViewProperties } from '../screen-module.ts';
import { historyLines, statusLines, syncLines } from './remote-lines.ts';

/** @returns the remote the cursor is on */
export function selectedRemote(state: UiState): RemoteStatus | undefined {
	const remotes = state.data.remotes.value ?? [];
	return remotes[fitList(state.screens.cloud.list, remotes.length, 1).cursor];
}

/** @returns the sync that is going on */
function runningSync(state: UiState): RunView | undefined {
	const run = runningRuns(state).find((one) => one.command === 'sync' || one.command === 'restore');
	return run === undefined ? undefined : state.data.views[run.id];
}

/** What to do for a copy that survives this machine, in lines of 40 columns. */
const noRemote: readonly Line[] = [
	line(span('No copy elsewhere: a fire takes all', 'warning')),
	[],
	line('1  rclone config: makes a remote'),
	line('2  e: RCLONE_REMOTE in [cloud_sync]'),
	line('3  backup-tui sync --test: does it work'),
	line('4  backup-tui backup --sync: from now on'),
];

function lines(state: UiState, theme: Theme, width: number): readonly Line[] {
	const { value, trouble, loading } = state.data.remotes;
	if (trouble !== undefined)
		return [line(span(trouble.message, 'bad')), line(span(trouble.hint ?? '', 'muted'))];
	if (value === undefined) return loading ? [line(span('looking …', 'muted'))] : noRemote;
	const sync = runningSync(state);
	const chosen = selectedRemote(state);
	const result: Line[] = [];
	for (const remote of value) {
		if (result.length > 0) result.push([]);
		const own = statusLines(remote, state, theme);
		const marked = value.length > 1 && remote === chosen;
		result.push(
			...own.map((one, index) =>
				marked && index === 0 ? [span(`${theme.symbols.pointer} `, 'accent'), ...one] : one,
			),
		);
	}
	if (sync !== undefined) result.push([], ...syncLines(sync, width, theme));
	return result;
}

function View({ state, theme, columns, rows, wide }: ViewProperties) {
	const chosen = selectedRemote(state);
	const [left, right] = wide && !state.zoom ? splitColumns(columns) : [columns, 0];
	const body = lines(state, theme, left - 2);
	const history = chosen === undefined ? [] : historyLines(chosen, state.now, theme);
	const withHistory =
		right > 0 || history.length === 0 ? body : [...body, [], line(span('History', 'title')), ...history];
	return (
		<Box>
			<Panel title="Cloud copy" lines={withHistory} width={left} height={rows} focused />
			{right > 0 && (
				<Panel title={`History: ${chosen?.name ?? ''}`} lines={history} width={right} height={rows} />
			)}
		</Box>
	);
}

/** The copies elsewhere: how far behind each is. */
export const cloud: ScreenModule = {
	contexts: () => ['cloud', 'list', 'global'],
	list: (state) => ({
		count: state.data.remotes.value?.length ?? 0,
		rows: layoutKind(state.size) === 'minimal' ? 1 : 4,
		list: state.screens.cloud.list,
		with: (list) => ({ ...state.screens.cloud, list }),
	}),
	View,
	minimal: (state, theme) => {
		const sync = runningSync(state);
		return [
			...(sync === undefined ? [] : syncLines(sync, state.size.columns, theme)),
			...lines(state, theme, state.size.columns),
		];
	},
};
