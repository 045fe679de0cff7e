import type { BigIntStats } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';

interface Entry {
	/** Path below the root as latin1 text of its bytes, so that names that are not UTF-8 stay apart. */
	readonly path: string;
	readonly stats: BigIntStats;
	readonly absolute: Buffer;
}

export interface CompareOptions {
	/** Do not compare the roots themselves (their time changes when something is made beside them). */
	readonly skipRoot?: boolean;
	/** Leave out entries whose relative path this accepts. */
	readonly ignore?: (path: string) => boolean;
}

async function walk(root: Buffer, path: string, found: Entry[]): Promise<void> {
	const absolute = path === '' ? root : Buffer.concat([root, Buffer.from(`/${path}`, 'latin1')]);
	const stats = await lstat(absolute, { bigint: true });
	found.push({ path, stats, absolute });
	if (!stats.isDirectory()) return;
	const names = await readdir(absolute, { encoding: 'buffer' });
	for (const name of names.map((bytes) => bytes.toString('latin1')).sort())
		await walk(root, path === '' ? name : `${path}/${name}`, found);
}

/** First path of each hard-linked file, so that link groups can be compared without inode numbers. */
function linkGroups(entries: readonly Entry[]): ReadonlyMap<string, string> {
	const first = new Map<string, string>();
	const groups = new Map<string, string>();
	for (const { path, stats } of entries) {
		if (stats.isDirectory() || stats.nlink < 2n) continue;
		const key = `${stats.dev}:${stats.ino}`;
		if (!first.has(key)) first.set(key, path);
		groups.set(path, first.get(key) ?? path);
	}
	return groups;
}

const kind = (stats: BigIntStats) => (stats.mode & 0o170000n).toString(8);
const mode = (stats: BigIntStats) => (stats.mode & 0o7777n).toString(8);

async function differences(a: Entry, b: Entry): Promise<string[]> {
	const say = (what: string, left: unknown, right: unknown) =>
		left === right ? [] : [`${a.path || '.'}: ${what} ${left} != ${right}`];
	const type = say('type', kind(a.stats), kind(b.stats));
	if (type.length > 0) return type;
	const found = [
		...say('mode', mode(a.stats), mode(b.stats)),
		...say('owner', `${a.stats.uid}:${a.stats.gid}`, `${b.stats.uid}:${b.stats.gid}`),
		...say('mtime', a.stats.mtimeNs, b.stats.mtimeNs),
		...say('device', a.stats.rdev, b.stats.rdev),
	];
	if (a.stats.isSymbolicLink())
		found.push(...say('target', await readlink(a.absolute), await readlink(b.absolute)));
	if (!a.stats.isFile()) return found;
	if (a.stats.size !== b.stats.size) return [...found, ...say('size', a.stats.size, b.stats.size)];
	const same = (await readFile(a.absolute)).equals(await readFile(b.absolute));
	return same ? found : [...found, `${a.path}: content differs`];
}

/**
 * Compares two directory trees: names as bytes, types, content, modes, owners, modification times (ns), link
 * targets, devices and hard-link groups.
 *
 * @returns one line per difference; empty when they are the same
 */
export async function compareTrees(
	a: string,
	b: string,
	options: CompareOptions = {},
): Promise<readonly string[]> {
	const list = async (root: string) => {
		const found: Entry[] = [];
		await walk(Buffer.from(root), '', found);
		return found.filter(
			({ path }) => !(path === '' && options.skipRoot === true) && options.ignore?.(path) !== true,
		);
	};
	const [left, right] = [await list(a), await list(b)];
	const [leftLinks, rightLinks] = [linkGroups(left), linkGroups(right)];
	const others = new Map(right.map((entry) => [entry.path, entry]));
	const found: string[] = [];
	for (const entry of left) {
		const other = others.get(entry.path);
		others.delete(entry.path);
		if (other === undefined) found.push(`${entry.path}: missing in ${b}`);
		else found.push(...(await differences(entry, other)));
		if (leftLinks.get(entry.path) !== rightLinks.get(entry.path))
			found.push(`${entry.path}: hard links differ`);
	}
	return [...found, ...[...others.keys()].map((path) => `${path}: missing in ${a}`)];
}
