import type { Config } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import { childEnvironment } from '../../process/environment.ts';
import { createGate, type Gate } from '../../restic/gate.ts';
import { acceptedTag, partTags, stackTags, warmTags } from '../../restic/tags.ts';
import type { BackupCall, BackupRequest, BackupResult, RunningBackup, Snapshot } from '../../restic/types.ts';
import { inPhase, type Run } from '../conduct-run.ts';
import { seldom } from '../progress-rate.ts';
import { type Added, addedBytes } from './added-bytes.ts';
import { type Manifest, manifestOf, manifestSource, type StagedManifest, stageManifest } from './manifest.ts';
import type { PlanItem } from './plan.ts';
import type { PreparedStack } from './ports.ts';
import { saveStackImages } from './save-images.ts';
import type { StackBackupDeps } from './stack-copy.ts';
import { streamName } from './stream-names.ts';

/** What a copy is compared with. */
export type Parent = Pick<Snapshot, 'id'>;

/** A copy that is ready to be made: with a gate, restic already has the repository open. */
export interface ReadyCopy {
	/** Makes the copy; the stack is quiet now. Throws copy-failed, no-space, repository-*, timed-out. */
	make(): Promise<BackupResult>;
	/** Sends a waiting restic away and removes what was staged. Also after `make`. */
	dispose(): Promise<void>;
}

/** The request restic gets for a stack; pure, shared with --dry-run. */
export function backupRequest(
	deps: Pick<StackBackupDeps, 'config' | 'now'>,
	item: PlanItem,
	prepared: PreparedStack,
	set: string,
	stagingDirectory: string,
	parent: Parent | undefined,
): BackupRequest {
	const { repository } = deps.config;
	return {
		atRoot: { directory: stagingDirectory, path: manifestSource },
		paths: prepared.paths,
		tags: stackTags(item.stack.name, deps.now(), set, item.acceptShrink === true ? [acceptedTag] : []),
		host: repository.hostname,
		// The last pattern wins: whatever the person excludes, the manifest stays.
		exclude: [...prepared.excludes, ...item.config.exclude, `!${stagingDirectory}/${manifestSource}`],
		oneFileSystem: item.config.oneFileSystem,
		excludeCaches: repository.excludeCaches,
		excludeIfPresent: repository.excludeIfPresent,
		compression: repository.compression,
		...(parent === undefined ? {} : { parent: parent.id }),
	};
}

/**
 * Gets a copy ready while the stack still runs: the manifest is staged, and with `gated` restic is started and stands at
 * the gate. A repository that is missing, locked or has another password fails here, before any downtime.
 */
export async function readyCopy(
	run: Run,
	deps: StackBackupDeps,
	copy: Added & { readonly item: PlanItem; readonly prepared: PreparedStack },
	parent: Parent | undefined,
	gated: boolean,
): Promise<ReadyCopy> {
	const { item, prepared } = copy;
	const set = run.session.id;
	const saved = await saveStackImages(run, deps, copy, set);
	const manifest = manifestOfCopy(run, deps, item, prepared, saved);
	const staged = stageManifest(deps.config.paths.runDir, manifest);
	const request = backupRequest(deps, item, prepared, set, staged.directory, parent);
	const call = callOf(run, item.stack.name);
	try {
		const waiting = gated ? await standAtGate(run, deps, item, request, call, staged) : undefined;
		return {
			make: async () => {
				await copyStreams(run, deps, copy, set);
				const result = await (waiting === undefined
					? deps.restic.backup(request, { ...call, signal: run.signal })
					: waiting.go());
				copy.addedBytes += addedBytes(result);
				emitSnapshot(run, item.stack.name, result, copy.addedBytes, parent);
				return result;
			},
			dispose: async () => {
				await waiting?.dispose();
				staged.dispose();
			},
		};
	} catch (error) {
		staged.dispose();
		throw error;
	}
}

/** A copy of a stack that runs: not a backup, only the parent of one. */
export async function warmCopy(
	run: Run,
	deps: StackBackupDeps,
	item: PlanItem,
	prepared: PreparedStack,
	parent: Parent | undefined,
): Promise<BackupResult> {
	const staged = stageManifest(deps.config.paths.runDir, manifestOfCopy(run, deps, item, prepared));
	try {
		const request = backupRequest(deps, item, prepared, run.session.id, staged.directory, parent);
		return await deps.restic.backup(
			{ ...request, tags: warmTags(item.stack.name) },
			{ ...callOf(run, item.stack.name, 'warm'), onFileError: () => {}, signal: run.signal },
		);
	} finally {
		staged.dispose();
	}
}

interface Waiting {
	go(): Promise<BackupResult>;
	dispose(): Promise<void>;
}

/**
 * Starts restic and waits until it stands at the gate, with a lock that it could write. Nothing is stopped before that.
 *
 * @throws the reason, when it does not come there: repository-*, no-space, no-permission, timed-out, copy-failed
 */
