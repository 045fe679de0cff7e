import { BackupTuiError } from '../../errors.ts';
import { safetyTags, warmTags } from '../../restic/tags.ts';
import { literalPattern } from '../../stacks/exclude-pattern.ts';
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
import { belowVolume } from './site.ts';

/** What a restore is about to overwrite. */
export interface SafetyRequest {
	readonly prepared: Pick<PreparedRestore, 'opened' | 'live' | 'before' | 'wasOn' | 'removals'>;
	readonly parts: readonly PlannedPart[];
	/** An earlier snapshot of the same: only what changed since is read. */
	readonly parent?: string;
	/** While the stack runs: only to be the parent of the one that counts, forgotten by the next backup. */
	readonly warm?: boolean;
}

/** The mount a part of a volume belongs to, as it is written to: `--into` another one has another name. */
function mountOf({ placed, site }: PlannedPart): ManifestMount | undefined {
	const { piece, place } = placed;
	const { mount } = piece.part;
	if (mount === undefined || site.path === undefined) return undefined;
	if (place.kind !== 'volume') return { ...mount, path: site.path };
	const below = belowVolume(piece);
	const root = below === '' ? site.path : site.path.slice(0, -below.length - 1);
	return { ...mount, name: place.volume, path: root };
}

/** What is taken away by going back: a path, or all of a volume. */
function absentOf({ placed, site }: PlannedPart): readonly string[] {
	const { piece, place } = placed;
	if (place.kind === 'path') return [site.path ?? place.to];
	if (place.kind === 'anonymous') return [];
	return [belowVolume(piece) === '' || site.path === undefined ? `volume ${place.volume}` : site.path];
}

/** What lies in a safety snapshot: enough to put everything back and to start what ran. */
function safetyManifest(
	run: Run,
	deps: Pick<RestoreDeps, 'version' | 'now'>,
	request: SafetyRequest,
	excludes: readonly string[],
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
		mounts: parts.map(mountOf).filter((mount) => mount !== undefined),
		paths: [...there.map((part) => part.site.path ?? ''), ...removals.map(({ path }) => path)],
		savedImages: [],
		excludes: [...excludes],
		leftOut: { caches: false, ifPresent: '', otherFileSystems: false },
		absent: parts.filter((part) => !part.site.exists).flatMap(absentOf),
	});
}

/** Going back goes to the newest: a clock that was put back must not make an older one that. */
function laterThan(newest: number | undefined, now: Date): { readonly time?: Date } {
	return newest === undefined || newest < now.getTime() ? {} : { time: new Date(newest + 1000) };
}

/**
 * Takes a snapshot of what a restore will overwrite, into this host's own repository. Nothing of it is left out but the
 * repository itself.
 *
 * Where nothing is overwritten it says what was not there: going back must not find an older one.
 *
 * @returns its id, or undefined when there is nothing to say
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
	const { own, config } = deps;
	const exclude = own.location.kind === 'local' ? [literalPattern(own.location.path)] : [];
	const manifest = safetyManifest(run, deps, request, exclude);
	if (manifest.paths.length === 0 && manifest.absent?.length === 0) return undefined;
	const staged = stageManifest(config.paths.runDir, manifest);
	const { stack } = request.prepared.live;
	try {
		const result = await own.backup(
			{
				atRoot: { directory: staged.directory, path: manifestSource },
				paths: manifest.paths,
				tags: request.warm === true ? warmTags(stack.name) : safetyTags(stack.name),
				host: config.repository.hostname,
				exclude,
				compression: config.repository.compression,
				...laterThan(request.prepared.opened.newestSafety, deps.now()),
				...(request.parent === undefined ? {} : { parent: request.parent }),
			},
			{ signal: run.signal, stack: stack.name },
		);
		// Whether what is missing matters is seen when it is proven; while the stack runs, files come and go.
		if (result.partial && request.warm !== true)
			run.session.emit({
				type: 'message',
				level: 'warn',
				stack: stack.name,
				text: `${result.errorCount} files of ${stack.name} cannot be read: they are not in the safety snapshot`,
			});
		return result.snapshotId;
	} finally {
		staged.dispose();
	}
}
