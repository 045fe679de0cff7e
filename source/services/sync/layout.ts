/** The parts of a restic repository that travel (restic design document, "Repository Layout"). */
export type Kind = 'data' | 'index' | 'keys' | 'snapshots' | 'config';

/** Going up: what refers to something comes after what it refers to. */
export const uploadOrder: readonly Kind[] = ['data', 'index', 'keys', 'snapshots', 'config'];
/** Going away: what refers to something goes before what it refers to. `config` never goes. */
export const deleteOrder: readonly Kind[] = ['snapshots', 'index', 'data', 'keys'];

/** Folder inside the remote's repository that holds what was deleted, by day. restic never looks there. */
export const quarantineFolder = 'quarantine';
/** Folder inside the remote's repository for files on their way, where uploads are not atomic. */
export const incomingFolder = 'incoming';

/** What rclone need not list on a remote. */
export const neverListed: readonly string[] = ['/locks/**', `/${quarantineFolder}/**`];

/** What a path in a repository's folder is. */
export type PathKind = Kind | 'temporary' | 'lock' | 'ours' | 'strange';

const packPath = /^data\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/;
const namedPath = /^(index|keys|snapshots)\/[0-9a-f]{64}$/;
// restic's own unfinished files (`HASH-tmp-123`), rclone's (`HASH.1a2b3c4d.partial`), and hidden files of the system.
const temporaryPath = /-tmp-\d+$|\.partial$|(^|\/)\.[^/]*$/;

/** @param path relative to the repository, with `/` */
export function kindOfPath(path: string): PathKind {
	if (packPath.test(path)) return 'data';
	const named = namedPath.exec(path);
	if (named !== null) return named[1] as Kind;
	if (path === 'config') return 'config';
	if (path.startsWith('locks/')) return 'lock';
	if (path.startsWith(`${quarantineFolder}/`) || path.startsWith(`${incomingFolder}/`)) return 'ours';
	return temporaryPath.test(path) ? 'temporary' : 'strange';
}

/** @returns the SHA-256 that a file's content must have: its name. undefined for `config`, whose name is no hash */
export function expectedHash(path: string): string | undefined {
	const name = path.slice(path.lastIndexOf('/') + 1);
	return /^[0-9a-f]{64}$/.test(name) ? name : undefined;
}

/** Sizes in bytes by path, one map a kind. */
export type Files = Readonly<Record<Kind, ReadonlyMap<string, number>>>;

/** A repository's folder as it was found. */
export interface Inventory {
	readonly files: Files;
	/** Unfinished files. */
	readonly temporary: readonly string[];
	readonly locks: readonly string[];
	/** Files that do not belong into a repository. */
	readonly strange: readonly string[];
	/** Files under `incoming`. */
	readonly incoming: readonly string[];
	/** Files whose inode changed since the time that was asked for; only of a local directory. */
	readonly changed: readonly string[];
}

/** Collects files into an inventory, one by one. */
export class InventoryBuilder {
	readonly #files = {
		data: new Map<string, number>(),
		index: new Map<string, number>(),
		keys: new Map<string, number>(),
		snapshots: new Map<string, number>(),
		config: new Map<string, number>(),
	};
	readonly #other = {
		temporary: [] as string[],
		lock: [] as string[],
		strange: [] as string[],
		ours: [] as string[],
	};
	readonly #changed: string[] = [];

	add(path: string, size: number): void {
		const kind = kindOfPath(path);
		if (kind === 'temporary' || kind === 'lock' || kind === 'strange' || kind === 'ours')
			this.#other[kind].push(path);
		else this.#files[kind].set(path, size);
	}

	noteChanged(path: string): void {
		this.#changed.push(path);
	}

	inventory(): Inventory {
		const { temporary, lock: locks, strange, ours: incoming } = this.#other;
		return { files: this.#files, temporary, locks, strange, incoming, changed: this.#changed };
	}
}

/** Sorts a listing into an inventory. */
export function sortFiles(sizes: Iterable<readonly [string, number]>): Inventory {
	const builder = new InventoryBuilder();
	for (const [path, size] of sizes) builder.add(path, size);
	return builder.inventory();
}

/** @returns number of files, of all kinds or those named */
export function countFiles(files: Files, kinds: readonly Kind[] = uploadOrder): number {
	return kinds.reduce((sum, kind) => sum + files[kind].size, 0);
}

/** @returns their bytes */
export function countBytes(files: Files, kinds: readonly Kind[] = uploadOrder): number {
	let sum = 0;
	for (const kind of kinds) for (const size of files[kind].values()) sum += size;
	return sum;
}
