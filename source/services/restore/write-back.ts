import type { Run } from '../conduct-run.ts';
import { choosePieces } from './choose-parts.ts';
import type { RestoreDeps } from './deps.ts';
import { partsOfManifest } from './parts.ts';
import { placeInPlace } from './place.ts';
import { planParts } from './plan.ts';
import { readManifest } from './read-manifest.ts';
import { removeExtras } from './remove-extras.ts';
import { rulesOfSafety } from './rules-of-snapshot.ts';
import { takeAwayAbsent } from './take-away.ts';
import { writePart } from './write-part.ts';

/**
 * Writes a safety snapshot back, in the way in which a restore is planned and written, and takes away what was not there
 * before. The first signal does not stop it, since half of it is worth nothing.
 */
export async function writeBack(
	run: Run,
	deps: RestoreDeps,
	{ stack, safety }: { readonly stack: string; readonly safety: string },
): Promise<void> {
	const manifest = await readManifest(deps.own, safety);
	if (manifest === undefined) return;
	const unstopped: Run = { ...run, signal: new AbortController().signal };
	const { signal } = unstopped;
	const own = { source: deps.own, noLock: false, docker: deps.docker };
	const pieces = choosePieces(partsOfManifest(manifest, safety, []), { volumes: [], include: [] });
	const placed = placeInPlace(pieces, () => true);
	const rules = rulesOfSafety(deps.config, manifest);
	const parts = await planParts(unstopped, own, { placed, delete: rules, whole: true });
	await removeExtras(deps.own, { parts, rules, proven: undefined, whole: true, signal });
	for (const part of parts) await writePart(unstopped, own, stack, { part });
	await takeAwayAbsent(deps, manifest);
}
