import { createServer } from 'node:net';
import { BackupTuiError, toBackupTuiError } from '../../errors.ts';
import { formatCount } from '../../runs/units.ts';
import type { RestoreDeps } from './deps.ts';
import type { Publication } from './publication.ts';
import { isFields } from './shape.ts';

/** @returns how many networks Compose makes for a configuration */
function networksOf({ services, networks }: Readonly<Record<string, unknown>>): number {
	const used = new Set<string>();
	for (const service of Object.values(isFields(services) ? services : {})) {
		if (!isFields(service) || typeof service.network_mode === 'string') continue;
		const own = isFields(service.networks) ? Object.keys(service.networks) : ['default'];
		for (const name of own) used.add(name);
	}
	for (const name of Object.keys(isFields(networks) ? networks : {})) used.add(name);
	return used.size;
}

/**
 * Makes as many networks as the copy will need, and removes them again: the engine alone knows which address ranges are
 * free.
 *
 * @throws restore-refused
 */
async function tryNetworks(
	{ docker }: Pick<RestoreDeps, 'docker'>,
	project: string,
	count: number,
): Promise<void> {
	const made: string[] = [];
	try {
		for (let number = 1; number <= count; number += 1) {
			const name = `${project}_backup-tui-try-${number}`;
			made.push(name);
			await docker.createNetwork(name);
		}
	} catch (error) {
		throw new BackupTuiError(
			'restore-refused',
			`${project} needs ${formatCount(count, 'network')}, which the engine cannot make: ${toBackupTuiError(error).message}`,
			{ cause: error, hint: 'remove networks that nobody uses: docker network prune; then restore again' },
		);
	} finally {
		for (const name of made) await docker.removeNetwork(name).catch(() => {});
	}
}

function isPortFree({ address, host }: Publication): Promise<boolean> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
		server.listen({ port: host, ...(address === undefined ? {} : { host: address }) }, () =>
			server.close(() => resolve(true)),
		);
	});
}

/**
 * Looks whether the containers of a copy could be started, before anything of it is written.
 *
 * @throws restore-refused
 */
export async function assertCanStart(
	deps: Pick<RestoreDeps, 'docker'>,
	project: string,
	config: Readonly<Record<string, unknown>>,
	publish: readonly Publication[],
): Promise<void> {
	for (const one of deps.docker.local ? publish : []) {
		if (await isPortFree(one)) continue;
		throw new BackupTuiError('restore-refused', `port ${one.host} of this host is in use`, {
			hint: 'choose another one: --publish HOST:PORT',
		});
	}
	await tryNetworks(deps, project, networksOf(config));
}
