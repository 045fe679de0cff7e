import { Box } from 'ink';
import { Panel } from '../../components/Panel.tsx';
import { contentRows, layoutKind } from '../../layout.ts';
import type { SnapshotEntry } from '../../ports.ts';
import { snapshotRows } from '../../selectors/snapshots.ts';
import type { TreeNode, UiState } from '../../store/state.ts';
import { wrapCells } from '../../text/cells.ts';
import { type Line, line, span } from '../../text/line.ts';
import type { Theme } from '../../theme.ts';
import { fitList, visibleRange } from '../../widgets/list.ts';
import type { FocusedList, ScreenModule, ViewProperties } from '../screen-module.ts';
import { snapshotLine, stackNames, treeLine } from './lines.ts';

/** @returns the snapshot the cursor is on */
export function selectedSnapshot(state: UiState): SnapshotEntry | undefined {
	const rows = snapshotRows(state);
	return rows[fitList(state.screens.snapshots.list, rows.length, 1).cursor];
}

/** @returns the file or folder the cursor is on */
export function selectedNode(state: UiState): TreeNode | undefined {
	const { tree, treeList } = state.screens.snapshots;
	return tree[fitList(treeList, tree.length, 1).cursor];
}

/** Rows of the two panes, borders left out. */
function paneRows(state: UiState): { readonly list: number; readonly tree: number } {
	const rows = contentRows(state.size);
	const kind = layoutKind(state.size);
	if (kind === 'minimal') return { list: rows - 1, tree: rows - 1 };
	if (kind === 'wide' || state.zoom) return { list: rows - 2, tree: rows - 2 };
	const list = state.screens.snapshots.open === undefined ? rows : Math.max(5, Math.floor(rows * 0.38));
	return { list: list - 2, tree: rows - list - 2 };
}

function title(state: UiState): string {
	const { value, loading } = state.data.snapshots;
	const rows = snapshotRows(state);
	const { filter, marked } = state.screens.snapshots;
	const of =
		value === undefined
			? ''
			: rows.length === value.length
				? `${rows.length}`
				: `${rows.length} of ${value.length}`;
	return [
		`Snapshots: ${of}${loading ? ' looking …' : ''}`,
		...(filter === '' ? [] : [`filter: ${filter}`]),
		...(marked.length === 0 ? [] : [`${marked.length} marked`]),
	].join('   ');
}

function listLines(
	state: UiState,
	theme: Theme,
	width: number,
	height: number,
): { lines: Line[]; selected: number } {
	const rows = snapshotRows(state);
	const screen = state.screens.snapshots;
	const list = fitList(screen.list, rows.length, height);
	const { from, to } = visibleRange(list, rows.length, height);
	const names = stackNames(rows, width);
	const lines = rows.slice(from, to).map((one, index) =>
		snapshotLine(
			one,
			{
				selected: from + index === list.cursor,
				marked: screen.marked.includes(one.id),
				names,
				now: state.now,
				narrow: layoutKind(state.size) === 'minimal',
			},
			theme,
		),
	);
	const { trouble, loading, value } = state.data.snapshots;
	if (trouble !== undefined) {
		lines.push(...wrapCells(trouble.message, width).map((row) => line(span(row, 'bad'))));
		lines.push(...wrapCells(trouble.hint ?? '', width).map((row) => line(span(row, 'muted'))));
	} else if (rows.length === 0) {
		const text =
			loading && value === undefined
				? 'asking restic …'
				: screen.filter === ''
					? 'No snapshot yet: B on Home backs up'
					: 'no snapshot matches';
		lines.push(line(span(text, 'muted')));
	}
	return { lines, selected: rows.length === 0 ? -1 : list.cursor - from };
}

function treeTitle(state: UiState): string {
	const { open, markedPaths } = state.screens.snapshots;
	const snapshot = state.data.snapshots.value?.find((one) => one.id === open);
	const marked = markedPaths.length === 0 ? '' : `   ${markedPaths.length} marked`;
	return snapshot === undefined ? 'Files' : `${snapshot.shortId}: ${snapshot.stack}${marked}`;
}

function treeLines(
	state: UiState,
	theme: Theme,
	width: number,
	height: number,
): { lines: Line[]; selected: number } {
	const { tree, treeList, markedPaths, treeTrouble, treeLoading, open, sizes, sizing } =
		state.screens.snapshots;
	if (open === undefined)
		return { lines: [line(span('Enter opens the files of a snapshot', 'muted'))], selected: -1 };
	const list = fitList(treeList, tree.length, height);
	const { from, to } = visibleRange(list, tree.length, height);
	const lines = tree.slice(from, to).map((node, index) =>
		treeLine(
			node,
			{
				selected: from + index === list.cursor,
				marked: markedPaths.includes(node.entry.path),
				width,
				bytes: sizes[node.entry.path],
				sizing: sizing !== '' && sizing === node.entry.path,
			},
			theme,
		),
	);
	if (treeTrouble !== undefined) lines.push(line(span(treeTrouble.message, 'bad')));
	if (treeLoading && tree.length === 0) lines.push(line(span('reading …', 'muted')));
	return { lines, selected: tree.length === 0 ? -1 : list.cursor - from };
}

function View({ state, theme, columns, rows, wide }: ViewProperties) {
	const screen = state.screens.snapshots;
	const onTree = screen.pane === 'side';
	const heights = paneRows(state);
	const sideBySide = wide && !state.zoom;
	const left = sideBySide ? Math.min(74, Math.floor(columns * 0.46)) : columns;
	const listPanel = (width: number, height: number) => {
		const { lines, selected } = listLines(state, theme, width - 2, height - 2);
		return (
			<Panel
				title={title(state)}
				lines={lines}
				width={width}
				height={height}
				selected={onTree ? undefined : selected}
				focused={!onTree}
			/>
		);
	};
	const treePanel = (width: number, height: number) => {
		const { lines, selected } = treeLines(state, theme, width - 2, height - 2);
		return (
			<Panel
				title={treeTitle(state)}
				lines={lines}
				width={width}
				height={height}
				selected={onTree ? selected : undefined}
				focused={onTree}
			/>
		);
	};
	if (state.zoom) return onTree ? treePanel(columns, rows) : listPanel(columns, rows);
	if (sideBySide) {
		return (
			<Box>
				{listPanel(left, rows)}
				{treePanel(columns - left, rows)}
			</Box>
		);
	}
	return (
		<Box flexDirection="column">
			{listPanel(columns, heights.list + 2)}
			{screen.open !== undefined && treePanel(columns, heights.tree + 2)}
		</Box>
	);
}

function focusedList(state: UiState): FocusedList {
	const screen = state.screens.snapshots;
	const rows = paneRows(state);
	if (screen.pane === 'side') {
		return {
			count: screen.tree.length,
			rows: rows.tree,
			list: screen.treeList,
			with: (treeList) => ({ ...screen, treeList }),
		};
	}
	return {
		count: snapshotRows(state).length,
		rows: rows.list,
		list: screen.list,
		with: (list) => ({ ...screen, list }),
	};
}

/** What the repository holds, down to single files. */
export const snapshots: ScreenModule = {
	contexts: () => ['snapshots', 'list', 'global'],
	list: focusedList,
	View,
	minimal: (state, theme, rows) => {
		const onTree = state.screens.snapshots.pane === 'side';
		const { lines } = onTree
			? treeLines(state, theme, state.size.columns, rows - 1)
			: listLines(state, theme, state.size.columns, rows - 1);
		return [line(span(onTree ? treeTitle(state) : title(state), 'title')), ...lines];
	},
};
