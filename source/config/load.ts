import { existsSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { BackupTuiError } from '../errors.ts';
import { ownFile } from '../own-program.ts';
import { type Examined, examineConfig } from './examine.ts';
import { findConfig } from './find-config.ts';
import type { ConfigProblem, LoadedConfig } from './loaded.ts';
import type { Surroundings } from './locations.ts';
import { formatProblem } from './problem.ts';
import { readConfigFile } from './read-config-file.ts';
import { configFileProblems, placeProblems, referredFileProblems } from './trust-problems.ts';

export interface LoadOptions {
	/** `--config`. */
	readonly configPath?: string | undefined;
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Values of flags that stand for a key, by key name. */
	readonly flags?: Readonly<Record<string, string>> | undefined;
	/** For a relative `--config`. Default: the process's own. */
	readonly cwd?: string | undefined;
}

/**
 * Finds, checks and reads the configuration.
 *
 * @throws `config-missing`, `config-insecure` when somebody else could change it, `config-invalid` with every
 * problem in it, `no-permission`
 */
export function loadConfig(options: LoadOptions): LoadedConfig {
	const { file, config, origins, problems } = examineConfigFile(options);
	const errors = problems.filter((problem) => problem.severity === 'error');
	if (errors.length > 0) throw problemsError(file, errors);
	return { config, origins, warnings: problems };
}

/** A configuration file with all problems, those of the file system included. */
export interface ExaminedFile extends Examined {
	/** Absolute path. */
	readonly file: string;
}

/**
 * Same as `loadConfig`, but returns the problems rather than throwing the errors among them.
 *
 * @throws `config-missing`, `no-permission`, `config-invalid` when the file cannot be read as text
 */
export function examineConfigFile(options: LoadOptions): ExaminedFile {
	const around = surroundings(options);
	const file = findConfig(options.configPath, around);
	const text = readConfigFile(file);
	const examined = examineConfig({
		configFile: file,
		text,
		flags: options.flags ?? {},
		around,
		hostname: hostname(),
		credential: credentialPath(around),
		exists: existsSync,
	});
	const trust = [
		...configFileProblems(file, around.uid, examined.holdsSecret),
		...referredFileProblems(examined.config, around.uid),
		...placeProblems(examined.config, around.uid),
	];
	return { ...examined, file, problems: [...trust, ...examined.problems] };
}

/** Who runs the program and where, out of the process. */
export function surroundings(options: Pick<LoadOptions, 'env' | 'cwd'>): Surroundings {
	const uid = process.geteuid?.() ?? 0;
	return {
		env: options.env,
		uid,
		home: homeOf(uid, options.env.HOME),
		executable: ownFile(),
		cwd: options.cwd ?? process.cwd(),
	};
}

/** All problems as one error: the first is the message, further ones follow line by line. */
function problemsError(file: string, errors: readonly ConfigProblem[]): BackupTuiError {
	const code = errors.some((problem) => problem.insecure === true) ? 'config-insecure' : 'config-invalid';
	const [first] = errors;
	if (errors.length === 1 && first !== undefined) {
		return new BackupTuiError(code, `${file}: ${formatProblem(first)}`, {
			...(first.hint === undefined ? {} : { hint: first.hint }),
		});
	}
	const lines = errors.map((problem) => {
		const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
		return `  ${formatProblem(problem)}${hint}`;
	});
	return new BackupTuiError(code, [`${file} has ${errors.length} problems:`, ...lines].join('\n'), {
		hint: 'check again: backup-tui validate',
	});
}

// Root's home comes from the system: with `sudo -E` HOME is that of another user, who would choose root's config.
function homeOf(uid: number, home: string | undefined): string {
	if (uid !== 0 && home?.startsWith('/')) return home;
	try {
		return userInfo().homedir;
	} catch {
		return homedir();
	}
}

// https://systemd.io/CREDENTIALS/
function credentialPath(around: Surroundings): string {
	const directory = around.env.CREDENTIALS_DIRECTORY;
	if (directory === undefined || !directory.startsWith('/')) return '';
	const path = join(directory, 'restic-password');
	return existsSync(path) ? path : '';
}
