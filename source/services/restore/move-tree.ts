import {
	type BigIntStats,
	chmodSync,
	lchownSync,
	lstatSync,
	mkdirSync,
	readdirSync,
	rmSync,
	utimesSync,
} from 'node:fs';
import { goText } from './live-tree.ts';
import { moveOrCopy } from './move-or-copy.ts';

// Names are bytes all the way: a name that is not UTF-8 would otherwise become another one.
type BytePath = Buffer;

function below(folder: BytePath, name: Buffer): BytePath {
	return Buffer.concat([folder, Buffer.from('/'), name]);
}

function lstatOrNothing(path: BytePath): BigIntStats | undefined {
	try {
		return lstatSync(path, { bigint: true });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
}

function moveOver(from: BytePath, to: BytePath, at: string, leave: readonly string[]): void {
	if (leave.includes(at)) return;
	const source = lstatSync(from, { bigint: true });
	const target = lstatOrNothing(to);
	if (!source.isDirectory() || target?.isDirectory() !== true) {
		// A link is never followed: what lies at the place is replaced by what was restored.
		if (target?.isDirectory() === true || (target !== undefined && source.isDirectory()))
			rmSync(to, { recursive: true });
		if (moveOrCopy(from, to, source)) return;
		mkdirSync(to, { mode: 0o700 });
	}
	for (const name of readdirSync(from, { encoding: 'buffer' }))
		moveOver(below(from, name), below(to, name), `${at === '/' ? '' : at}/${goText(name)}`, leave);
	// What was left alone is still in it.
	rmSync(from, { recursive: true });
	lchownSync(to, Number(source.uid), Number(source.gid));
	chmodSync(to, Number(source.mode & 0o7777n));
	utimesSync(to, Number(source.atimeNs) / 1e9, Number(source.mtimeNs) / 1e9);
}

/**
 * Moves a restored tree over what is there: files are replaced one by one by renaming (by copying below a mount point),
 * directories keep what only they have. Paths of `leave` (below the top, `/` first) stay as they are. Never writes through a
 * symbolic link. Run again after an interruption, it goes on.
 */
export function moveTree(from: string, to: string, leave: readonly string[] = []): void {
	moveOver(Buffer.from(from), Buffer.from(to), '/', leave);
}
