import { randomBytes } from 'node:crypto';
import { PassThrough, type Readable } from 'node:stream';
import { BackupTuiError } from '../errors.ts';

import type { DockerAccess } from './docker-access.ts';
import { type HelperOwner, helperLabels } from './helper-container.ts';
import { renamedEntry, tarBlock } from './tar-block.ts';

/** The image of the helper: nothing in it, made from an empty archive, so that no registry is needed. */
const emptyImage = 'backup-tui/empty:1';
/** A tar archive ends with two blocks of zeroes (POSIX ustar). */
const archiveEnd = Buffer.alloc(2 * tarBlock);

export interface FillRequest {
	readonly volume: string;
	readonly tar: Readable;
	/** Where the helper has the volume. */
	readonly at: string;
	/** Directory of the helper the archive's paths begin in: `at`, or `/` when they contain it. */
	readonly into: string;
	/** Header of the volume's own directory below `/`; without it, that of the archive's first entry is taken. */
	readonly root?: Buffer;
	readonly owner: HelperOwner;
	readonly signal?: AbortSignal;
}

/** A volume of some TB over a slow line, ms. */
const fillMs = 24 * 3600_000;

function command(access: DockerAccess, args: readonly string[]) {
	return { tool: 'docker' as const, file: access.dockerFile, args, env: access.env };
}

async function ensureEmptyImage(access: DockerAccess): Promise<void> {
	if ((await access.engine.inspectImage(emptyImage)) !== undefined) return;
	const result = await access.runner.run({
		...command(access, ['import', '-', emptyImage]),
		input: archiveEnd.toString('latin1'),
		timeoutMs: 60_000,
	});
	if (result.exitCode !== 0) {
		throw new BackupTuiError('restore-failed', 'the helper image cannot be made', { detail: result.stderr });
	}
}

/** Hands the archive on and keeps its first block. */
function withFirstBlock(tar: Readable): { readonly through: Readable; readonly first: () => Buffer } {
	const through = new PassThrough();
	let first = Buffer.alloc(0);
	tar.on('data', (chunk: Buffer) => {
		if (first.length < tarBlock) first = Buffer.concat([first, chunk.subarray(0, tarBlock - first.length)]);
	});
	tar.on('error', (error) => through.destroy(error));
	tar.pipe(through);
	return { through, first: () => first };
}

async function copyInto(access: DockerAccess, id: string, request: FillRequest, into: string, tar: Readable) {
	const result = await access.runner.run({
		...command(access, ['cp', '-', `${id}:${into}`]),
		stdinFrom: tar,
		timeoutMs: fillMs,
		...(request.signal === undefined ? {} : { signal: request.signal }),
	});
	request.signal?.throwIfAborted();
	if (result.exitCode === 0) return;
	throw new BackupTuiError('restore-failed', `the volume ${request.volume} could not be filled`, {
		hint: 'see the log of this run; what is in the volume now is not complete',
		detail: result.stderr,
	});
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
		name: `backup-tui-${randomBytes(6).toString('hex')}`,
		image: emptyImage,
		command: ['/never-started'],
		volumes: [{ name: request.volume, destination: request.at }],
		labels: helperLabels(request.owner),
		writable: true,
	});
	try {
		const { through, first } = withFirstBlock(request.tar);
		await copyInto(access, id, request, request.into, through);
		// `docker cp` does not touch the directory it copies into: its mode, owner and time come last, from above.
		const root = request.root ?? renamedEntry(first(), `${request.at.slice(1)}/`);
		if (root === undefined) return;
		const archive = new PassThrough();
		archive.end(Buffer.concat([root, archiveEnd]));
		await copyInto(access, id, request, '/', archive);
	} finally {
		await access.engine.removeContainer(id);
	}
}
