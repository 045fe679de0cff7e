import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BackupTuiError } from '../errors.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Restic } from '../restic/client.ts';
import type { RepositoryLocation } from '../restic/location.ts';
import { ballastName } from '../restic/presence.ts';
import type { CallOptions } from '../restic/types.ts';
import { type KnownRepository, type MemoryPlaces, readKnown, writeKnown } from './known-repositories.ts';
import { mountPointOf, unmountedAbove } from './mount-points.ts';

export interface IdentityDeps {
	readonly restic: Pick<Restic, 'id' | 'location'>;
	readonly places: MemoryPlaces;
	readonly now: () => Date;
	/** Nothing is written. */
	readonly dryRun: boolean;
	/** Directories of this machine that a repository behind rclone ends in. */
	readonly directories?: readonly string[];
}

const dayMs = 24 * 3600 * 1000;
const accept = 'backup-tui repository accept';

/**
 * Stops whatever is about to work in a repository that is not the one of earlier runs: an unmounted disk, an emptied server
 * or a changed address would else be filled, thinned out or mirrored as if it were.
 *
 * @returns its id
 * @throws repository-changed, and what opening it throws
 */
export async function assertKnownRepository(
	deps: IdentityDeps,
	call: CallOptions = {},
	exitCode?: ExitCode,
): Promise<string> {
	const id = await deps.restic.id(call);
	const known = readKnown(deps.places);
	if (known.length > 0 && known.every((one) => one.id !== id)) {
		throw new BackupTuiError('repository-changed', changedText(deps, id, known), {
			hint: `if its disk is not mounted, mount it; to use this one from now on: ${accept}`,
			...(exitCode === undefined ? {} : { exitCode }),
		});
	}
	if (!deps.dryRun) remember(deps, id, known);
	return id;
}

/** @returns what is wrong with the identity of the repository, in words; undefined when nothing is */
export function strangerText(deps: Omit<IdentityDeps, 'now' | 'dryRun'>, id: string): string | undefined {
	const known = readKnown(deps.places);
	return known.length === 0 || known.some((one) => one.id === id) ? undefined : changedText(deps, id, known);
}

function changedText(
	{ restic }: Pick<IdentityDeps, 'restic'>,
	id: string,
	known: readonly KnownRepository[],
): string {
	const place = placeOf(restic.location);
	const last = lastUsed(known.filter((one) => one.location === place)) ?? lastUsed(known);
	return `the repository at ${restic.location.display} (id ${id.slice(0, 8)}) is not the one of earlier runs (${describe(last)})${unmounted(restic, last)}`;
}

function describe(one: KnownRepository | undefined): string {
	if (one === undefined) return 'unknown';
	const at = one.location === undefined ? '' : `, at ${one.location}`;
	return `id ${one.id.slice(0, 8)}${at}, last used ${one.usedAt.slice(0, 10)}`;
}

/** The same place is written the same. */
const placeOf = (location: RepositoryLocation) =>
	location.kind === 'local' ? resolve(location.path) : location.display;

const lastUsed = (known: readonly KnownRepository[]) =>
	known.toSorted((a, b) => Date.parse(a.usedAt) - Date.parse(b.usedAt)).at(-1);

/** Says which disk is missing, where that can be told. */
function unmounted({ location }: Pick<Restic, 'location'>, last: KnownRepository | undefined): string {
	if (location.kind !== 'local') return '';
	const missing = unmountedAbove(location.path) ?? lostMountPoint(location.path, last);
	return missing === undefined ? '' : `; nothing is mounted at ${missing}`;
}

function lostMountPoint(path: string, last: KnownRepository | undefined): string | undefined {
	const point = last?.mountPoint;
	return point === undefined || mountPointOf(path).length >= point.length ? undefined : point;
}

/** Writes down which repository is used, at most once a day unless something has changed. */
export function remember(
	deps: Omit<IdentityDeps, 'dryRun'>,
	id: string,
	known = readKnown(deps.places),
): void {
	const { location } = deps.restic;
	const before = known.find((one) => one.id === id);
	const now = deps.now();
	const point = location.kind === 'local' ? mountPointOf(location.path) : '/';
	const mountPoint = point === '/' ? undefined : point;
	const place = placeOf(location);
	const same = before?.location === place && before.mountPoint === mountPoint;
	const age = now.getTime() - Date.parse(before?.usedAt ?? '');
	if (same && age >= 0 && age < dayMs) return;
	const entry: KnownRepository = {
		id,
		location: place,
		...(mountPoint === undefined ? {} : { mountPoint }),
		since: before?.since ?? now.toISOString(),
		usedAt: now.toISOString(),
	};
	writeKnown(deps.places, [...known.filter((one) => one.id !== id), entry]);
}

/** Forgets that a repository lay at this place: a new one may be made there. */
export function forgetPlace(deps: Pick<IdentityDeps, 'restic' | 'places'>): void {
	const { location } = deps.restic;
	const known = readKnown(deps.places);
	const gone = ofPlace(deps, known);
	writeKnown(
		deps.places,
		known.filter((one) => !gone.includes(one)),
	);
	if (location.kind === 'local') rmSync(join(location.path, ballastName), { force: true });
}

/** An id that was found again without its place may have lain anywhere. */
export function ofPlace(
	{ restic }: Pick<IdentityDeps, 'restic'>,
	known: readonly KnownRepository[],
): readonly KnownRepository[] {
	const place = placeOf(restic.location);
	return known.filter((one) => one.location === undefined || one.location === place);
}

/**
 * To be asked before a new repository is made, with --init too: not below a mount point that is not mounted, and not where one
 * lay before. A switch that is given every night must not make a second, empty one.
 *
 * @throws repository-missing
 */
export function assertMayInit(deps: Pick<IdentityDeps, 'restic' | 'places' | 'directories'>): void {
	const { location } = deps.restic;
	const refuse = (text: string, hint: string) => new BackupTuiError('repository-missing', text, { hint });
	const none = `there is no repository at ${location.display}`;
	for (const path of location.kind === 'local' ? [location.path] : (deps.directories ?? [])) {
		const point = unmountedAbove(path);
		if (point !== undefined)
			throw refuse(`${none}, and nothing is mounted at ${point}: none is made below it`, `mount ${point}`);
	}
	const last = lastUsed(ofPlace(deps, readKnown(deps.places)));
	const ballast = location.kind === 'local' && existsSync(join(location.path, ballastName));
	if (last === undefined && !ballast) return;
	const was = last === undefined ? 'one lay there before' : `one lay there before (${describe(last)})`;
	throw refuse(
		`${none}, but ${was}${unmounted(deps.restic, last)}: no second one is made`,
		`mount its disk, or bring it back: backup-tui restore; to begin with a new one: ${accept}`,
	);
}
