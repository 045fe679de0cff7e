import { isUtf8 } from 'node:buffer';
import { close, constants, type Dirent, fstat, open, read } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** One entry of a directory. */
export interface DirectoryEntry {
	/** The name; bytes that are not UTF-8 appear as \xNN, control characters too. */
	readonly name: string;
	/** False when `name` is not what the file system knows it by. */
	readonly isExact: boolean;
	readonly kind: 'directory' | 'file' | 'link' | 'other';
	/** Path as bytes, for what `name` cannot express. */
	readonly path: Buffer;
}

/** What discovery asks of the file system. All of it is bounded by the caller, for a mount may hang. */
export interface DiscoveryFiles {
	/** @throws the system's error (ENOENT, ENOTDIR, EACCES, EIO...) */
	readonly list: (path: string | Buffer) => Promise<readonly DirectoryEntry[]>;
	/** Follows links; `absent` too when a link leads nowhere. */
	readonly kind: (path: string | Buffer) => Promise<'directory' | 'file' | 'other' | 'absent'>;
	readonly realPath: (path: string) => Promise<string>;
	/** @throws the system's error; EFBIG beyond 4 MiB, EINVAL when it is not a regular file */
	readonly readText: (path: string) => Promise<string>;
}

// Half the time of a FileHandle: discovery reads a thousand small files.
const openFile = promisify(open);
const fileInfo = promisify(fstat);
const readFrom = promisify(read);
const closeFile = promisify(close);

const maximumBytes = 4 * 1024 * 1024;

/** The real file system. */
export const discoveryFiles: DiscoveryFiles = {
	list: async (path) => {
		const entries = await readdir(path, { withFileTypes: true, encoding: 'buffer' });
		const parent = Buffer.from(path);
		return entries.map((entry) => describe(parent, entry as unknown as Dirent<Buffer>));
	},
	kind: async (path) => {
		try {
			const info = await stat(path);
			return info.isDirectory() ? 'directory' : info.isFile() ? 'file' : 'other';
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code;
			if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return 'absent';
			throw error;
		}
	},
	realPath: (path) => realpath(path),
	readText: async (path) => {
		const file = await openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
		try {
			const info = await fileInfo(file);
			if (!info.isFile()) throw systemError('EINVAL', `${path} is not a regular file`);
			if (info.size > maximumBytes) throw systemError('EFBIG', `${path} is larger than 4 MiB`);
			const bytes = Buffer.allocUnsafe(info.size);
			const { bytesRead } = await readFrom(file, bytes, 0, info.size, 0);
			return bytes.toString('utf8', 0, bytesRead);
		} finally {
			await closeFile(file);
		}
	},
};

function describe(parent: Buffer, entry: Dirent<Buffer>): DirectoryEntry {
	const isExact = isUtf8(entry.name) && !entry.name.some((byte) => byte < 0x20 || byte === 0x7f);
	const kind = entry.isDirectory()
		? 'directory'
		: entry.isFile()
			? 'file'
			: entry.isSymbolicLink()
				? 'link'
				: 'other';
	return {
		name: isExact ? entry.name.toString('utf8') : escapeBytes(entry.name),
		isExact,
		kind,
		path: Buffer.concat([parent, Buffer.from('/'), entry.name]),
	};
}

/** Keeps what is good UTF-8, and shows every other byte, control characters and the backslash as \xNN. */
function escapeBytes(name: Buffer): string {
	let out = '';
	for (let at = 0; at < name.length; ) {
		const length = [1, 2, 3, 4].find(
			(bytes) => at + bytes <= name.length && isUtf8(name.subarray(at, at + bytes)),
		);
		const byte = name[at] ?? 0;
		if (length === undefined || byte < 0x20 || byte === 0x7f || byte === 0x5c) {
			out += `\\x${byte.toString(16).padStart(2, '0')}`;
			at += 1;
		} else {
			out += name.subarray(at, at + length).toString('utf8');
			at += length;
		}
	}
	return out;
}

function systemError(code: string, message: string): NodeJS.ErrnoException {
	return Object.assign(new Error(`${code}: ${message}`), { code });
}
