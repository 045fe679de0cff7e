import {
	type BigIntStats,
	chmodSync,
	lchownSync,
	lstatSync,
	readdirSync,
	renameSync,
	rmdirSync,
	rmSync,
	utimesSync,
} from 'node:fs';

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

function moveOver(from: BytePath, to: BytePath): void {
	const source = lstatSync(from, { bigint: true });
	const target = lstatOrNothing(to);
	if (!source.isDirectory() || target?.isDirectory() !== true) {
		// A link is never followed: what lies at the place is replaced by what was restored.
		if (target?.isDirectory() === true || (target !== undefined && source.isDirectory()))
			rmSync(to, { recursive: true });
		renameSync(from, to);
		return;
	}
	for (const name of readdirSync(from, { encoding: 'buffer' })) moveOver(below(from, name), below(to, name));
	rmdirSync(from);
	lchownSync(to, Number(source.uid), Number(source.gid));
	chmodSync(to, Number(source.mode & 0o7777n));
	utimesSync(to, Number(source.atimeNs) / 1e9, Number(source.mtimeNs) / 1e9);
}

/**
 * Moves a restored tree over what is there: files are replaced one by one by renaming, directories keep what only they
 * have. Both must lie on one file system. Never writes through a symbolic link. Run again after an interruption, it goes on.
 */
export function moveTree(from: string, to: string): void {
	moveOver(Buffer.from(from), Buffer.from(to));
}
