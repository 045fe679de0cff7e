/** Adds files up to the sizes of the folders they are in. */
export interface FolderSizes {
	add(file: { readonly path: string; readonly bytes: number }): void;
	/** Bytes by absolute path of the folder. */
	readonly sizes: ReadonlyMap<string, number>;
}

/**
 * The sizes of a folder and of those below it.
 *
 * @param root absolute
 * @param depth levels below the root that are told apart; deeper files count for the folders above them
 */
export function createFolderSizes(root: string, depth: number): FolderSizes {
	const sizes = new Map<string, number>([[root, 0]]);
	const from = root === '/' ? 0 : root.length;
	return {
		sizes,
		add: ({ path, bytes }) => {
			sizes.set(root, (sizes.get(root) ?? 0) + bytes);
			let slash = path.indexOf('/', from + 1);
			for (let level = 0; level < depth && slash > 0; level += 1) {
				const folder = path.slice(0, slash);
				sizes.set(folder, (sizes.get(folder) ?? 0) + bytes);
				slash = path.indexOf('/', slash + 1);
			}
		},
	};
}
