import { BackupTuiError } from '../../errors.ts';
import { safetyTags, warmTags } from '../../restic/tags.ts';
import {
	type Manifest,
	type ManifestMount,
	manifestOf,
	manifestSource,
	stageManifest,
} from '../backup/manifest.ts';
import type { Run } from '../conduct-run.ts';
import type { RestoreDeps } from './deps.ts';
import type { PlannedPart } from './plan.ts';
import type { PreparedRestore } from './prepare.ts';

/** What a restore is about to overwrite. */
export interface SafetyRequest {
	readonly prepared: Pick<PreparedRestore, 'live' | 'before' | 'wasOn' | 'removals'>;
	readonly parts: readonly PlannedPart[];
	/** An earlier snapshot of the same: only what changed since is read. */
	readonly parent?: string;
	/** While the stack runs: only to be the parent of the one that counts, forgotten by the next backup. */
	readonly warm?: boolean;
}

function mountOf(part: PlannedPart): ManifestMount | undefined {
	const { mount } = part.placed.piece.part;
	if (mount === undefined || part.site.path === undefined) return undefined;
	return { ...mount, path: part.site.path };
}

/** What lies in a safety snapshot: enough to put everything back and to start what ran. */
function safetyManifest(
	run: Run,
	deps: Pick<RestoreDeps, 'version' | 'now'>,
	request: SafetyRequest,
): Manifest {
	const { parts } = request;
	const { live, before, wasOn, removals } = request.prepared;
	const there = parts.filter((part) => part.site.exists && part.site.path !== undefined);
	return manifestOf(run, deps, live.stack, {
		state: wasOn ? 'running' : 'stopped',
		method: 'stop',
		inventory: before,
		composeConfigs: [],
		images: [],
		mounts: there.map(mountOf).filter((mount) => mount !== undefined),
		paths: [...there.map((part) => part.site.path ?? ''), ...removals.map(({ path }) => path)],
		savedImages: [],
		absent: parts
			.filter((part) => !part.site.exists)
			.map(({ placed }) => (placed.place.kind === 'volume' ? `volume ${placed.place.volume}` : placed.from)),
	});
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
	const { stack } = request.prepared.live;
	try {
		const result = await own.backup(
			{
				atRoot: { directory: staged.directory, path: manifestSource },
				paths: manifest.paths,
				tags: request.warm === true ? warmTags(stack.name) : safetyTags(stack.name),
				host: config.repository.hostname,
				exclude: own.location.kind === 'local' ? [own.location.path] : [],
				compression: config.repository.compression,
				...(request.parent === undefined ? {} : { parent: request.parent }),
			},
			{ signal: run.signal, stack: stack.name },
		);
		// Files come and go while a stack runs.
		if (result.partial && request.warm !== true) {
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
