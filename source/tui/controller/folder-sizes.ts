import type { UiServices } from '../ports.ts';
import { selectedNode } from '../screens/snapshots/Snapshots.tsx';
import type { UiState } from '../store/state.ts';
import type { Store } from '../store/store.ts';

/** The cursor has to rest so long on a folder before it is added up, in ms. */
const restMs = 300;
/** How long adding up may take, in ms. */
const limitMs = 10 * 60_000;
/** A snapshot of fewer files is added up as a whole, once; of a larger one only the folder that is looked at. */
const smallSnapshot = 50_000;

/** @returns the folder that would have to be added up for what is looked at now; undefined: nothing */
function folderToSize(state: UiState): { readonly path: string; readonly levels: number } | undefined {
	const screen = state.screens.snapshots;
	const node = selectedNode(state);
	if (state.active !== 'snapshots' || screen.pane !== 'side' || node === undefined) return undefined;
	if (!node.entry.directory || screen.sizes[node.entry.path] !== undefined) return undefined;
	const files = state.data.snapshots.value?.find((one) => one.id === screen.open)?.files;
	if (files === undefined || files > smallSnapshot) return { path: node.entry.path, levels: 1 };
	const root = screen.tree.find(
		(one) => one.depth === 0 && `${node.entry.path}/`.startsWith(`${one.entry.path}/`),
	);
	return { path: root?.entry.path ?? node.entry.path, levels: Number.POSITIVE_INFINITY };
}

/**
 * Adds up the folder the cursor rests on, one at a time; what the cursor has left is given up. A snapshot of a million
 * files is never read as a whole.
 *
 * @returns a function to be called when the state has changed
 */
export function createFolderSizer(store: Store, services: UiServices, ended: AbortSignal): () => void {
	let going: { readonly key: string; readonly stop: AbortController } | undefined;

	const put = (fields: Partial<UiState['screens']['snapshots']>) =>
		store.dispatchLater({
			type: 'screen',
			screen: { ...store.state().screens.snapshots, ...fields },
		});

	const begin = (id: string, path: string, levels: number, stop: AbortController) => {
		const work = services.snapshots?.folderSizes;
		if (work === undefined) return;
		const signal = AbortSignal.any([ended, stop.signal, AbortSignal.timeout(limitMs)]);
		put({ sizing: path });
		work(id, path, levels, signal)
			.then((found) => {
				const { open, sizes } = store.state().screens.snapshots;
				if (!signal.aborted && open === id) put({ sizes: { ...sizes, ...found }, sizing: '' });
			})
			// Sizes are an extra: without them the tree is as good as before.
			.catch(() => put({ sizing: '' }));
	};

	return () => {
		const state = store.state();
		const { open } = state.screens.snapshots;
		const wanted = ended.aborted || open === undefined ? undefined : folderToSize(state);
		const key = wanted === undefined ? undefined : `${open}:${wanted.path}`;
		if (key === going?.key) return;
		going?.stop.abort();
		going = undefined;
		if (key === undefined || wanted === undefined || open === undefined) return;
		const stop = new AbortController();
		going = { key, stop };
		const timer = setTimeout(() => begin(open, wanted.path, wanted.levels, stop), restMs);
		stop.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
	};
}
