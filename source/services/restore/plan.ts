import { statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import type { TreeEntry } from '../../restic/types.ts';
import { formatBytes } from '../../runs/units.ts';
import type { Run } from '../conduct-run.ts';
import { type Changes, createChangeCounter } from './changes.ts';
import type { RestoreDeps } from './deps.ts';
import type { RestorePart } from './parts.ts';
import { describePlace, type Placed } from './place.ts';
import { type Site, siteOf } from './site.ts';
import { patternsBelow } from './write-files.ts';

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
}

type PlanDeps = Pick<RestoreDeps, 'source' | 'docker'>;

/** What is planned: pieces, each in its place. */
export interface PlanRequest {
	readonly placed: readonly Placed[];
	/** Delete what the snapshot does not have. */
	readonly delete: boolean;
	/** Patterns of what the backup leaves out: never deleted. */
	readonly keep: readonly string[];
}

/** Looks at every entry of the piece in the snapshot and at what lies at its place. */
async function changesOf(
	{ signal }: Pick<Run, 'signal'>,
	{ source }: PlanDeps,
	request: PlanRequest,
	placed: Placed,
	site: Site,
): Promise<{ readonly changes: Changes; readonly entry: TreeEntry }> {
	const counter = createChangeCounter(site.exists ? undefined : () => undefined);
	const { from } = placed;
	const root = site.path ?? '';
	let top: TreeEntry | undefined;
	const add = (path: string, entry: Parameters<typeof counter.add>[0]) => {
		if (path !== from && !path.startsWith(from === '/' ? '/' : `${from}/`)) return;
		if (path === from) top = entry;
		counter.add(entry, path === from ? root : join(root, path.slice(from.length)));
	};
	const snapshot = placed.piece.part.snapshot;
	const call = { signal };
	await source.ls(snapshot, {
		...call,
		path: from,
		recursive: true,
		onEntry: (entry) => add(entry.path, entry),
	});
	if (top === undefined) {
		// A file has no listing of its own: it is found in that of its directory.
		await source.ls(snapshot, {
			...call,
			path: dirname(from),
			onEntry: (entry) => {
				if (entry.path === from) add(entry.path, entry);
			},
		});
	}
	if (top === undefined) {
		throw new BackupTuiError('restore-failed', `${from} is not in snapshot ${snapshot.slice(0, 8)}`, {
			hint: `look what is in it: backup-tui snapshots ls ${snapshot.slice(0, 8)}`,
		});
	}
	if (request.delete && (top as TreeEntry).type === 'dir' && site.exists && site.path !== undefined) {
		await source.restore(
			{
				snapshot,
				target: site.path,
				...(from === '/' ? {} : { subfolder: from }),
				exclude: patternsBelow(from, request.keep),
				delete: true,
				dryRun: true,
				overwrite: 'never',
				noLock: true,
			},
			{ ...call, onDeleted: (path) => counter.addDeleted(path) },
		);
	}
	return { changes: counter.result(), entry: top };
}

async function assertCanDelete({ source }: PlanDeps): Promise<void> {
	const { abilities, text } = await source.version();
	if (abilities.restoreDelete) return;
	throw new BackupTuiError('tool-too-old', `restic ${text} cannot delete what the snapshot does not have`, {
		hint: 'install restic 0.17 or newer, or restore without --delete',
	});
}

/** @returns what each placed piece will change. Throws `tool-too-old` for --delete with restic before 0.17 */
export async function planParts(
	run: Pick<Run, 'signal'>,
	deps: PlanDeps,
	request: PlanRequest,
): Promise<readonly PlannedPart[]> {
	if (request.delete) await assertCanDelete(deps);
	const parts: PlannedPart[] = [];
	for (const one of request.placed) {
		const { part } = one.piece;
		const site = await siteOf(deps.docker, one);
		const blind = part.kind === 'stream' || (site.exists && site.path === undefined);
		const seen = blind ? {} : await changesOf(run, deps, request, one, site);
		parts.push({
			placed: one,
			kind: part.kind,
			label: part.label,
			from: one.from,
			to: describePlace(one.place),
			site,
			...seen,
		});
	}
	return parts;
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

function nearestFolder(path: string): string {
	for (let folder = path; ; folder = dirname(folder)) {
		try {
			statfsSync(folder);
			return folder;
		} catch {
			if (folder === '/') return folder;
		}
	}
}

/**
 * Room on the disks that are written to.
 *
 * @param fullSize true when everything is written beside what is there first (restic before 0.17)
 * @throws no-space
 */
export function assertRoom(parts: readonly PlannedPart[], fullSize: boolean): void {
	const needed = new Map<string, { path: string; bytes: number; free: number }>();
	for (const { changes, site, placed } of parts) {
		const path = site.path ?? (placed.place.kind === 'path' ? placed.place.to : undefined);
		if (changes === undefined || path === undefined) continue;
		const folder = nearestFolder(path);
		const { bavail, bsize, type, blocks } = statfsSync(folder);
		const key = `${type}/${blocks}/${bsize}/${bavail}`;
		const so = needed.get(key) ?? { path: folder, bytes: 0, free: bavail * bsize };
		so.bytes += fullSize ? changes.bytes : changes.createdBytes;
		needed.set(key, so);
	}
	for (const { path, bytes, free } of needed.values()) {
		if (bytes <= free) continue;
		throw new BackupTuiError(
			'no-space',
			`${formatBytes(bytes)} are needed at ${path}, ${formatBytes(free)} are free`,
			{ hint: 'free space, or restore less: --volume, --include', exitCode: 4 },
		);
	}
}
