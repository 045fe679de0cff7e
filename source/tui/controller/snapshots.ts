import type { SnapshotEntry } from '../ports.ts';
import { selectedNode, selectedSnapshot } from '../screens/snapshots/Snapshots.tsx';
import { folded, previousSnapshot, snapshotRows, withChildren } from '../selectors/snapshots.ts';
import type { SnapshotsScreen, TreeNode } from '../store/state.ts';
import { formatWhen } from '../text/times.ts';
import { listStart } from '../widgets/list.ts';
import type { Actions } from './actions.ts';
import { type Controller, toTrouble } from './controller.ts';
import { openRestore } from './restore.ts';
import { askToCheck, askToStart } from './starting.ts';

/** How long restic may take for one look, in ms. */
const limitMs = 5 * 60_000;

const screenOf = (controller: Controller): SnapshotsScreen => controller.state().screens.snapshots;
const bounded = (controller: Controller): AbortSignal =>
	AbortSignal.any([controller.signal, AbortSignal.timeout(limitMs)]);

function root(path: string): TreeNode {
	return {
		entry: { path, name: path, directory: true, link: false, bytes: 0, modified: Number.NaN },
		depth: 0,
		open: false,
		loading: false,
	};
}

/** Loads a folder's entries when it is opened; a snapshot of a million files is never listed as a whole. */
async function openFolder(controller: Controller, path: string): Promise<void> {
	const { snapshots } = controller.services;
	const { open } = screenOf(controller);
	if (snapshots === undefined || open === undefined) return;
	const mark = (change: Partial<TreeNode>) => {
		const screen = screenOf(controller);
		controller.set({
			...screen,
			tree: screen.tree.map((node) => (node.entry.path === path ? { ...node, ...change } : node)),
		});
	};
	mark({ loading: true });
	try {
		const children = await snapshots.children(open, path, bounded(controller));
		const screen = screenOf(controller);
		if (screen.open !== open) return;
		const { treeTrouble: _trouble, ...rest } = screen;
		controller.set({ ...rest, tree: withChildren(screen.tree, path, children), treeLoading: false });
	} catch (error) {
		mark({ loading: false });
		controller.set({ ...screenOf(controller), treeTrouble: toTrouble(error), treeLoading: false });
	}
}

function openSnapshot(controller: Controller, snapshot: SnapshotEntry): void {
	const screen = screenOf(controller);
	if (screen.open === snapshot.id) {
		controller.set({ ...screen, pane: 'side' });
		return;
	}
	const { treeTrouble: _trouble, ...rest } = screen;
	// The manifest lies at the root of the tree, not where it was staged.
	const paths = snapshot.paths.filter((path) => !path.includes('/.backup-tui/'));
	const roots = paths.length === 0 ? ['/'] : paths;
	controller.set({
		...rest,
		open: snapshot.id,
		pane: 'side',
		tree: roots.map(root),
		treeList: listStart,
		treeLoading: true,
		markedPaths: [],
		sizes: {},
	});
	void openFolder(controller, roots[0] ?? '/');
}

function open(controller: Controller): void {
	const { pane } = screenOf(controller);
	const snapshot = selectedSnapshot(controller.state());
	if (pane === 'main') {
		if (snapshot !== undefined) openSnapshot(controller, snapshot);
		return;
	}
	const node = selectedNode(controller.state());
	if (node === undefined || !node.entry.directory || node.loading) return;
	if (node.open) fold(controller);
	else void openFolder(controller, node.entry.path);
}

function fold(controller: Controller): void {
	const screen = screenOf(controller);
	const node = selectedNode(controller.state());
	if (screen.pane === 'main' || node === undefined) return;
	if (node.open) {
		controller.set({ ...screen, tree: folded(screen.tree, node.entry.path) });
		return;
	}
	// On a file or a closed folder: up to the folder it is in.
	const at = screen.tree.indexOf(node);
	const parent = screen.tree.slice(0, at).findLastIndex((one) => one.depth < node.depth);
	if (parent >= 0) controller.set({ ...screen, treeList: { ...screen.treeList, cursor: parent } });
	else controller.set({ ...screen, pane: 'main' });
}

function toggled(list: readonly string[], value: string): readonly string[] {
	return list.includes(value) ? list.filter((one) => one !== value) : [...list, value];
}

function mark(controller: Controller): void {
	const screen = screenOf(controller);
	if (screen.pane === 'main') {
		const snapshot = selectedSnapshot(controller.state());
		if (snapshot !== undefined) controller.set({ ...screen, marked: toggled(screen.marked, snapshot.id) });
		return;
	}
	const node = selectedNode(controller.state());
	if (node !== undefined)
		controller.set({ ...screen, markedPaths: toggled(screen.markedPaths, node.entry.path) });
}

