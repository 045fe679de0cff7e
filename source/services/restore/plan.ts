import type { Restic } from '../../restic/client.ts';
import type { TreeEntry } from '../../restic/types.ts';
import type { Run } from '../conduct-run.ts';
import type { Changes } from './changes.ts';
import { assertChangeable } from './frozen.ts';
import type { KeepRules } from './keep-rules.ts';
import { type Looked, lookAtChanges } from './look-at-changes.ts';
import type { RestorePart } from './parts.ts';
import { describePlace, type Placed } from './place.ts';
import type { RestoreDocker } from './ports.ts';
import { type Site, siteOf } from './site.ts';

export interface PlannedPart {
	readonly placed: Placed;
	readonly kind: RestorePart['kind'];
	readonly label: string;
	readonly from: string;
	/** In words. */
	readonly to: string;
	readonly site: Site;
	/** Absent where it cannot be looked at: a volume that has no path on this host. */
	readonly changes?: Changes;
	/** What lies at `from` in the snapshot. */
	readonly entry?: TreeEntry;
	/** Paths below `from` that cannot be changed and are as in the snapshot: left alone. `/` is all of it. */
	readonly leave: readonly string[];
}

/** What a restore will do, shown before it is done. */
export interface RestorePlan {
	readonly stack: string;
	readonly mode: 'in-place' | 'target' | 'as';
	readonly snapshot: { readonly id: string; readonly time: number };
	readonly parts: readonly PlannedPart[];
	readonly delete: boolean;
	readonly notes: readonly string[];
	/** Something that is there is overwritten or deleted: a person must agree. */
	readonly overwrites: boolean;
	/** Places that are not known to be the stack's own, in words: a person must agree to them. */
	readonly outside: readonly string[];
}

interface PlanDeps {
	/** The repository that is read. */
	readonly source: Restic;
	readonly docker: RestoreDocker;
}

/** What is planned: pieces, each in its place. */
export interface PlanRequest {
	readonly placed: readonly Placed[];
	/** Delete what the snapshot does not have, but for what these rules keep. Undefined: nothing is deleted. */
	readonly delete: KeepRules | undefined;
	/** The pieces are all of the snapshot. */
	readonly whole: boolean;
}

/**
 * Looks at what each placed piece will change.
 *
 * @throws restore-refused for what cannot be written, or is reached through a link that is not followed
 */
export async function planParts(
	run: Pick<Run, 'session' | 'signal'>,
	deps: PlanDeps,
	request: PlanRequest,
): Promise<readonly PlannedPart[]> {
	const sited = [];
	for (const placed of request.placed) sited.push({ placed, site: await siteOf(deps.docker, placed) });
	const isBlind = ({ placed, site }: { placed: Placed; site: Site }) =>
		placed.piece.part.kind === 'stream' || (site.exists && site.path === undefined);
	const { abilities } = await deps.source.version();
	const looked = await lookAtChanges(
		run,
		deps.source,
		sited.filter((one) => !isBlind(one)),
		{
			...request,
			aside: !abilities.safeSymlinks,
		},
	);
	assertChangeable([...looked.values()].flatMap(({ frozen }) => frozen));
	return sited.map(({ placed, site }) => {
		const { part } = placed.piece;
		const seen: Partial<Looked> = looked.get(placed) ?? {};
		const { changes, entry, leave = [] } = seen;
		return {
			placed,
			kind: part.kind,
			label: part.label,
			from: placed.from,
			to: describePlace(placed.place),
			site,
			leave,
			...(changes === undefined ? {} : { changes }),
			...(entry === undefined ? {} : { entry }),
		};
	});
}

/** @returns how much is written; what cannot be looked at counts as one entry of unknown size */
export function amountOf(parts: readonly PlannedPart[]): { readonly files: number; readonly bytes: number } {
	return {
		files: parts.reduce((sum, { changes }) => sum + (changes?.entries ?? 1), 0),
		bytes: parts.reduce((sum, { changes }) => sum + (changes?.bytes ?? 0), 0),
	};
}

/** @returns whether something that is there would be overwritten or deleted */
export function overwrites(parts: readonly PlannedPart[]): boolean {
	return parts.some(
		({ site, changes }) =>
			site.exists && (changes === undefined || changes.changed.count + changes.deleted.count > 0),
	);
}
