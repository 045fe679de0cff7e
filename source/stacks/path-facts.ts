import { readFileSync, realpathSync, statSync } from 'node:fs';

/** What lies at a path, links followed. */
export interface PathFacts {
	readonly kind: 'directory' | 'file' | 'socket' | 'other';
	readonly realPath: string;
	/** Number of the file system. */
	readonly device: number;
}

/** `gone`: nothing there. `denied`: this user may not look. */
export type LookAt = (path: string) => PathFacts | 'gone' | 'denied';

/** Looks at a path of this machine. */
export const lookAt: LookAt = (path) => {
	try {
		const realPath = realpathSync(path);
		const stat = statSync(realPath);
		const kind = stat.isDirectory()
			? 'directory'
			: stat.isFile()
				? 'file'
				: stat.isSocket()
					? 'socket'
					: 'other';
		return { kind, realPath, device: stat.dev };
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		return code === 'EACCES' || code === 'EPERM' ? 'denied' : 'gone';
	}
};

/** Mount points of this machine (proc(5), /proc/self/mountinfo; spaces and the like are octal there). */
export function mountPoints(): readonly string[] {
	const table = readFileSync('/proc/self/mountinfo', 'utf8');
	return table
		.split('\n')
		.map((line) => line.split(' ')[4] ?? '')
		.filter((path) => path !== '')
		.map((path) =>
			path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
		);
}
