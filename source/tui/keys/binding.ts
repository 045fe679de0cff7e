/** Where a key counts. `list` is added to every screen that shows one, `global` to all. */
export type KeyContext =
	| 'home'
	| 'stacks'
	| 'run'
	| 'snapshots'
	| 'restore'
	| 'cloud'
	| 'logs'
	| 'doctor'
	| 'setup'
	| 'picker'
	| 'menu'
	| 'list'
	| 'global';

/** One row of the table: footer, help and `docs/ui.md` are drawn from it. */
export interface Binding {
	readonly action: string;
	readonly keys: readonly string[];
	/** The key that does the opposite, shown beside it in the footer. */
	readonly pair?: string;
	/** Two or three words for the footer; empty = only in the help. */
	readonly label: string;
	/** One sentence for the help. */
	readonly help: string;
	readonly contexts: readonly KeyContext[];
	/** `change`: touches containers, repository, remote or files; always an uppercase key unless it can be undone. */
	readonly kind: 'move' | 'look' | 'change';
}
