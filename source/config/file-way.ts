import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { FileFacts } from './file-trust.ts';

const mostLinks = 40;

/**
 * Looks at everything on the way to a file: every directory, every symbolic link with the way to its target,
 * and the file itself, last.
 *
 * @param path absolute
 * @throws the error of lstat(2) where something is missing or may not be looked at
 */
export function factsOnTheWay(path: string): readonly FileFacts[] {
	const seen = new Map<string, FileFacts>();
	let links = 0;
	const look = (target: string): string => {
		let current = '/';
		record(seen, current, lstatSync(current));
		for (const name of resolve(target)
			.split('/')
			.filter((part) => part !== '')) {
			const next = join(current, name);
			const stats = lstatSync(next);
			record(seen, next, stats);
			if (!stats.isSymbolicLink()) {
				current = next;
				continue;
			}
			links++;
			if (links > mostLinks) throw Object.assign(new Error(`too many links: ${path}`), { code: 'ELOOP' });
			current = look(resolve(dirname(next), readlinkSync(next)));
		}
		return current;
	};
	const last = look(path);
	const file = seen.get(last);
	return [...[...seen.values()].filter((facts) => facts !== file), ...(file === undefined ? [] : [file])];
}

function record(seen: Map<string, FileFacts>, path: string, stats: Stats): void {
	seen.set(path, { path, ...factsOf(stats) });
}

/** Kind, owner and permission bits out of a stat result. */
export function factsOf(stats: Stats): Omit<FileFacts, 'path'> {
	const kind = stats.isFile()
		? 'file'
		: stats.isDirectory()
			? 'directory'
			: stats.isSymbolicLink()
				? 'link'
				: 'other';
	return { kind, uid: stats.uid, mode: stats.mode & 0o7777 };
}
