import { PassThrough, type Readable } from 'node:stream';
import { BackupTuiError } from '../errors.ts';
import type { Command, CommandResult } from '../process/command.ts';
import { backupArgs, backupInput, lsArgs, snapshotsArgs, streamArgs } from './args.ts';
import { BackupReader, unexplained } from './backup-messages.ts';
import type { Invocation } from './invocation.ts';
import { holdsLock, localLocks, removeStaleLocks } from './locks.ts';
import { findJson, isArray, isObject, text } from './messages.ts';
import type { RunningRestic, Session } from './session.ts';
import type {
	BackupCall,
	BackupRequest,
	BackupResult,
	CallOptions,
	RunningBackup,
	StreamRequest,
} from './types.ts';

/** Messages are read line by line; of the output itself only the end is kept, for errors. */
const keptOutput = 64 * 1024;
/** Enough to list a snapshot; restic before 0.17 tries to read a damaged file for a quarter of an hour. */
const parentTimeoutMs = 5 * 60_000;
/** On SIGINT restic 0.19 removes its lock and then goes on waiting for its input, which must not end: it is killed. */
const streamGraceMs = 3_000;

function invocationOf(
	args: readonly string[],
	stdin: Pick<Command, 'input' | 'stdinFrom' | 'cwd'>,
	reader: BackupReader,
	call: CallOptions,
): Invocation {
	return {
		operation: 'backup',
		args,
		lock: 'needed',
		...(call.signal === undefined ? {} : { signal: call.signal }),
		...(call.timeoutMs === undefined ? {} : { timeoutMs: call.timeoutMs }),
		...(call.stack === undefined ? {} : { stack: call.stack }),
		command: {
			...stdin,
			onStdoutLine: (line) => reader.line(line),
			onStderrLine: (line) => reader.line(line),
			maxOutputBytes: keptOutput,
		},
	};
}

/** Older versions give a short id. */
async function fullId(session: Session, id: string, call: CallOptions): Promise<string> {
	if (id.length === 64) return id;
	const { stdout } = await session.run({
		operation: 'read',
		args: snapshotsArgs({}, [id]),
		lock: 'none',
		...(call.signal === undefined ? {} : { signal: call.signal }),
	});
	const [only, ...others] = (findJson(stdout, isArray) ?? []).filter(isObject);
	const found = text(only?.id);
	if (found !== '' && others.length === 0) return found;
	throw new BackupTuiError('copy-failed', `restic named snapshot ${id}, but it is not in the repository`, {
		hint: 'check the repository: backup-tui check',
	});
}

/**
 * Versions before 0.15 report a damaged parent as a directory that could not be read, without a word: then the parent is
 * looked at itself. What was taken over from it would not be restorable.
 *
 * @throws repository-damaged
 */
async function assertParentReadable(
	session: Session,
	reader: BackupReader,
	parent: string | undefined,
	call: CallOptions,
): Promise<void> {
	if (parent === undefined || !reader.errors.some(({ message }) => message === unexplained)) return;
	await session.run({
		operation: 'read',
		args: lsArgs(parent),
		lock: 'none',
		noCache: true,
		timeoutMs: parentTimeoutMs,
		...(call.signal === undefined ? {} : { signal: call.signal }),
		command: { maxOutputBytes: keptOutput },
	});
}

async function resultOf(
	session: Session,
	reader: BackupReader,
	result: CommandResult,
	call: CallOptions,
	request: { readonly parent?: string; readonly dryRun?: boolean },
): Promise<BackupResult> {
	const dryRun = request.dryRun === true;
	await assertParentReadable(session, reader, request.parent, call);
	const { summary, snapshotId } = reader;
	if (summary === undefined || (snapshotId === '' && !dryRun)) {
		// Seen with a source called `--help`: restic prints its help and exits with 0.
		throw new BackupTuiError('copy-failed', 'restic reported success but made no snapshot', {
			detail: session.redact(`${result.stdout.slice(-2_000)}\n${result.stderr.slice(-2_000)}`),
		});
	}
	return {
		snapshotId: dryRun ? '' : await fullId(session, snapshotId, call),
		summary,
		partial: result.exitCode === 3 || reader.missingSources > 0,
		errors: reader.errors,
		errorCount: reader.errorCount,
		durationMs: result.durationMs,
	};
}

