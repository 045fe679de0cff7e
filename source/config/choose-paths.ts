import { dirname, join } from 'node:path';
import { baseDirectory, isStandard, type Surroundings, standardDirectories } from './locations.ts';
import type { SectionValues } from './schema/key.ts';
import type { paths } from './schema/places.ts';
import type { Paths } from './types.ts';

/**
 * Settles where everything lies: what is set, else below `STATE_DIR` when that is set, else beside a
 * self-contained config, else the usual directories.
 *
 * @param exists whether a path is there; only asked for dirlists of older installations
 */
export function choosePaths(
	configFile: string,
	values: SectionValues<typeof paths>,
	around: Surroundings,
	exists: (path: string) => boolean,
): Paths {
	const standard = standardDirectories(around);
	const usual = isStandard(configFile, around);
	const base = usual ? dirname(configFile) : baseDirectory(configFile);
	const own = values.STATE_DIR !== '' || !usual;
	const state = values.STATE_DIR !== '' ? values.STATE_DIR : usual ? standard.state : join(base, 'state');
	const place = (value: string, name: 'log' | 'run' | 'cache') =>
		value !== '' ? value : own ? join(state, name) : standard[name];
	return {
		configFile,
		dirlist: values.DIRLIST !== '' ? values.DIRLIST : chooseDirlist(base, exists),
		stateDir: state,
		logDir: place(values.LOG_DIR, 'log'),
		runDir: place(values.RUN_DIR, 'run'),
		cacheDir: place(values.CACHE_DIR, 'cache'),
	};
}

// Older installations have `.dirlist`.
function chooseDirlist(base: string, exists: (path: string) => boolean): string {
	const today = join(base, 'dirlist');
	const older = join(base, '.dirlist');
	return !exists(today) && exists(older) ? older : today;
}
