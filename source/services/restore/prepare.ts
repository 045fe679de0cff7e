import { BackupTuiError } from '../../errors.ts';
import { followPath } from '../../process/follow-path.ts';
import { isSafety } from '../../restic/tags.ts';
import { type UnfinishedRestore, unfinishedRestore } from '../../runs/journal.ts';
import type { Inventory } from '../../stacks/inventory.ts';
import { isInside } from '../../stacks/path-inside.ts';
import type { Run } from '../conduct-run.ts';
import { waysOn } from '../downtime/unfinished.ts';
import { choosePieces, isWhole } from './choose-parts.ts';
import type { InPlaceRequest, RestoreDeps } from './deps.ts';
import { creationCommands, type External, externalsOf, missingExternals } from './externals.ts';
import type { KeepRules } from './keep-rules.ts';
import {
	findLiveStack,
	inventoryOfManifest,
	type LiveStack,
	neighboursOf,
	runsAnything,
} from './live-stack.ts';
import { lostLayers } from './lost-layers.ts';
import type { OpenedSnapshot } from './open-snapshot.ts';
import { assertOwnProjects, outsidePlaces } from './outside.ts';
import { withOwnContainers } from './own-containers.ts';
import type { RestorePart } from './parts.ts';
import { describePlace, type Placed, placeInPlace } from './place.ts';
import { overwrites, type PlannedPart, planParts, type RestorePlan } from './plan.ts';
import { externalNotes, linkNotes, planNotes } from './plan-notes.ts';
import { type Removal, removalsOf } from './removals.ts';
import { assertRoom } from './room.ts';
import { rulesOfSnapshot } from './rules-of-snapshot.ts';
import { assertUnusedPaths, usesOf } from './users.ts';

/** Everything decided about a restore into a stack's own place before anything is touched. */
export interface PreparedRestore {
	readonly opened: OpenedSnapshot;
	readonly live: LiveStack;
	readonly plan: RestorePlan;
	/** A restore of this stack that did not end: this one does it again. */
	readonly begun: UnfinishedRestore | undefined;
	/** What ran before: now, or when it was last as it should be. */
	readonly before: Inventory;
	/** It ran: now, or before a restore that did not end. That it is down at the end is exit code 7. */
	readonly wasUp: boolean;
	/** It ran, or should have run. */
	readonly wasOn: boolean;
	/** What is written is the stack's own, so that its journal must tell of it; not a volume beside it. */
	readonly ofStack: boolean;
	/** What is to run afterwards. */
	readonly wanted: Inventory;
	/** Whether it is to run afterwards. */
	readonly start: boolean;
	/** Its own files are taken away: it was not here before what is undone. */
	readonly goes: boolean;
	/** The stack runs on what is written: it is down meanwhile. */
	readonly takesDown: boolean;
	/** What is taken away since it was not there before: in the safety snapshot first. */
	readonly removals: readonly Removal[];
	/** What `--delete` keeps; undefined: nothing is deleted. */
	readonly rules: KeepRules | undefined;
	/** Everything the snapshot holds is restored. */
	readonly whole: boolean;
	/** External networks and volumes to be made first. */
	readonly externals: readonly External[];
}

/** Volumes by name, asked once, so that placing them stays pure. */
async function existingVolumes(deps: RestoreDeps, opened: OpenedSnapshot): Promise<ReadonlySet<string>> {
	const names = new Set(opened.parts.map((part) => part.mount?.name ?? '').filter((name) => name !== ''));
	const found = await Promise.all(
		[...names].map(async (name) => ((await deps.docker.volume(name)) === undefined ? [] : [name])),
	);
	return new Set(found.flat());
}

function isOthers({ mount }: RestorePart, leave: ReadonlySet<string> | undefined): boolean {
	return mount?.external === true && leave?.has(mount.name) === true;
}

/** What lies there may be reached through links; a location of a remote repository is no path at all. */
function realPathOf(path: string): string {
	return path.startsWith('/') ? followPath(path).real : path;
}

/** Our own files must not lie in what `--delete` clears. */
function assertOwnFilesSafe(deps: RestoreDeps, parts: readonly PlannedPart[]): void {
	const { paths, repository } = deps.config;
	const own = [
		paths.stateDir,
		paths.logDir,
		paths.runDir,
		paths.configFile,
		paths.dirlist,
		repository.location,
	];
	for (const { site, to } of parts) {
		const inside = own.find((path) => site.path !== undefined && isInside(realPathOf(path), site.path));
		if (inside === undefined) continue;
		throw new BackupTuiError('restore-refused', `${inside} lies in ${to}: --delete would delete it`, {
			hint: 'restore without --delete, or only what you need: --volume, --include',
		});
	}
}

/**
 * A restore that did not end is ended by one of the same places: less would leave the stack half restored and start it,
 * and more would overwrite what its safety snapshot does not hold. Going back to that snapshot always may.
 */
function assertSamePlaces(
	name: string,
	unfinished: UnfinishedRestore,
	placed: readonly Placed[],
	opened: OpenedSnapshot,
): void {
	const { places, safetySnapshot, since } = unfinished;
	if (places === undefined || opened.snapshot.id === safetySnapshot) return;
	const now = placed.map(({ place }) => describePlace(place));
	const left = places.filter((place) => !now.includes(place));
	const more = now.filter((place) => !places.includes(place));
	if (left.length === 0 && more.length === 0) return;
	throw new BackupTuiError(
		'restore-refused',
		`a restore into ${name} of ${since} did not end: end it first, it was writing ${places.join(', ')}`,
		{ hint: waysOn(name, unfinished) },
	);
}

