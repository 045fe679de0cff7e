import { open, readFile, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { splitWords } from '../../config/words.ts';
import { BackupTuiError } from '../../errors.ts';
import { childEnvironment } from '../../process/environment.ts';
import { findTool } from '../../process/find-tool.ts';
import { type ForegroundCommand, runInForeground } from '../../process/foreground.ts';
import { makePrivateDirectory } from '../../runs/files.ts';
import type { FilesPort } from '../ports.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a program on the person's terminal may need; not its secrets. */
const terminalVariables = [
	'TERM*',
	'COLORTERM',
	'LANG',
	'LC_*',
	'DISPLAY',
	'WAYLAND_DISPLAY',
	'SHELL',
	'TMUX*',
];
const usualEditors = ['sensible-editor', 'editor', 'nano', 'vim', 'vi'];
const usualPagers = ['less', 'pager', 'more'];

/**
 * The command of `$EDITOR` or `$PAGER`, cut into words without a shell; when there is none, the first of the usual ones.
 * A bare name is looked for where tools are, not on the caller's PATH.
 *
 * @throws tool-missing
 */
export function personsTool(
	env: Environment,
	names: readonly string[],
	usual: readonly string[],
): Pick<ForegroundCommand, 'file' | 'args'> {
	const wanted = names.map((name) => env[name]?.trim() ?? '').find((value) => value !== '');
	if (wanted !== undefined) {
		const split = splitWords(wanted);
		const [file, ...args] = 'parts' in split ? split.parts : [];
		if (file === undefined)
			throw new BackupTuiError('tool-missing', `${names.join(' or ')} is no command: ${wanted}`);
		return { file: isAbsolute(file) ? findTool(file, file) : findTool(file), args };
	}
	for (const name of usual) {
		try {
			return { file: findTool(name), args: [] };
		} catch {
			// The next one.
		}
	}
	throw new BackupTuiError('tool-missing', `none of ${usual.join(', ')} is installed`, {
		hint: `set ${names[0]} to the path of one`,
	});
}

/** Files a person opens with programs of their own. */
export function createFilesPort(options: {
	readonly configFile: string;
	readonly dirlist: string;
	readonly runDir: string;
	readonly env: Environment;
	readonly composeFiles: (key: string) => Promise<readonly string[]>;
	/** Throws what is wrong with the configuration. */
	readonly checkConfig: () => Promise<void>;
	/** The log of a run, in words. */
	readonly log: (run: string, onLine: (line: string) => void) => Promise<unknown>;
}): FilesPort {
	const env = childEnvironment(options.env, terminalVariables);
	const textOf = (file: string) => readFile(file, 'utf8').catch(() => undefined);
	return {
		configFile: options.configFile,
		dirlist: options.dirlist,
		composeFiles: options.composeFiles,
		checkConfig: options.checkConfig,
		editor: async (file) => {
			const tool = personsTool(options.env, ['VISUAL', 'EDITOR'], usualEditors);
			const before = await textOf(file);
			return async () => {
				const code = await runInForeground({ ...tool, args: [...tool.args, file], env });
				return { code, changed: before !== (await textOf(file)) };
			};
		},
		pager: async (run) => {
			const tool = personsTool(options.env, ['PAGER'], usualPagers);
			const file = join(options.runDir, `log-${run}-${process.pid}.txt`);
			makePrivateDirectory(options.runDir);
			const handle = await open(file, 'w', 0o600);
			const stream = handle.createWriteStream();
			await options.log(run, (line) => stream.write(`${line}\n`));
			stream.end();
			await finished(stream);
			return async () => {
				try {
					// No shell and no second file from within `less`: the UI may be root's.
					const secure = { ...env, LESSSECURE: '1' };
					return {
						code: await runInForeground({ ...tool, args: [...tool.args, file], env: secure }),
						changed: false,
					};
				} finally {
					await rm(file, { force: true });
				}
			};
		},
	};
}