function running(
	session: Session,
	command: RunningRestic,
	locksBefore: readonly string[],
	result: Promise<BackupResult>,
): RunningBackup {
	result.catch(() => {});
	return {
		pid: command.pid,
		result,
		stop: async (graceMs) => {
			await command.stop(graceMs);
		},
		giveUp: () => command.giveUp(),
		holdsLock: () => holdsLock(session, command.pid, locksBefore),
	};
}

/** What restic is to copy, on its standard input. */
function sourcesOf(request: BackupRequest): Pick<Command, 'input' | 'cwd'> {
	const input = backupInput(request);
	return request.atRoot === undefined ? { input } : { input, cwd: request.atRoot.directory };
}

/** Makes a snapshot of files. */
export async function backup(
	session: Session,
	request: BackupRequest,
	call: BackupCall = {},
): Promise<BackupResult> {
	const reader = new BackupReader(call.onProgress, call.onFileError);
	const invocation = invocationOf(backupArgs(request), sourcesOf(request), reader, call);
	const ended = await session.run(invocation);
	return await resultOf(session, reader, ended, call, request);
}

/** Starts a backup and returns at once; with a FIFO as `excludeFile`, restic waits before it looks at any file. */
export async function startBackup(
	session: Session,
	request: BackupRequest,
	call: BackupCall = {},
): Promise<RunningBackup> {
	const reader = new BackupReader(call.onProgress, call.onFileError);
	const invocation = invocationOf(backupArgs(request), sourcesOf(request), reader, call);
	const locksBefore = localLocks(session) ?? [];
	const command = await session.start(invocation);
	const result = command.outcome.then((ended) => resultOf(session, reader, ended, call, request));
	return running(session, command, locksBefore, result);
}

/**
 * A snapshot of a stream. restic takes the end of its input for the end of the file, also when the source broke off half-way:
 * the end is withheld until the source is known to have ended well, else restic is stopped first.
 */
export async function backupStream(
	session: Session,
	request: StreamRequest,
	call: BackupCall = {},
): Promise<BackupResult> {
	const reader = new BackupReader(call.onProgress, call.onFileError);
	const gate = new PassThrough();
	const command = await session.start(invocationOf(streamArgs(request), { stdinFrom: gate }, reader, call));
	const source = Promise.all([request.complete, piped(request.input, gate, command.outcome)]).then(() =>
		gate.end(),
	);
	const failure = source.then(
		() => undefined,
		(error: unknown) => ({ error }),
	);
	const result = command.outcome.then((ended) => resultOf(session, reader, ended, call, request));
	result.catch(() => {});
	const broken = await Promise.race([
		failure,
		result.then(
			() => undefined,
			() => undefined,
		),
	]);
	if (broken !== undefined) {
		const { signal } = await command.stop(streamGraceMs);
		gate.destroy();
		// It may not have come to letting go of its lock.
		if (signal === 'SIGKILL') await removeStaleLocks(session).catch(() => {});
		throw broken.error;
	}
	try {
		return await result;
	} finally {
		request.input.unpipe(gate);
		gate.destroy();
	}
}

/** Resolves when all of `input` has gone into `gate`, which stays open; rejects when `input` breaks off. */
async function piped(input: Readable, gate: PassThrough, ended: Promise<unknown>): Promise<void> {
	const { promise, resolve, reject } = Promise.withResolvers<void>();
	input.once('end', resolve);
	input.once('error', reject);
	input.once('close', () => {
		if (!input.readableEnded)
			reject(new BackupTuiError('copy-failed', 'the stream to be backed up broke off'));
	});
	ended.then(
		() => resolve(),
		() => resolve(),
	);
	input.pipe(gate, { end: false });
	await promise;
}
