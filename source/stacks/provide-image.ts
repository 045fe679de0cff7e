import { PassThrough, type Readable } from 'node:stream';
import { BackupTuiError } from '../errors.ts';
import { dockerCommand, type ProjectFiles, projectArguments } from './compose-command.ts';
import type { DockerAccess } from './docker-access.ts';

/** A large image over a slow line; a registry that is not there is given up by the engine after some seconds. */
const pullMs = 3600_000;
const localMs = 60_000;

/** Whether a step worked, and why not in the tool's own words. */
export interface Attempt {
	readonly ok: boolean;
	readonly reason: string;
}

async function attempt(
	access: DockerAccess,
	args: readonly string[],
	options: {
		readonly timeoutMs: number;
		readonly signal?: AbortSignal | undefined;
		readonly stdinFrom?: Readable;
		readonly workingDir?: string;
	},
): Promise<Attempt> {
	const result = await access.runner.run({
		...dockerCommand(access, args, options.workingDir),
		timeoutMs: options.timeoutMs,
		...(options.signal === undefined ? {} : { signal: options.signal }),
		...(options.stdinFrom === undefined ? {} : { stdinFrom: options.stdinFrom }),
	});
	options.signal?.throwIfAborted();
	if (result.exitCode === 0) return { ok: true, reason: '' };
	const last = result.stderr.trim().split('\n').at(-1) ?? '';
	return { ok: false, reason: result.timedOut ? `no end within ${options.timeoutMs / 1000} s` : last };
}

/** @param reference name:tag, or name@sha256:... for exactly one image */
export function pullImage(access: DockerAccess, reference: string, signal?: AbortSignal): Promise<Attempt> {
	return attempt(access, ['pull', '--quiet', reference], { timeoutMs: pullMs, signal });
}

/** Gives an image that is here a name. */
export function tagImage(access: DockerAccess, image: string, reference: string): Promise<Attempt> {
	return attempt(access, ['tag', image, reference], { timeoutMs: localMs });
}

/** Builds services from their `build:` sections. */
export function buildImages(
	access: DockerAccess,
	project: ProjectFiles,
	services: readonly string[],
	signal?: AbortSignal,
): Promise<Attempt> {
	return attempt(access, [...projectArguments(project), 'build', '--quiet', '--', ...services], {
		timeoutMs: pullMs,
		signal,
		workingDir: project.workingDir,
	});
}

/** Loads what `saveImages` made. */
export function loadImages(access: DockerAccess, archive: Readable, signal?: AbortSignal): Promise<Attempt> {
	return attempt(access, ['load', '--quiet'], { timeoutMs: pullMs, signal, stdinFrom: archive });
}

/**
 * Images with their names and layers as one archive, as it comes.
 *
 * @returns `complete` rejects when the archive is cut: what was read is then worth nothing
 */
export async function saveImages(
	access: DockerAccess,
	references: readonly string[],
	signal?: AbortSignal,
): Promise<{ readonly data: Readable; readonly complete: Promise<void> }> {
	const data = new PassThrough();
	const running = await access.runner.start({
		...dockerCommand(access, ['save', ...references]),
		timeoutMs: pullMs,
		stdoutTo: data,
		readOnly: true,
		...(signal === undefined ? {} : { signal }),
	});
	const complete = running.result.then((result) => {
		data.end();
		if (result.exitCode === 0) return;
		throw new BackupTuiError('copy-failed', `the images ${references.join(', ')} could not be saved`, {
			detail: result.stderr,
		});
	});
	complete.catch(() => {});
	return { data, complete };
}

/** Makes the containers of these services, with networks and anonymous volumes, and starts none. */
export function createContainers(
	access: DockerAccess,
	project: ProjectFiles,
	replicas: Readonly<Record<string, number>>,
	signal?: AbortSignal,
): Promise<Attempt> {
	const services = Object.entries(replicas);
	const args = [
		...projectArguments(project),
		...['up', '--no-start', '--no-build', '--pull', 'never'],
		...services.flatMap(([service, count]) => ['--scale', `${service}=${count}`]),
		...['--', ...services.map(([service]) => service)],
	];
	return attempt(access, args, { timeoutMs: 10 * 60_000, signal, workingDir: project.workingDir });
}
