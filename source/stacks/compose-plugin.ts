import { accessSync, closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Where the docker client looks for plugins when its configuration names no folder of its own. */
const systemFolders = [
	'/usr/local/lib/docker/cli-plugins',
	'/usr/local/libexec/docker/cli-plugins',
	'/usr/lib/docker/cli-plugins',
	'/usr/libexec/docker/cli-plugins',
];

/** A script in the client's place may do something of its own; a program is the client itself. */
function isProgram(path: string): boolean {
	const head = Buffer.alloc(4);
	const file = openSync(path, 'r');
	try {
		readSync(file, head, 0, 4, 0);
	} finally {
		closeSync(file);
	}
	return head.toString('latin1') === '\x7fELF';
}

/** @returns true when the client's configuration tells it of other folders to look in first */
function hasOtherFolders(folder: string): boolean {
	let text: string;
	try {
		text = readFileSync(join(folder, 'config.json'), 'utf8');
	} catch {
		return false;
	}
	return text.includes('cliPluginsExtraDirs');
}

/**
 * The program that `docker compose` hands its arguments to. Called by itself it does the same, without the tenth of a
 * second the client spends on asking every plugin what it is; twice that in each downtime.
 *
 * @param folders the system's, in the client's order
 * @returns undefined when that is not certain: then the client is to be called
 * @see https://docs.docker.com/compose/install/standalone/
 */
export function findComposePlugin(
	dockerFile: string,
	env: Readonly<Record<string, string>>,
	folders: readonly string[] = systemFolders,
): string | undefined {
	const own = env.DOCKER_CONFIG ?? join(env.HOME ?? '/', '.docker');
	try {
		if (!isProgram(dockerFile) || hasOtherFolders(own)) return undefined;
	} catch {
		return undefined;
	}
	for (const folder of [join(own, 'cli-plugins'), ...folders]) {
		const path = join(folder, 'docker-compose');
		try {
			accessSync(path, constants.F_OK);
		} catch {
			continue;
		}
		try {
			accessSync(path, constants.X_OK);
			return isProgram(path) ? path : undefined;
		} catch {
			return undefined;
		}
	}
	return undefined;
}
