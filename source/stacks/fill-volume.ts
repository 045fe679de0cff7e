import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { BackupTuiError } from '../errors.ts';
import type { DockerAccess } from './docker-access.ts';

/** The image of the helper: nothing in it, made from an empty archive, so that no registry is needed. */
const emptyImage = 'backup-tui/empty:1';
/** An empty tar archive is two blocks of zeroes (POSIX ustar). */
const emptyArchive = '\0'.repeat(1024);

export interface FillRequest {
	readonly volume: string;
	/** Entries lie below `at`, without its leading slash; an entry for `at` itself sets the volume's own mode and owner. */
	readonly tar: Readable;
	/** Where the archive expects the volume. */
	readonly at: string;
	/** Labels of the helper container, by which a dead run's helpers are found. */
	readonly labels: Readonly<Record<string, string>>;
	readonly signal?: AbortSignal;
}

function command(access: DockerAccess, args: readonly string[]) {
	return { tool: 'docker' as const, file: access.dockerFile, args, env: access.env };
}

async function ensureEmptyImage(access: DockerAccess): Promise<void> {
	if ((await access.engine.inspectImage(emptyImage)) !== undefined) return;
	const result = await access.runner.run({
		...command(access, ['import', '-', emptyImage]),
		input: emptyArchive,
		timeoutMs: 60_000,
	});
	if (result.exitCode !== 0) {
		throw new BackupTuiError('restore-failed', 'the helper image cannot be made', { detail: result.stderr });
	}
}

/**
 * Writes a tar archive into a volume that has no path on this host, through a container that is never started: works
 * with any volume driver and needs no image of the stack. Owners, modes, times and hard links are those of the archive.
 *
 * @throws restore-failed, daemon-unreachable
 */
export async function fillVolume(access: DockerAccess, request: FillRequest): Promise<void> {
	await ensureEmptyImage(access);
	const id = await access.engine.createHelper({
		name: `backup-tui-fill-${randomBytes(6).toString('hex')}`,
		image: emptyImage,
		command: ['/never-started'],
		volume: request.volume,
		destination: request.at,
		labels: request.labels,
		writable: true,
	});
	try {
		const result = await access.runner.run({
			...command(access, ['cp', '-', `${id}:/`]),
			stdinFrom: request.tar,
			...(request.signal === undefined ? {} : { signal: request.signal }),
		});
		request.signal?.throwIfAborted();
		if (result.exitCode === 0) return;
		throw new BackupTuiError('restore-failed', `the volume ${request.volume} could not be filled`, {
			hint: 'see the log of this run; what is in the volume now is not complete',
			detail: result.stderr,
		});
	} finally {
		await access.engine.removeContainer(id);
	}
}
