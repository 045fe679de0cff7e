import { existsSync, statSync } from 'node:fs';
import { BackupTuiError } from '../errors.ts';
import { configSearch, type Surroundings } from './locations.ts';

/**
 * Finds the configuration file.
 *
 * @param given `--config`
 * @returns its absolute path
 * @throws `config-missing`, with the places that were looked at
 */
export function findConfig(given: string | undefined, around: Surroundings): string {
	const search = configSearch(given, around);
	if ('explicit' in search) {
		if (existsSync(search.explicit)) return search.explicit;
		throw new BackupTuiError('config-missing', `${search.by}: there is no file ${search.explicit}`, {
			hint: `write one: backup-tui config generate ${search.explicit}`,
		});
	}
	const found = search.candidates.find(mayExist);
	if (found !== undefined) return found;
	throw new BackupTuiError(
		'config-missing',
		`no configuration found; looked for ${search.candidates.join(', ')}`,
		{ hint: 'write one: backup-tui config generate; or name one with --config' },
	);
}

// A file in a directory that this user may not enter counts: reading it then says what is missing, where passing over it
// would pick another one.
function mayExist(path: string): boolean {
	try {
		statSync(path);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EACCES';
	}
}

/** Where a new configuration goes when no place is named: into the usual directory of this user. */
export function newConfigPath(given: string | undefined, around: Surroundings): string {
	const search = configSearch(given, around);
	if ('explicit' in search) return search.explicit;
	const [user = '', system = ''] = search.candidates;
	return around.uid === 0 ? system : user;
}