async function showDiff(controller: Controller): Promise<void> {
	const snapshot = selectedSnapshot(controller.state());
	const { snapshots } = controller.services;
	if (snapshot === undefined || snapshots === undefined) return;
	const before = previousSnapshot(controller.state(), snapshot);
	if (before === undefined) {
		controller.say(`${snapshot.shortId} is the first snapshot of ${snapshot.stack || 'its kind'}`);
		return;
	}
	const title = `${before.shortId} -> ${snapshot.shortId}  ${snapshot.stack}`;
	controller.open({ kind: 'diff', title, entries: { loading: true }, summary: '', list: listStart });
	const shown = () => {
		const { dialog } = controller.state();
		return dialog?.kind === 'diff' && dialog.title === title ? dialog : undefined;
	};
	try {
		const diff = await snapshots.diff(before.id, snapshot.id, bounded(controller));
		const dialog = shown();
		const summary = diff.cut ? `${diff.summary} (the list is cut)` : diff.summary;
		if (dialog !== undefined)
			controller.open({ ...dialog, entries: { value: diff.entries, loading: false }, summary });
	} catch (error) {
		const dialog = shown();
		if (dialog !== undefined)
			controller.open({ ...dialog, entries: { trouble: toTrouble(error), loading: false } });
	}
}

function chosen(controller: Controller): readonly SnapshotEntry[] {
	const { marked } = screenOf(controller);
	if (marked.length > 0)
		return (controller.state().data.snapshots.value ?? []).filter((one) => marked.includes(one.id));
	const snapshot = selectedSnapshot(controller.state());
	return snapshot === undefined ? [] : [snapshot];
}

function askToForget(controller: Controller): void {
	const list = chosen(controller);
	const [first] = list;
	if (first === undefined) return;
	const { now } = controller.state();
	const stacks = new Set(list.map((one) => one.stack));
	const name = stacks.size === 1 && first.stack !== '' ? first.stack : 'forget';
	const shown = list.slice(0, 8).map((one) => `${one.shortId}  ${formatWhen(one.time, now)}  ${one.stack}`);
	askToStart(controller, {
		title: `Forget ${list.length} snapshot${list.length === 1 ? '' : 's'}?`,
		lines: [
			...shown,
			...(list.length > 8 ? [`and ${list.length - 8} more`] : []),
			list.length === 1
				? 'It cannot be brought back. Its data goes with the next prune.'
				: 'They cannot be brought back. Their data goes with the next prune.',
		],
		args: ['snapshots', 'forget', ...list.map((one) => one.id), '--confirm', name],
		says: 'Forgetting',
		typeName: name,
	});
}

async function askToPrune(controller: Controller): Promise<void> {
	const { snapshots } = controller.services;
	if (snapshots === undefined) return;
	controller.say('Asking restic what a prune would free …');
	try {
		const text = await snapshots.prunePreview(bounded(controller));
		const lines = text.split('\n').filter((row) => /to delete|total prune|remaining|unused/i.test(row));
		askToStart(controller, {
			title: 'Prune the repository?',
			lines: [
				'Retention is applied, then data no snapshot needs is removed. Now that would be:',
				...lines.slice(0, 10),
			],
			args: ['prune'],
			says: 'Prune started',
		});
	} catch (error) {
		controller.fail(error);
	}
}

export const snapshotsActions: Actions = {
	open,
	unfold: open,
	fold,
	mark,
	'mark-all': (controller) => {
		const screen = screenOf(controller);
		if (screen.pane === 'main')
			controller.set({ ...screen, marked: snapshotRows(controller.state()).map((one) => one.id) });
	},
	'unmark-all': (controller) => controller.set({ ...screenOf(controller), marked: [], markedPaths: [] }),
	pane: (controller) => {
		const screen = screenOf(controller);
		if (screen.open === undefined) open(controller);
		else controller.set({ ...screen, pane: screen.pane === 'main' ? 'side' : 'main' });
	},
	diff: (controller) => void showDiff(controller),
	forget: askToForget,
	prune: (controller) => void askToPrune(controller),
	check: (controller) => askToCheck(controller),
	refresh: (controller) => {
		void controller.load('snapshots');
		controller.say('Asking restic again');
	},
	restore: (controller) => {
		const snapshot = selectedSnapshot(controller.state());
		const screen = screenOf(controller);
		const include = screen.open === snapshot?.id ? screen.markedPaths : [];
		openRestore(controller, snapshot?.stack, snapshot, include);
	},
	'copy-id': (controller) => {
		const screen = screenOf(controller);
		const node = selectedNode(controller.state());
		const snapshot = selectedSnapshot(controller.state());
		if (screen.pane === 'side' && node !== undefined) controller.copy(node.entry.path, 'path');
		else if (snapshot !== undefined) controller.copy(snapshot.id, 'id');
	},
	command: (controller) => {
		const snapshot = selectedSnapshot(controller.state());
		const { runs } = controller.services;
		if (snapshot === undefined || runs === undefined) return;
		const node = screenOf(controller).pane === 'side' ? selectedNode(controller.state()) : undefined;
		const args = ['snapshots', 'ls', snapshot.shortId, ...(node === undefined ? [] : [node.entry.path])];
		controller.copy(runs.commandLine(args), 'command');
	},
	back: (controller) => {
		const screen = screenOf(controller);
		if (screen.pane === 'side') {
			controller.set({ ...screen, pane: 'main' });
			return true;
		}
		if (screen.open === undefined) return false;
		const { open: _open, ...rest } = screen;
		controller.set({ ...rest, tree: [] });
		return true;
	},
};
