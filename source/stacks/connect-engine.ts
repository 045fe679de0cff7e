import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessRunner } from '../process/command.ts';
import { createCliEngine } from './cli-engine.ts';
import type { Engine } from './engine.ts';
import { createSocketEngine } from './socket-engine.ts';

type Environment = Readonly<Record<string, string>>;

function readJson(path: string): unknown {
	try {
		return JSON.parse(readFileSync(path, 'utf8'));
	} catch {
		return undefined;
	}
}

/**
 * The docker host as the docker client finds it: DOCKER_HOST, then DOCKER_CONTEXT, then `currentContext` of
 * config.json, else the default socket. Empty for a context that cannot be read.
 *
 * @see https://docs.docker.com/engine/manage-resources/contexts/
 */
export function dockerHost(env: Environment): string {
	if (env.DOCKER_HOST !== undefined && env.DOCKER_HOST !== '') return env.DOCKER_HOST;
	const folder = env.DOCKER_CONFIG ?? join(env.HOME ?? '/', '.docker');
	const config = readJson(join(folder, 'config.json')) as { currentContext?: string } | undefined;
	const context = env.DOCKER_CONTEXT || config?.currentContext || 'default';
	if (context === 'default') return 'unix:///var/run/docker.sock';
	const id = createHash('sha256').update(context).digest('hex');
	const meta = readJson(join(folder, 'contexts', 'meta', id, 'meta.json')) as
		| { Endpoints?: { docker?: { Host?: string } } }
		| undefined;
	return meta?.Endpoints?.docker?.Host ?? '';
}

/** @returns true when what the engine calls a host path is a path of this machine */
function isLocal(host: string): boolean {
	if (host.startsWith('unix://')) return true;
	try {
		return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(host).hostname);
	} catch {
		return false;
	}
}

/** The engine the docker client would talk to: over its socket where that is a unix socket, else by the client itself. */
export function connectEngine(options: {
	readonly runner: ProcessRunner;
	readonly dockerFile: string;
	/** The environment docker children get: DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG and HOME are read from it. */
	readonly env: Environment;
}): Engine {
	const host = dockerHost(options.env);
	if (host.startsWith('unix://')) return createSocketEngine(host.slice('unix://'.length));
	return createCliEngine({
		...options,
		endpoint: host || 'the current docker context',
		local: isLocal(host),
	});
}