/**
 * Decides what a restore in place does; reads only.
 *
 * @throws usage, snapshot-unknown, stack-unknown, restore-refused, no-space, tool-too-old, state-unknown
 */
export async function prepareInPlace(
	run: Run,
	deps: RestoreDeps,
	request: InPlaceRequest,
	opened: OpenedSnapshot,
): Promise<PreparedRestore> {
	const stacks = await deps.stacks();
	const live = await findLiveStack(deps.docker, stacks, opened);
	const owed = deps.journal.read().entries.find((entry) => entry.stack === live.stack.key);
	const begun = owed === undefined ? undefined : unfinishedRestore(owed);
	const chosen = choosePieces(opened.parts, request.selection, opened.missing);
	const left = chosen.filter(({ part }) => isOthers(part, request.leave));
	const pieces = chosen.filter((piece) => !left.includes(piece));
	const volumes = await existingVolumes(deps, opened);
	const placed = placeInPlace(pieces, (name) => volumes.has(name), request.into);
	if (begun !== undefined) assertSamePlaces(owed?.name ?? live.stack.name, begun, placed, opened);
	const whole = isWhole(request.selection);
	const recorded = inventoryOfManifest(opened.manifest);
	const before = owed?.inventory ?? live.inventory;
	const aim = whole && recorded !== undefined && runsAnything(recorded) ? recorded : before;
	const own = live.known ? [...live.inventory.containers, ...before.containers] : [];
	const wanted =
		aim === before
			? before
			: { ...withOwnContainers(aim, own), neighbours: neighboursOf(before, live.inventory) };
	const wasOn = begun?.start ?? (live.runs || owed !== undefined);
	const ran = live.bare && begun === undefined ? runsAnything(recorded) : wasOn;
	const absent =
		whole && opened.manifest !== undefined
			? await missingExternals(deps.docker, externalsOf(opened.manifest))
			: [];
	const externals = absent.filter(({ kind, name }) => request.promised?.has(`${kind}s ${name}`) !== true);
	if (externals.length > 0 && !request.createExternal) {
		const names = externals.map(({ kind, name }) => `${kind} ${name}`).join(', ');
		throw new BackupTuiError('restore-refused', `${opened.stack} needs what is not here: external ${names}`, {
			hint: `add --create-external, or make them: ${creationCommands(externals).join('; ')}`,
		});
	}
	const removals = whole ? await removalsOf(deps.docker, opened.manifest) : [];
	// Going back to a time when none of it was here: without its files, what runs would run on empty folders.
	const goes = removals.some(({ path }) => isInside(realPathOf(live.stack.realDirectory), path));
	const start = !goes && (ran || request.start) && runsAnything(wanted);
	const running = await deps.docker.containers();
	const uses = usesOf(running, placed, live, request.into);
	const takesDown = live.runs && uses;
	const rules = request.delete ? rulesOfSnapshot(deps, opened, live, stacks) : undefined;
	const parts = await planParts(run, deps, { placed, delete: rules, whole });
	if (request.delete && !isSafety(opened.snapshot.tags)) assertOwnFilesSafe(deps, parts);
	const shared = await assertUnusedPaths(deps.docker, { running, parts, removals, live });
	assertRoom(parts, !(await deps.source.version()).abilities.safeSymlinks);
	const { selection, into } = request;
	const question = { stack: opened.stack, live, before, wanted, start, parts, removals, selection, into };
	await assertOwnProjects(deps, question);
	const makes = placed.some(({ place }) => place.kind === 'anonymous');
	const lost = await lostLayers(deps.docker, { live: live.inventory, wanted, makes, start });
	const outside = await outsidePlaces(deps, question);
	return {
		opened,
		live,
		begun,
		before,
		wasUp: live.runs || owed?.wasUp === true,
		wasOn,
		ofStack: request.into === undefined || takesDown || begun !== undefined,
		wanted,
		start,
		goes,
		takesDown,
		removals,
		rules,
		whole,
		externals,
		plan: {
			stack: opened.stack,
			mode: 'in-place',
			snapshot: { id: opened.snapshot.id, time: opened.snapshot.time },
			parts,
			delete: request.delete,
			notes: [
				...(begun === undefined ? [] : [`a restore of ${begun.since} did not end: it is done again`]),
				...(begun === undefined || [begun.snapshot, begun.safetySnapshot].includes(opened.snapshot.id)
					? []
					: ['it was of another snapshot: files that only that one has may be there']),
				...left.map(({ part }) => `volume ${part.label} is left as the stack it belongs to brought it back`),
				...linkNotes(parts),
				...lost,
				...shared,
				...planNotes({ opened, live, wanted, start, whole, takesDown }),
				...(goes ? [`${live.stack.name} was not here before: it is off afterwards`] : []),
				...removals.map(({ what }) => `${what} was not there before: what is in it now is TAKEN AWAY`),
				...externalNotes(externals, request.createExternal),
			],
			overwrites: overwrites(parts) || removals.length > 0 || lost.length > 0,
			outside,
		},
	};
}
