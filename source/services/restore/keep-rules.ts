import { closeSync, constants, openSync, readSync } from 'node:fs';
import { excludingPattern } from '../../stacks/exclude-pattern.ts';
import { isInside } from '../../stacks/path-inside.ts';
import {
	childOf,
	keyOf,
	type LeftOver,
	type LiveEntry,
	type LivePath,
	lstatLive,
	namesIn,
	textOf,
} from './live-tree.ts';

/** What `--delete` never deletes, whatever the snapshot has: what the backup left out, and what no safety snapshot holds. */
export interface KeepRules {
	/** restic patterns on paths as they are in the snapshot. */
	readonly patterns: readonly string[];
	/** Folders with a CACHEDIR.TAG were left out. */
	readonly caches: boolean;
	/** `NAME[:HEADER]` of a file that left its folder out; empty = none. */
	readonly ifPresent: string;
	/** Other file systems were left out; where they were not, those that the snapshot has nothing of still are. */
	readonly otherFileSystems: boolean;
	/** Mount points of this host. */
	readonly mountPoints: readonly string[];
	/** Only what was made after this time is deleted (ms UTC): what was there before was left out, for whatever reason. */
	readonly bornAfter: number | undefined;
	/** Paths of this host that are none of the stack's: other stacks, what was not copied, our own files. */
	readonly others: readonly string[];
}

/** What is known once the safety snapshot is proven. */
export interface Proven {
	/** Keys of paths that it does not hold as they are. */
	readonly unproven: ReadonlySet<string>;
	/** When it was compared (ns UTC): what has changed since is not in it. */
	readonly at: bigint;
}

export interface ExtraVisit {
	/** A folder after everything in it. */
	readonly remove: (entry: LiveEntry) => void;
	readonly keep: (path: LivePath, why: string) => void;
}

const cacheTag = 'CACHEDIR.TAG';
/** @see https://bford.info/cachedir/ */
const cacheSignature = 'Signature: 8a477f597d28d172789f06886806bc55';

/** @returns the names that mark a folder as left out, with the header that such a file must have */
function marksOf({ caches, ifPresent }: KeepRules): readonly (readonly [string, string])[] {
	const colon = ifPresent.indexOf(':');
	const own: readonly [string, string] =
		colon < 0 ? [ifPresent, ''] : [ifPresent.slice(0, colon), ifPresent.slice(colon + 1)];
	return [...(caches ? [[cacheTag, cacheSignature] as const] : []), ...(own[0] === '' ? [] : [own])];
}

/** @returns names that mark a folder, to be looked for in the snapshot as well */
export function markNames(rules: KeepRules): readonly string[] {
	return marksOf(rules).map(([name]) => name);
}

function beginsWith(path: LivePath, header: string): boolean {
	if (header === '') return true;
	try {
		const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		try {
			const bytes = Buffer.alloc(Buffer.byteLength(header));
			return readSync(file, bytes) === bytes.length && bytes.toString() === header;
		} finally {
			closeSync(file);
		}
	} catch {
		return true;
	}
}

/** @returns the name of the file that leaves this folder out */
function markIn(folder: LivePath, rules: KeepRules): string | undefined {
	return marksOf(rules).find(([name, header]) => {
		const path = childOf(folder, name);
		return isThereAtAll(path) && beginsWith(path, header);
	})?.[0];
}

function isThereAtAll(path: LivePath): boolean {
	try {
		return lstatLive(path) !== undefined;
	} catch {
		return true;
	}
}

/** @returns why an entry that only this host has stays, or undefined */
function reasonToKeep(
	rules: KeepRules,
	proven: Proven | undefined,
	{ path, stats }: LiveEntry,
	at: string,
): string | undefined {
	const text = textOf(path);
	const other = rules.others.find((one) => isInside(text, one));
	if (other !== undefined) return `${other} is not part of it`;
	if (stats.isSocket()) return 'a socket holds no data';
	const pattern = excludingPattern(at, rules.patterns) ?? excludingPattern(text, rules.patterns);
	if (pattern !== undefined) return `EXCLUDE ${pattern}`;
	if (rules.mountPoints.includes(text)) return 'another file system is mounted there';
	const { birthtimeNs, ctimeNs } = stats;
	if (rules.bornAfter !== undefined && birthtimeNs <= BigInt(Math.trunc(rules.bornAfter)) * 1_000_000n)
		return 'it was there when the snapshot was made, and was left out';
	if (proven === undefined) return undefined;
	if (proven.unproven.has(keyOf(path))) return 'the safety snapshot does not hold it';
	return ctimeNs > proven.at ? 'it is newer than the safety snapshot' : undefined;
}

/** @returns whether it was removed */
function judge(
	rules: KeepRules,
	proven: Proven | undefined,
	path: LivePath,
	at: string,
	visit: ExtraVisit,
): boolean {
	let entry: LiveEntry;
	let names: readonly LivePath[] = [];
	try {
		const stats = lstatLive(path);
		if (stats === undefined) return true;
		entry = { path, stats };
		if (stats.isDirectory()) names = namesIn(path);
	} catch (error) {
		visit.keep(path, (error as Error).message);
		return false;
	}
	const mark = entry.stats.isDirectory() ? markIn(path, rules) : undefined;
	const why = mark === undefined ? reasonToKeep(rules, proven, entry, at) : `it has a ${mark}`;
	if (why !== undefined) {
		visit.keep(path, why);
		return false;
	}
	let all = true;
	for (const name of names)
		all = judge(rules, proven, childOf(path, name), `${at === '/' ? '' : at}/${textOf(name)}`, visit) && all;
	if (all) visit.remove(entry);
	return all;
}

/**
 * Tells what of a folder's extra entries is deleted and what stays, and why. Looks only; what is to be deleted is told
 * bottom up.
 *
 * @param root where the walk began, which may be a mount point itself
 */
export function judgeExtras(
	rules: KeepRules,
	proven: Proven | undefined,
	root: string,
	folder: LeftOver,
	visit: ExtraVisit,
): void {
	if (folder.names.length === 0) return;
	const text = textOf(folder.path);
	const mount = rules.mountPoints.find((one) => one !== root && isInside(one, root) && isInside(text, one));
	const other = rules.others.find((one) => isInside(text, one));
	const [listed] = folder.marked;
	const mark = listed ?? markIn(folder.path, rules);
	const reason =
		mark !== undefined
			? `the folder has a ${mark}`
			: mount !== undefined && (rules.otherFileSystems || (mount === text && folder.empty))
				? `${mount} is another file system`
				: other !== undefined
					? `${other} is not part of it`
					: undefined;
	for (const name of folder.names) {
		const path = childOf(folder.path, name);
		if (reason !== undefined) visit.keep(path, reason);
		else judge(rules, proven, path, `${folder.at === '/' ? '' : folder.at}/${textOf(name)}`, visit);
	}
}
