import { dirname, isAbsolute } from 'node:path';
import type { FileFacts } from './file-trust.ts';
import { judgePrivate, judgeReaders, judgeWriters } from './file-trust.ts';
import { factsOnTheWay } from './file-way.ts';
import type { ConfigProblem } from './loaded.ts';
import type { Config } from './types.ts';

/** The configuration file itself: who could change it, who can read it. */
export function configFileProblems(
	path: string,
	uid: number,
	holdsSecret: boolean,
): readonly ConfigProblem[] {
	return problemsOf(path, uid, 'the configuration', holdsSecret ? 'secret' : 'private');
}

/** The files a configuration leads to: password files, and the programs it has run. */
export function referredFileProblems(config: Config, uid: number): readonly ConfigProblem[] {
	const found: ConfigProblem[] = [];
	const { password } = config.repository;
	if (password.kind === 'file') found.push(...problemsOf(password.path, uid, 'the password file', 'secret'));
	if (password.kind === 'command')
		found.push(...commandProblems(password.argv, uid, 'RESTIC_PASSWORD_COMMAND'));
	for (const remote of config.remotes) {
		const name = `of remote ${remote.name}`;
		if (remote.copyPasswordFile !== '') {
			found.push(...problemsOf(remote.copyPasswordFile, uid, `the password file ${name}`, 'secret'));
		}
		if (remote.rcloneConfig !== '') {
			found.push(...problemsOf(remote.rcloneConfig, uid, `the rclone configuration ${name}`, 'secret'));
		}
		if (remote.command.length > 0)
			found.push(...commandProblems(remote.command, uid, `SYNC_COMMAND ${name}`));
	}
	for (const [name, path] of Object.entries(config.tools)) {
		if (path !== '') found.push(...problemsOf(path, uid, `the program ${name}`, 'public'));
	}
	return found;
}

/**
 * The places the program acts upon: who can put a file into the journal, or a line into the dirlist, decides what is run. A
 * directory that is not there yet is judged by the way to it.
 */
export function placeProblems({ paths }: Pick<Config, 'paths'>, uid: number): readonly ConfigProblem[] {
	const directories = [
		['the state directory', paths.stateDir],
		['the log directory', paths.logDir],
		['the run directory', paths.runDir],
		['the cache directory', paths.cacheDir],
	] as const;
	const found = directories.flatMap(([what, path]) => {
		const { way, whole } = factsAsFarAsThere(path);
		const writers = judgeWriters(way, uid, whole ? `${what} ${path}` : `the place of ${what} ${path}`);
		return [...writers, ...(whole ? judgePrivate(way.at(-1), what) : [])];
	});
	const dirlist = factsAsFarAsThere(paths.dirlist);
	const name = dirlist.whole ? `the dirlist ${paths.dirlist}` : `the place of the dirlist ${paths.dirlist}`;
	return distinct([...found, ...judgeWriters(dirlist.way, uid, name)]);
}

/** The way to a path, as far as it is there. `whole`: all of it is. */
function factsAsFarAsThere(path: string): { readonly way: readonly FileFacts[]; readonly whole: boolean } {
	for (let at = path; ; at = dirname(at)) {
		try {
			return { way: factsOnTheWay(at), whole: at === path };
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (at === '/' || (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EACCES'))
				return { way: [], whole: false };
		}
	}
}

/** One directory may be on the way to several. */
function distinct(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
	return problems.filter(
		(one, index) => problems.findIndex((other) => other.hint === one.hint && other.insecure) === index,
	);
}

function commandProblems(argv: readonly string[], uid: number, what: string): readonly ConfigProblem[] {
	const [file = ''] = argv;
	if (isAbsolute(file)) return problemsOf(file, uid, `the program of ${what}`, 'public');
	if (!file.includes('/')) return [];
	return [
		{
			severity: 'error',
			message: `${what} runs ${file}, which depends on the working directory`,
			hint: 'write the absolute path of the program',
		},
	];
}

type Readers = 'secret' | 'private' | 'public';

function problemsOf(path: string, uid: number, what: string, readers: Readers): readonly ConfigProblem[] {
	let way: readonly FileFacts[];
	try {
		way = factsOnTheWay(path);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		const reason =
			code === 'ENOENT' || code === 'ENOTDIR' ? 'does not exist' : `cannot be looked at (${code})`;
		// Not an error here: a command that does not need the file can go on without it.
		return [{ severity: 'warning', message: `${what} ${reason}: ${path}` }];
	}
	const last = way.at(-1);
	return [
		...judgeWriters(way, uid, `${what} ${path}`),
		...(last === undefined || readers === 'public' ? [] : judgeReaders(last, what, readers === 'secret')),
	];
}
