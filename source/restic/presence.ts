import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BackupTuiError } from '../errors.ts';
import type { RepositoryPresence } from './types.ts';
import { probeName } from './write-probe.ts';

/**
 * The file kept beside restic's own in a local repository, to be freed when its disk is full. restic looks only at `config`
 * and its five directories, so neither version sees it.
 */
export const ballastName = '.backup-tui-ballast';

const ignored = new Set([ballastName, probeName, 'lost+found']);
const own = new Set(['config', 'data', 'index', 'keys', 'locks', 'snapshots', 'tmp']);

function names(path: string): string[] {
	try {
		return readdirSync(path);
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') return [];
		throw error;
	}
}

/** True when a directory of the repository's holds any file (`data` keeps them one level down). */
function holdsFiles(path: string, depth: number): boolean {
	return names(path).some((name) => depth === 0 || holdsFiles(join(path, name), depth - 1));
}

/**
 * What lies at a local repository's path, so that a lost key or config is not taken for a wrong password or a missing
 * repository, and none is ever made where files are.
 *
 * @throws no-permission, repository-unreachable when the path cannot be read
 */
export function localPresence(path: string): RepositoryPresence {
	try {
		const found = readdirSync(path).filter((name) => !ignored.has(name));
		if (found.length === 0) return 'empty';
		if (found.some((name) => !own.has(name)))
			return found.includes('config') ? whole(path, found) : 'foreign';
		return whole(path, found);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		if (code === 'ENOENT') return 'absent';
		if (code === 'ENOTDIR') return 'foreign';
		const refused = code === 'EACCES' || code === 'EPERM';
		throw new BackupTuiError(
			refused ? 'no-permission' : 'repository-unreachable',
			`cannot read ${path}: ${message}`,
			{
				cause: error,
				hint: refused
					? 'run as the owner of the repository, usually root'
					: 'check the disk the repository is on',
			},
		);
	}
}

function whole(path: string, found: readonly string[]): RepositoryPresence {
	const keys = holdsFiles(join(path, 'keys'), 0);
	if (found.includes('config')) return keys ? 'repository' : 'keys-missing';
	const leftOver =
		keys ||
		holdsFiles(join(path, 'data'), 1) ||
		holdsFiles(join(path, 'index'), 0) ||
		holdsFiles(join(path, 'snapshots'), 0);
	return leftOver ? 'config-missing' : 'empty';
}
