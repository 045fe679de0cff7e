import { mountPoints } from '../../stacks/path-facts.ts';
import type { Manifest } from '../backup/manifest.ts';
import type { RestoreDeps } from './deps.ts';
import { judgeExtras, type KeepRules, type Proven } from './keep-rules.ts';
import { lstatLive, namesIn } from './live-tree.ts';
import { absentVolume, removalsOf } from './removals.ts';
import { removeEntry } from './remove-extras.ts';

/** Removes what was not there when a safety snapshot was taken; other file systems, and what is in no snapshot, stay. */
export async function takeAwayAbsent(
	deps: Pick<RestoreDeps, 'docker'>,
	manifest: Manifest | undefined,
	proven?: Proven,
): Promise<void> {
	const names = (manifest?.absent ?? []).flatMap((one) => absentVolume(one) ?? []);
	const holder = await deps.docker.hold(manifest?.stack.name ?? '', names);
	try {
		for (const { what, path } of await removalsOf(deps.docker, manifest))
			takeAway(path, absentVolume(what) !== undefined, proven);
	} finally {
		await holder.release();
	}
}

/** @param keepsRoot it is the root of a volume */
function takeAway(path: string, keepsRoot: boolean, proven: Proven | undefined): void {
	const stats = lstatLive(path);
	if (stats === undefined) return;
	const ignore = () => {};
	if (stats.isDirectory()) {
		const rules: KeepRules = {
			...{
				patterns: [],
				caches: false,
				ifPresent: '',
				otherFileSystems: true,
				bornAfter: undefined,
				others: [],
			},
			mountPoints: mountPoints(),
		};
		const folder = { at: path, path, stats, names: namesIn(path), marked: [], empty: true };
		judgeExtras(rules, proven, path, folder, {
			remove: (entry) => removeEntry(entry, ignore),
			keep: ignore,
		});
	}
	// A directory in which something stays, or a mount point, stays too.
	if (!keepsRoot) removeEntry({ path, stats }, ignore);
}
