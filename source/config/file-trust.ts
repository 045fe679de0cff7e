import type { ConfigProblem } from './loaded.ts';

/** What the file system says about one file or directory. */
export interface FileFacts {
	readonly path: string;
	readonly kind: 'file' | 'directory' | 'link' | 'other';
	readonly uid: number;
	/** Permission bits, with the sticky bit. */
	readonly mode: number;
}

const groupOrOthersWrite = 0o022;
const othersRead = 0o004;
const groupReads = 0o040;
const sticky = 0o1000;

/**
 * Judges whether anybody but root and the current user could change a file, or put another in its place: its
 * owner and mode, and those of every directory on the way to it. A directory that all may write is fine when
 * it is sticky, as /tmp is.
 *
 * @param way the file itself last
 * @param what how messages name the file, e.g. `the configuration`
 */
export function judgeWriters(way: readonly FileFacts[], uid: number, what: string): readonly ConfigProblem[] {
	return way.flatMap((facts) => {
		const name = facts === way.at(-1) ? what : `${facts.path}, on the way to ${what},`;
		const insecure = (message: string, hint: string): ConfigProblem => ({
			severity: 'error',
			message,
			hint,
			insecure: true,
		});
		if (facts.uid !== 0 && facts.uid !== uid) {
			return [
				insecure(
					`${name} belongs to user ${facts.uid}, who could change what is run as ${uid === 0 ? 'root' : 'you'}`,
					`chown ${uid === 0 ? 'root' : uid} ${facts.path}`,
				),
			];
		}
		// The mode of a symbolic link means nothing; its owner does.
		if (facts.kind === 'link' || (facts.mode & groupOrOthersWrite) === 0) return [];
		if (facts.kind === 'directory' && (facts.mode & sticky) !== 0) return [];
		const who = (facts.mode & 0o002) !== 0 ? 'everybody' : 'its group';
		return [insecure(`${name} can be changed by ${who}`, `chmod go-w ${facts.path}`)];
	});
}

/**
 * Judges a directory of which only we may say what lies in it. The sticky bit keeps others from taking files away, not from
 * adding some: such a directory is not private.
 */
export function judgePrivate(facts: FileFacts | undefined, what: string): readonly ConfigProblem[] {
	if (facts === undefined) return [];
	const insecure = (message: string, hint: string): readonly ConfigProblem[] => [
		{ severity: 'error', message, hint, insecure: true },
	];
	if (facts.kind !== 'directory')
		return insecure(
			`${what} ${facts.path} is not a directory`,
			`move it away: mv ${facts.path} ${facts.path}.old`,
		);
	if ((facts.mode & groupOrOthersWrite) === 0 || (facts.mode & sticky) === 0) return [];
	return insecure(
		`everybody can put files into ${what} ${facts.path}`,
		`choose a directory of its own below ${facts.path}`,
	);
}

/**
 * Warns about a file with a secret that others can read.
 *
 * @param holdsSecret group members count too, then
 */
export function judgeReaders(facts: FileFacts, what: string, holdsSecret: boolean): readonly ConfigProblem[] {
	const bits = holdsSecret ? othersRead | groupReads : othersRead;
	if ((facts.mode & bits) === 0) return [];
	const who = (facts.mode & othersRead) !== 0 ? 'everybody' : 'its group';
	return [
		{
			severity: 'warning',
			message: `${what} can be read by ${who}: ${facts.path}`,
			hint: `backup-tui config validate --fix, or chmod 600 ${facts.path}`,
			readable: facts.path,
		},
	];
}
