import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { BackupTuiError, toBackupTuiError } from '../../errors.ts';
import { childEnvironment } from '../../process/environment.ts';
import type { Run } from '../conduct-run.ts';
import { keyOf, type LiveEntry, type LivePath, textOf } from './live-tree.ts';

/** What cannot be changed, not even by root, and why. */
export interface Frozen {
	readonly path: LivePath;
	readonly why: string;
	/** What makes it changeable. */
	readonly hint: string;
}

/** Attributes of files by `keyOf` the path: `i` immutable, `a` append-only. */
export type Attributes = ReadonlyMap<string, 'i' | 'a'>;

const longest = 4095;

function quoted(path: string): string {
	return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** Millions of files on a slow disk, ms. */
const readingMs = 60 * 60_000;

/** Where it could not be read to its end, what could not be seen counts as changeable: a person is to know. */
function warn(run: Pick<Run, 'session'>, root: string, why: string): void {
	run.session.emit({
		type: 'message',
		level: 'warn',
		text: `${root}: it is not known which of its files are immutable or append-only (${why}); such a file would stop the restore half way`,
		hint: `look yourself: lsattr -R -a -- ${quoted(root)}`,
	});
}

/**
 * Reads which files below a path are immutable or append-only (`lsattr` of e2fsprogs; statx(2) is not within Node's reach).
 * Where there is no such program, or no such file system, none are; where it did not end, that is reported.
 */
export async function attributesBelow(
	run: Pick<Run, 'session' | 'signal'>,
	root: string,
	isFolder: boolean,
): Promise<Attributes> {
	const found = new Map<string, 'i' | 'a'>();
	const onStdoutLine = (line: string) => {
		const [, flags = '', path = ''] = /^([A-Za-z-]{8,}) (\/.*)$/.exec(line) ?? [];
		const flag = flags.includes('i') ? 'i' : flags.includes('a') ? 'a' : undefined;
		if (flag === undefined || path.endsWith('/..')) return;
		found.set(keyOf(path.endsWith('/.') ? path.slice(0, -2) : path), flag);
	};
	try {
		const { exitCode, timedOut, signal } = await run.session.runner.run({
			tool: 'user',
			file: 'lsattr',
			args: [...(isFolder ? ['-R', '-a'] : []), '--', root],
			env: childEnvironment(process.env),
			signal: run.signal,
			timeoutMs: readingMs,
			maxOutputBytes: 4096,
			onStdoutLine,
		});
		run.signal.throwIfAborted();
		if (timedOut) warn(run, root, `lsattr did not end within ${readingMs / 60_000} minutes`);
		else if (exitCode === null) warn(run, root, `lsattr was ended by ${signal ?? 'a signal'}`);
	} catch (error) {
		run.signal.throwIfAborted();
		const { code, message } = toBackupTuiError(error);
		if (code !== 'tool-missing') warn(run, root, message);
	}
	return found;
}

function writeError(path: LivePath): string | undefined {
	try {
		accessSync(path, constants.W_OK);
		return undefined;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code;
	}
}

/** @returns why an entry cannot be changed, or undefined. Looks only */
export function frozenBy(
	{ path, stats }: LiveEntry,
	attributes: Attributes,
	self: number = process.geteuid?.() ?? 0,
): Frozen | undefined {
	const text = textOf(path);
	// Lines of a program are decoded by Node.
	const flag = attributes.get(keyOf(path.toString()));
	if (flag !== undefined)
		return {
			path,
			why: flag === 'i' ? 'is immutable (chattr +i)' : 'is append-only (chattr +a)',
			hint: `chattr -${flag} ${quoted(text)}`,
		};
	// access(2) follows links, and a link has nothing to be written to.
	if (stats.isSymbolicLink()) return undefined;
	switch (writeError(path)) {
		case 'EPERM':
			return { path, why: 'is immutable (chattr +i)', hint: `chattr -i ${quoted(text)}` };
		case 'EROFS':
			return {
				path,
				why: 'is on a file system that is mounted read-only',
				hint: `mount it writable: mount -o remount,rw "$(df --output=target ${quoted(text)} | tail -1)"`,
			};
		case 'EACCES':
			// Its owner may make it writable.
			return Number(stats.uid) === self
				? undefined
				: { path, why: 'may not be written by this user', hint: 'run as root' };
		default:
			return undefined;
	}
}

/**
 * @param bytes length of the longest path that comes up on the way
 * @returns why a path cannot be made: longer than the kernel takes (PATH_MAX)
 */
export function tooLong(path: LivePath, bytes: number = Buffer.byteLength(path)): Frozen | undefined {
	if (bytes <= longest) return undefined;
	return {
		path: dirname(textOf(path)).slice(0, 200),
		why: `holds a path that would be longer than ${longest} bytes on the way, which no program can open`,
		hint: 'with restic 0.17 or newer paths stay shorter; or restore where the path is shorter: --target DIR',
	};
}

/** @throws restore-refused naming what cannot be changed, before anything is stopped */
export function assertChangeable(frozen: readonly Frozen[]): void {
	const [first, ...more] = frozen;
	if (first === undefined) return;
	const others = more.length > 0 ? ` (and ${more.length} more)` : '';
	throw new BackupTuiError(
		'restore-refused',
		`${textOf(first.path)} ${first.why}, so it cannot be restored${others}; nothing was changed`,
		{ hint: `${first.hint}; then restore again` },
	);
}