async function standAtGate(
	run: Run,
	deps: StackBackupDeps,
	item: PlanItem,
	request: BackupRequest,
	call: BackupCall,
	staged: StagedManifest,
): Promise<Waiting> {
	const stack = item.stack.name;
	return inPhase(run.session, { phase: 'gate', stack }, async () => {
		const gate = await createGate(staged.directory, run.session.runner, childEnvironment(process.env));
		const backup = await deps.restic.startBackup({ ...request, excludeFile: gate.path }, call);
		const stop = () => void backup.stop();
		// At the gate it does not hear a signal, but ends by itself when it is sent away.
		const refuse = () => gate.refuse();
		const interrupted = () => new BackupTuiError('copy-failed', 'interrupted before the copy began');
		const dispose = async () => {
			for (const listener of [stop, refuse]) run.signal.removeEventListener('abort', listener);
			gate.dispose();
			await backup.result.catch(() => {});
		};
		run.signal.addEventListener('abort', stop);
		try {
			await arriveAtGate(gate, backup, deps.config.repository);
		} catch (error) {
			gate.refuse();
			await backup.stop();
			await dispose();
			throw run.signal.aborted ? interrupted() : error;
		}
		run.signal.removeEventListener('abort', stop);
		run.signal.addEventListener('abort', refuse);
		return {
			go: async () => {
				run.signal.removeEventListener('abort', refuse);
				run.signal.addEventListener('abort', stop, { once: true });
				if (run.signal.aborted) throw interrupted();
				gate.release();
				return await backup.result;
			},
			dispose,
		};
	});
}

/** @throws when restic is not there in time, or without a lock */
async function arriveAtGate(
	gate: Gate,
	backup: RunningBackup,
	{ openTimeoutSeconds, retryLockSeconds }: Config['repository'],
): Promise<void> {
	const seconds = openTimeoutSeconds + retryLockSeconds;
	let ended = false;
	const watched = backup.result.finally(() => {
		ended = true;
	});
	if (!(await gate.arrived(watched, seconds * 1000))) {
		if (ended) {
			await backup.result;
			throw new BackupTuiError('copy-failed', 'restic did not wait until the stack was stopped');
		}
		const { code, message, detail } = await backup.giveUp();
		const why = code === 'timed-out' ? '' : `: ${message}`;
		throw new BackupTuiError('timed-out', `the repository was not ready within ${seconds} s${why}`, {
			hint: 'nothing was stopped; look at what its disk, server or network is doing, or raise OPEN_TIMEOUT in [local_backup]',
			...(detail === undefined ? {} : { detail }),
		});
	}
	if (await backup.holdsLock()) return;
	throw new BackupTuiError('copy-failed', 'restic was about to copy without a lock in the repository', {
		hint: 'nothing was stopped; take another version of restic: RESTIC in [tools]',
	});
}

function callOf(run: Run, stack: string, phase: 'copy' | 'warm' = 'copy'): BackupCall {
	return {
		stack,
		onProgress: seldom((progress) =>
			run.session.emit({
				type: 'progress',
				stack,
				phase,
				...progress,
				currentFiles: [...progress.currentFiles],
			}),
		),
		onFileError: (error) =>
			run.session.emit({ type: 'message', level: 'warn', stack, text: `${error.path}: ${error.message}` }),
	};
}

/** Volumes without a host path: each as a snapshot of its own. */
async function copyStreams(
	run: Run,
	deps: StackBackupDeps,
	copy: Added & { readonly item: PlanItem; readonly prepared: PreparedStack },
	set: string,
): Promise<void> {
	const { item, prepared } = copy;
	const { hostname: host, compression } = deps.config.repository;
	for (const stream of deps.docker.streams(prepared)) {
		const { data, complete } = await stream.open(run.signal);
		const result = await deps.restic.backupStream(
			{
				filename: streamName(stream.volume),
				input: data,
				complete,
				tags: partTags(item.stack.name, stream.volume, set),
				host,
				compression,
			},
			{ signal: run.signal, stack: item.stack.name },
		);
		copy.addedBytes += addedBytes(result);
	}
}

function emitSnapshot(
	run: Run,
	stack: string,
	result: BackupResult,
	added: number,
	parent: Parent | undefined,
): void {
	run.session.emit({
		type: 'snapshot',
		stack,
		id: result.snapshotId,
		...(parent === undefined ? {} : { parent: parent.id }),
		files: result.summary.totalFiles,
		bytes: result.summary.totalBytes,
		addedBytes: added,
		addedInCopyBytes: addedBytes(result),
		partial: result.partial,
	});
}

function manifestOfCopy(
	run: Run,
	deps: StackBackupDeps,
	item: PlanItem,
	prepared: PreparedStack,
	savedImages: readonly string[] = [],
): Manifest {
	const { method, inventory, composeConfigs, images, mounts, paths } = prepared;
	return manifestOf(run, deps, item.stack, {
		...{ state: item.state, method, inventory, composeConfigs, images, mounts, paths, savedImages },
		excludes: [...prepared.excludes, ...item.config.exclude],
		leftOut: {
			caches: deps.config.repository.excludeCaches,
			ifPresent: deps.config.repository.excludeIfPresent,
			otherFileSystems: item.config.oneFileSystem,
		},
	});
}
