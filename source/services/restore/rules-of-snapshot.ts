import type { Config } from '../../config/types.ts';
import { incompleteTag, isSafety } from '../../restic/tags.ts';
import { mountPoints } from '../../stacks/path-facts.ts';
import { isInside } from '../../stacks/path-inside.ts';
import type { Stack } from '../../stacks/types.ts';
import type { Manifest } from '../backup/manifest.ts';
import type { RestoreDeps } from './deps.ts';
import type { KeepRules } from './keep-rules.ts';
import type { LiveStack } from './live-stack.ts';
import type { OpenedSnapshot } from './open-snapshot.ts';

/** Folders of other stacks, in whose midst this one may lie, and what is our own. */
function othersOf(config: Config, stacks: readonly Stack[], live: LiveStack): readonly string[] {
	const directories = stacks
		.filter((stack) => stack.key !== live.stack.key)
		.map((stack) => stack.realDirectory)
		.filter((path) => !isInside(live.stack.realDirectory, path));
	return [...directories, ...ownFiles(config)];
}

/** The files of the program itself. */
function ownFiles({ paths, repository }: Config): readonly string[] {
	const all = [
		paths.stateDir,
		paths.logDir,
		paths.runDir,
		paths.configFile,
		paths.dirlist,
		repository.location,
	];
	return all.filter((path) => path.startsWith('/'));
}

/** What is kept where a safety snapshot is put back, which left out nothing but the repository. */
export function rulesOfSafety(config: Config, manifest: Manifest | undefined): KeepRules {
	return {
		patterns: manifest?.excludes ?? [],
		...{ caches: false, ifPresent: '', otherFileSystems: false, bornAfter: undefined },
		mountPoints: mountPoints(),
		others: ownFiles(config),
	};
}

/**
 * What `--delete` keeps when this snapshot is restored: what was left out when it was made, what is left out by now, and
 * what others own. A manifest of an earlier version does not say by which rules something was left out, and a snapshot
 * with errors lacks what could not be read: of those only what was made later is deleted. A safety snapshot has all.
 */
export function rulesOfSnapshot(
	{ config }: Pick<RestoreDeps, 'config'>,
	opened: OpenedSnapshot,
	live: LiveStack,
	stacks: readonly Stack[],
): KeepRules {
	const { manifest, snapshot } = opened;
	const others = othersOf(config, stacks, live);
	const common = { mountPoints: mountPoints(), others };
	if (isSafety(snapshot.tags)) return { ...rulesOfSafety(config, manifest), others };
	const { repository } = config;
	const now = config.stack(live.stack.name);
	const said = manifest?.leftOut;
	const complete = said !== undefined && !snapshot.tags.includes(incompleteTag);
	const notCaptured = (manifest?.mounts ?? []).filter((mount) => mount.notCaptured !== undefined);
	return {
		...common,
		others: [...others, ...notCaptured.map(({ source }) => source).filter((path) => path.startsWith('/'))],
		patterns: [...(manifest?.excludes ?? []), ...now.exclude],
		caches: said === undefined || said.caches || repository.excludeCaches,
		ifPresent: said === undefined || said.ifPresent === '' ? repository.excludeIfPresent : said.ifPresent,
		otherFileSystems: said === undefined || said.otherFileSystems || now.oneFileSystem,
		bornAfter: complete ? undefined : snapshot.time,
	};
}
