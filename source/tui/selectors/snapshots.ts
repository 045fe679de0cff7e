import type { SnapshotEntry } from '../ports.ts';
import type { TreeNode, UiState } from '../store/state.ts';

let remembered: { readonly key: readonly unknown[]; readonly rows: readonly SnapshotEntry[] } | undefined;

/** @returns the snapshots that match the filter, newest first */
export function snapshotRows(state: UiState): readonly SnapshotEntry[] {
	const { value } = state.data.snapshots;
	const { filter } = state.screens.snapshots;
	const key = [value, filter];
	if (remembered?.key.every((part, index) => part === key[index])) return remembered.rows;
	const wanted = filter.toLowerCase();
	const rows = (value ?? []).filter(
		(one) =>
			wanted === '' ||
			one.stack.toLowerCase().includes(wanted) ||
			one.id.startsWith(wanted) ||
			one.host.toLowerCase().includes(wanted) ||
			one.tags.some((tag) => tag.toLowerCase().includes(wanted)),
	);
	remembered = { key, rows };
	return rows;
}

/** @returns the snapshot of the same stack and host before this one */
export function previousSnapshot(state: UiState, snapshot: SnapshotEntry): SnapshotEntry | undefined {
	return (state.data.snapshots.value ?? []).find(
		(one) => one.stack === snapshot.stack && one.host === snapshot.host && one.time < snapshot.time,
	);
}

/** @returns the tree with the children of a folder put below it */
export function withChildren(
	tree: readonly TreeNode[],
	path: string,
	children: readonly TreeNode['entry'][],
): readonly TreeNode[] {
	const index = tree.findIndex((node) => node.entry.path === path);
	const node = tree[index];
	if (node === undefined) return tree;
	const below = children.map((entry) => ({ entry, depth: node.depth + 1, open: false, loading: false }));
	return [
		...tree.slice(0, index),
		{ ...node, open: true, loading: false },
		...below,
		...tree.slice(index + 1),
	];
}

/** @returns the tree with a folder closed: everything below it is let go */
export function folded(tree: readonly TreeNode[], path: string): readonly TreeNode[] {
	const index = tree.findIndex((node) => node.entry.path === path);
	const node = tree[index];
	if (node === undefined) return tree;
	let end = index + 1;
	while (end < tree.length && (tree[end]?.depth ?? 0) > node.depth) end += 1;
	return [...tree.slice(0, index), { ...node, open: false, loading: false }, ...tree.slice(end)];
}
