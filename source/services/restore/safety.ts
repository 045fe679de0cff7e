import { hostname } from 'node:os';
import { BackupTuiError } from '../../errors.ts';
import { safetyTags } from '../../restic/tags.ts';
import { type Manifest, type ManifestMount, manifestSource, stageManifest } from '../backup/manifest.ts';
import type { Run } from '../conduct-run.ts';
import type { RestoreDeps } from './deps.ts';
import type { LiveStack } from './live-stack.ts';
import type { PlannedPart } from './plan.ts';

/** What a restore is about to overwrite. */
export interface SafetyRequest {
	readonly live: LiveStack;
	readonly parts: readonly PlannedPart[];
	/** An earlier snapshot of the same: only what changed since is read. */
	readonly parent?: string;
}

function mountOf(part: PlannedPart): ManifestMount | undefined {
	const { mount } = part.placed.piece.part;
	if (mount === undefined || part.site.path === undefined) return undefined;
	return { ...mount, path: part.site.path };
}

/** What lies in a safety snapshot: enough to put everything back and to start what ran. */
export function safetyManifest(
	run: Run,
	deps: Pick<RestoreDeps, 'version' | 'now'>,
	request: SafetyRequest,
): Manifest {
	const { live, parts } = request;
	const { stack, inventory } = live;
	const there = parts.filter((part) => part.site.exists && part.site.path !== undefined);
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
		state: live.runs ? 'running' : 'stopped',
		method: 'stop',
		inventory,
		composeConfigs: [],
		images: [],
		mounts: there.map(mountOf).filter((mount) => mount !== undefined),
		paths: there.map((part) => part.site.path ?? ''),
		savedImages: [],
		absent: parts
			.filter((part) => !part.site.exists)
			.map(({ placed }) => (placed.place.kind === 'volume' ? `volume ${placed.place.volume}` : placed.from)),
	};
}

/**
 * Takes a snapshot of what a restore will overwrite, into this host's own repository. Nothing of it is left out but the
 * repository itself.
 *
 * @returns its id, or undefined when nothing is there
 * @throws restore-refused where a volume cannot be read, copy-failed, repository-*
 */
export async function takeSafetySnapshot(
	run: Run,
	deps: Pick<RestoreDeps, 'own' | 'config' | 'version' | 'now'>,
	request: SafetyRequest,
): Promise<string | undefined> {
	const blind = request.parts.filter((part) => part.site.exists && part.site.path === undefined);
	if (blind.length > 0) {
		throw new BackupTuiError(
			'restore-refused',
			`${blind.map((part) => part.to).join(', ')} cannot be read here, so no safety snapshot can be taken`,
			{ hint: 'restore into another one: --volume NAME --into NEW' },
		);
	}
	const manifest = safetyManifest(run, deps, request);
	if (manifest.paths.length === 0) return undefined;
	const { own, config } = deps;
	const staged = stageManifest(config.paths.runDir, manifest);
	const { stack } = request.live;
	try {
		const result = await own.backup(
			{
				atRoot: { directory: staged.directory, path: manifestSource },
				paths: manifest.paths,
				tags: safetyTags(stack.name),
				host: config.repository.hostname,
				exclude: own.location.kind === 'local' ? [own.location.path] : [],
				compression: config.repository.compression,
				...(request.parent === undefined ? {} : { parent: request.parent }),
			},
			{ signal: run.signal, stack: stack.name },
		);
		if (result.partial) {
			throw new BackupTuiError(
				'restore-refused',
				`${result.errorCount} files of ${stack.name} cannot be read, so the safety snapshot is not complete`,
				{ hint: 'run as root, or mend the disk; nothing was overwritten' },
			);
		}
		return result.snapshotId;
	} finally {
		staged.dispose();
	}
}
