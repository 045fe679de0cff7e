import { readFileSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';

/** The file system a path of this machine lies on. */
export interface Disk {
	/** Where it is mounted. */
	readonly mountPoint: string;
	/** Its number while it is mounted. */
	readonly device: number;
	/** A reboot would lose what is on it. */
	readonly inMemory: boolean;
}

/** Blanks and the like are octal there (proc(5)). */
function decode(path: string): string {
	return path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
		String.fromCharCode(Number.parseInt(digits, 8)),
	);
}

interface Mounted {
	readonly point: string;
	readonly type: string;
}

function mountedNow(mountInfo: string): Mounted[] {
	return mountInfo
		.split('\n')
		.map((line) => ({
			point: decode(line.split(' ')[4] ?? ''),
			type: line.split(' - ')[1]?.split(' ')[0] ?? '',
		}))
		.filter(({ point }) => point !== '');
}

function lies(path: string, below: string): boolean {
	return below === '/' || path === below || path.startsWith(`${below}/`);
}

function deepest(points: readonly string[], path: string): string | undefined {
	return points.filter((point) => lies(path, point)).sort((a, b) => b.length - a.length)[0];
}

/** How long a look at a disk may take (ms): one that hangs (a network mount whose server is gone) never answers. */
const lookMs = 20_000;

async function bounded<T>(path: string, work: Promise<T>): Promise<T> {
	const { promise, reject } = Promise.withResolvers<never>();
	const late = () =>
		reject(
			new BackupTuiError('remote-unreachable', `${path} does not answer: no end after ${lookMs / 1000} s`, {
				hint: 'is its server reachable? See the mounts that hang with: mount',
			}),
		);
	const timer = setTimeout(late, lookMs);
	try {
		return await Promise.race([work, promise]);
	} finally {
		clearTimeout(timer);
	}
}

/** The real path of what is there, and below it what is not. */
async function realPathOf(path: string): Promise<string> {
	const rest: string[] = [];
	for (let at = path; ; at = dirname(at)) {
		try {
			return join(await realpath(at), ...rest);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) throw error;
			rest.unshift(at.slice(dirname(at).length).replace(/^\//, ''));
		}
	}
}

/** @returns whether a directory is there. @throws remote-unreachable when its disk does not answer */
export async function isDirectory(path: string): Promise<boolean> {
	const found = await bounded(
		path,
		stat(path).catch(() => undefined),
	);
	return found?.isDirectory() === true;
}

/**
 * The file system a path lies on, or would lie on.
 *
 * @throws remote-unreachable when its disk does not answer
 */
export async function diskOf(
	path: string,
	mountInfo = readFileSync('/proc/self/mountinfo', 'utf8'),
): Promise<Disk> {
	const real = await bounded(path, realPathOf(path));
	let at = real;
	let found = await stat(at).catch(() => undefined);
	while (found === undefined && at !== '/') {
		at = dirname(at);
		found = await stat(at).catch(() => undefined);
	}
	const mounts = mountedNow(mountInfo);
	const mountPoint = deepest(
		mounts.map(({ point }) => point),
		real,
	);
	// The last mount on a point hides those before it.
	const type = mounts.findLast(({ point }) => point === mountPoint)?.type;
	return {
		mountPoint: mountPoint ?? '/',
		device: found?.dev ?? 0,
		inMemory: type === 'tmpfs' || type === 'ramfs',
	};
}
