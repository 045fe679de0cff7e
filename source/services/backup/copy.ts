import { hostname } from 'node:os';
import { partTags, stackTags } from '../../restic/tags.ts';
import type { BackupRequest, BackupResult, Snapshot } from '../../restic/types.ts';
import type { Run } from '../conduct-run.ts';
import { type Manifest, manifestSource, stageManifest } from './manifest.ts';
import type { PlanItem } from './plan.ts';
import type { PreparedStack } from './ports.ts';
import type { StackBackupDeps } from './stack-backup.ts';

/** Events per second are plenty for a screen; a run's file stays small. */
const progressEveryMs = 500;

/** The request restic gets for a stack; pure, shared with --dry-run. */
export function backupRequest(
	deps: Pick<StackBackupDeps, 'config' | 'now'>,
	item: PlanItem,
	prepared: PreparedStack,
	set: string,
	stagingDirectory: string,
	parent: Snapshot | undefined,
): BackupRequest {
	const { repository } = deps.config;
	return {
		atRoot: { directory: stagingDirectory, path: manifestSource },
		paths: prepared.paths,
		tags: stackTags(item.stack.name, deps.now(), set),
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
 * Copies a quiet stack: volumes without a host path first, each as a snapshot of its own, then one snapshot of all
 * paths with the manifest.
 *
 * @throws copy-failed, no-space, repository-*, timed-out
 */
export async function copyStack(
	run: Run,
	deps: StackBackupDeps,
	item: PlanItem,
	prepared: PreparedStack,
	parent: Snapshot | undefined,
): Promise<BackupResult> {
	const { stack } = item;
	const set = run.session.id;
	for (const stream of deps.docker.streams(prepared)) {
		const { data, complete } = await stream.open(run.signal);
		await deps.restic.backupStream(
			{
				filename: `volumes/${stream.volume}.tar`,
				input: data,
				complete,
				tags: partTags(stack.name, stream.volume, set),
				host: deps.config.repository.hostname,
				compression: deps.config.repository.compression,
			},
			{ signal: run.signal },
		);
	}
	const staged = stageManifest(deps.config.paths.runDir, manifestOf(run, deps, item, prepared));
	try {
		let nextProgress = 0;
		const result = await deps.restic.backup(
			backupRequest(deps, item, prepared, set, staged.directory, parent),
			{
				signal: run.signal,
				onProgress: (progress) => {
					const now = performance.now();
					if (now < nextProgress) return;
					nextProgress = now + progressEveryMs;
					run.session.emit({
						type: 'progress',
						stack: stack.name,
						phase: 'copy',
						...progress,
						currentFiles: [...progress.currentFiles],
					});
				},
				onFileError: (error) =>
					run.session.emit({
						type: 'message',
						level: 'warn',
						stack: stack.name,
						text: `${error.path}: ${error.message}`,
					}),
			},
		);
		run.session.emit({
			type: 'snapshot',
			stack: stack.name,
			id: result.snapshotId,
			...(parent === undefined ? {} : { parent: parent.id }),
			files: result.summary.totalFiles,
			bytes: result.summary.totalBytes,
			addedBytes: result.summary.addedBytesPacked ?? result.summary.addedBytes,
			partial: result.partial,
		});
		return result;
	} finally {
		staged.dispose();
	}
}

function manifestOf(run: Run, deps: StackBackupDeps, item: PlanItem, prepared: PreparedStack): Manifest {
	const { stack } = item;
	return {
		v: 1,
		program: 'backup-tui',
		version: deps.version,
		createdAt: deps.now().toISOString(),
		run: run.session.id,
		host: hostname(),
		stack: {
			key: stack.key,
			name: stack.name,
			origin: stack.origin,
			directory: stack.directory,
			realDirectory: stack.realDirectory,
			composeFiles: stack.composeFiles,
			project: stack.project,
		},
		state: item.state,
		method: prepared.method,
		inventory: prepared.inventory,
		composeConfigs: prepared.composeConfigs,
		images: prepared.images,
		mounts: prepared.mounts,
		paths: prepared.paths,
		savedImages: [],
	};
}
