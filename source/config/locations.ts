import { basename, dirname, isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Who runs the program, and where. */
export interface Surroundings {
	readonly env: Environment;
	/** Effective user id. */
	readonly uid: number;
	/** Absolute. */
	readonly home: string;
	/** The running script or executable, links resolved. */
	readonly executable: string;
	/** Only a relative `--config` or variable is looked for here. */
	readonly cwd: string;
}

export interface StandardDirectories {
	readonly config: string;
	readonly state: string;
	readonly log: string;
	readonly run: string;
	readonly cache: string;
}

/** Where the program keeps its files: the system's directories for root, those of XDG for anybody else. */
export function standardDirectories({ env, uid, home }: Surroundings): StandardDirectories {
	if (uid === 0) {
		return {
			config: '/etc/backup-tui',
			state: '/var/lib/backup-tui',
			log: '/var/log/backup-tui',
			run: '/run/backup-tui',
			cache: '/var/cache/backup-tui',
		};
	}
	const state = join(xdg(env, 'XDG_STATE_HOME', join(home, '.local/state')), 'backup-tui');
	const runtime = xdg(env, 'XDG_RUNTIME_DIR', '');
	return {
		config: join(xdg(env, 'XDG_CONFIG_HOME', join(home, '.config')), 'backup-tui'),
		state,
		log: join(state, 'log'),
		run: runtime === '' ? join(state, 'run') : join(runtime, 'backup-tui'),
		cache: join(xdg(env, 'XDG_CACHE_HOME', join(home, '.cache')), 'backup-tui'),
	};
}

// A value that is not absolute is to be ignored. https://specifications.freedesktop.org/basedir-spec/latest/
function xdg(env: Environment, name: string, fallback: string): string {
	const value = env[name];
	return value !== undefined && isAbsolute(value) ? value : fallback;
}

/** The one file that was asked for, or the places to look at in order. Never the working directory. */
export type ConfigSearch =
	| { readonly explicit: string; readonly by: string }
	| { readonly candidates: readonly string[] };

export function configSearch(given: string | undefined, around: Surroundings): ConfigSearch {
	const absolute = (path: string) => (isAbsolute(path) ? path : join(around.cwd, path));
	if (given !== undefined) return { explicit: absolute(given), by: '--config' };
	for (const name of ['BACKUP_TUI_CONFIG', 'BACKUP_CONFIG']) {
		const value = around.env[name];
		if (value !== undefined && value !== '') return { explicit: absolute(value), by: name };
	}
	const user = join(xdg(around.env, 'XDG_CONFIG_HOME', join(around.home, '.config')), 'backup-tui');
	return {
		candidates: [
			join(user, 'config.ini'),
			'/etc/backup-tui/config.ini',
			join(dirname(dirname(around.executable)), 'config', 'config.ini'),
		],
	};
}

/** The directory a self-contained installation lives in: that of the config, or above a directory named config. */
export function baseDirectory(configFile: string): string {
	const directory = dirname(configFile);
	return basename(directory) === 'config' ? dirname(directory) : directory;
}

/**
 * Whether a config lies in one of the usual directories. One that lies elsewhere is self-contained: its dirlist
 * and state stay with it. (Depends on nothing that a run creates, so the journal never moves between two runs.)
 */
export function isStandard(configFile: string, around: Surroundings): boolean {
	const directory = dirname(configFile);
	const user = join(xdg(around.env, 'XDG_CONFIG_HOME', join(around.home, '.config')), 'backup-tui');
	return directory === '/etc/backup-tui' || directory === user;
}
