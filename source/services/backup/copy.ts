import { BackupTuiError } from '../../errors.ts';
import { childEnvironment } from '../../process/environment.ts';
import { createGate, type Gate } from '../../restic/gate.ts';
import { acceptedTag, partTags, stackTags, warmTags } from '../../restic/tags.ts';
import type { BackupCall, BackupRequest, BackupResult, Snapshot } from '../../restic/types.ts';
import { inPhase, type Run } from '../conduct-run.ts';
import { seldom } from '../progress-rate.ts';
import { type Added, addedBytes } from './added-bytes.ts';
import { type Manifest, manifestOf, manifestSource, type StagedManifest, stageManifest } from './manifest.ts';
import type { PlanItem } from './plan.ts';
import type { PreparedStack } from './ports.ts';
import { saveStackImages } from './save-images.ts';
import type { StackBackupDeps } from './stack-backup.ts';
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

/** @returns undefined when restic does not come to the gate (another version may do so): the plain way is taken then */
async function standAtGate(
	run: Run,
	deps: StackBackupDeps,
	item: PlanItem,
	request: BackupRequest,
	call: BackupCall,
	staged: StagedManifest,
): Promise<Waiting | undefined> {
	const stack = item.stack.name;
	return inPhase(run.session, { phase: 'gate', stack }, async () => {
		let gate: Gate;
		try {
			gate = await createGate(staged.directory, run.session.runner, childEnvironment(process.env));
		} catch {
			return undefined;
		}
		const backup = await deps.restic.startBackup({ ...request, excludeFile: gate.path }, call);
		const refuse = () => gate.refuse();
		run.signal.addEventListener('abort', refuse);
		const patienceMs = 30_000 + deps.config.repository.retryLockSeconds * 1000;
		const dispose = async () => {
			run.signal.removeEventListener('abort', refuse);
			gate.dispose();
			await backup.result.catch(() => {});
		};
		if (!(await gate.arrived(backup.result, patienceMs))) {
			await backup.stop();
			await dispose();
			// Ended by itself: says why. Stopped by us: it never came, so this version has no gate.
			const error = await backup.result.then(
				() => undefined,
				(reason: unknown) => reason,
			);
			if (error instanceof BackupTuiError && !error.code.startsWith('interrupted')) throw error;
			return undefined;
		}
		return {
			go: async () => {
				run.signal.removeEventListener('abort', refuse);
				const cut = () => void backup.stop();
				run.signal.addEventListener('abort', cut, { once: true });
				if (run.signal.aborted) throw new BackupTuiError('copy-failed', 'interrupted before the copy began');
				gate.release();
				return backup.result.finally(() => run.signal.removeEventListener('abort', cut));
			},
			dispose,
		};
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
	});
}
