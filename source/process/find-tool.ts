import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { BackupTuiError } from '../errors.ts';
import { fixedPath } from './environment.ts';

const installHints: Readonly<Record<string, string>> = {
	docker: 'install Docker Engine and the Compose v2 plugin',
	restic: 'install restic 0.14 or newer (apt-get install restic), or set RESTIC in [tools] to its path',
	rclone: 'install rclone 1.60 or newer (apt-get install rclone), or set RCLONE in [tools] to its path',
};

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

/**
 * The absolute path of an outside tool.
 *
 * @param name bare name, e.g. `restic`
 * @param configured absolute path from the config, or empty
 * @param path folders to look in, in order
 * @throws tool-missing
 */
export function findTool(name: string, configured = '', path = fixedPath): string {
	if (configured !== '') {
		if (isAbsolute(configured) && isExecutable(configured)) return configured;
		throw new BackupTuiError('tool-missing', `${name}: ${configured} is not an executable file`, {
			hint: `correct ${name.toUpperCase()} in the [tools] section: an absolute path, or leave it out`,
		});
	}
	for (const folder of path.split(':')) {
		const candidate = join(folder, name);
		if (isExecutable(candidate)) return candidate;
	}
	const other = toolElsewhere(name, undefined);
	if (other !== undefined) {
		throw new BackupTuiError('tool-missing', `${name} was not found in ${path}; there is one at ${other}`, {
			hint: `to use it, set in the [tools] section: ${name.toUpperCase()}=${other}`,
		});
	}
	throw new BackupTuiError('tool-missing', `${name} is not installed: it was looked for in ${path}`, {
		hint: installHints[name] ?? `install ${name}`,
	});
}

/**
 * Another program of that name, which a shell would start here: only shown, never run, since PATH may be anybody's.
 *
 * @param used the one that is used
 * @returns its absolute path, or undefined when there is none, or the shell would start the same one
 */
export function toolElsewhere(
	name: string,
	used: string | undefined,
	path = process.env.PATH ?? '',
): string | undefined {
	const first = path
		.split(':')
		.filter((folder) => isAbsolute(folder))
		.map((folder) => join(folder, name))
		.find(isExecutable);
	if (first === undefined || used === undefined) return first;
	return realpathSync(first) === realpathSync(used) ? undefined : first;
}
