import { type Files, type Inventory, type Kind, uploadOrder } from './layout.ts';

/** What one sync has to do, by kind. Sizes in bytes. */
export interface MirrorPlan {
	/** Missing on the remote, or there with another size. */
	readonly uploads: Readonly<Record<Kind, ReadonlyMap<string, number>>>;
	/** On the remote, no longer in the source. `config` is never among them. */
	readonly deletes: Readonly<Record<Kind, readonly string[]>>;
	/** Same name, other size: one of the two sides is damaged, or an upload was cut. */
	readonly resized: readonly string[];
	/** Unfinished uploads of earlier runs on the remote. */
	readonly leftovers: readonly string[];
	readonly uploadBytes: number;
	readonly uploadFiles: number;
	readonly deleteFiles: number;
}

function missingFiles(source: ReadonlyMap<string, number>, remote: ReadonlyMap<string, number>) {
	const missing = new Map<string, number>();
	for (const [path, size] of source) if (remote.get(path) !== size) missing.set(path, size);
	return missing;
}

function byKind<T>(make: (kind: Kind) => T): Record<Kind, T> {
	return {
		data: make('data'),
		index: make('index'),
		keys: make('keys'),
		snapshots: make('snapshots'),
		config: make('config'),
	};
}

/** Compares the source with the remote by name and size: file names are hashes, so equal names mean equal content. */
export function planMirror(source: Inventory, remote: Inventory): MirrorPlan {
	const uploads = byKind((kind) => missingFiles(source.files[kind], remote.files[kind]));
	const gone = (kind: Kind) => [...remote.files[kind].keys()].filter((path) => !source.files[kind].has(path));
	const deletes = byKind((kind) => (kind === 'config' ? [] : gone(kind)));
	const resized = uploadOrder.flatMap((kind) =>
		[...uploads[kind].keys()].filter((path) => remote.files[kind].has(path)),
	);
	return {
		uploads,
		deletes,
		resized,
		leftovers: [...remote.temporary.filter((path) => path.endsWith('.partial')), ...remote.incoming],
		uploadBytes: sumSizes(uploads),
		uploadFiles: uploadOrder.reduce((sum, kind) => sum + uploads[kind].size, 0),
		deleteFiles: uploadOrder.reduce((sum, kind) => sum + deletes[kind].length, 0),
	};
}

function sumSizes(files: Files): number {
	let sum = 0;
	for (const kind of uploadOrder) for (const size of files[kind].values()) sum += size;
	return sum;
}

/** True when the remote has all the source has, and nothing is to be removed from it. */
export function nothingToDo(plan: MirrorPlan): boolean {
	return plan.uploadFiles === 0 && plan.deleteFiles === 0 && plan.leftovers.length === 0;
}
