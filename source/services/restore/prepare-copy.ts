import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { unfinishedRestore } from '../../runs/journal.ts';
import type { Inventory } from '../../stacks/inventory.ts';
import type { Manifest } from '../backup/manifest.ts';
import type { Run } from '../conduct-run.ts';
import { waysOn } from '../downtime/unfinished.ts';
import { type ComposeCopy, copyCompose } from './compose-copy.ts';
import { environmentOf } from './copy-environment.ts';
import { type ComposeFiles, inventoryOfCopy, placeCopy } from './copy-places.ts';
import type { RestoreDeps, StackSelection } from './deps.ts';
import { imageNeeds } from './images.ts';
import { inventoryOfManifest, stackOfSnapshot } from './live-stack.ts';
import { type OpenedSnapshot, openSnapshot } from './open-snapshot.ts';
import { type PlannedPart, planParts, type RestorePlan } from './plan.ts';
import type { Publication } from './publication.ts';
import { assertRoom } from './room.ts';

export interface CopyStackRequest extends Pick<StackSelection, 'stack' | 'snapshot'> {
	/** Name of the second stack: its directory and Compose project. */
	readonly as: string;
	readonly publish: readonly Publication[];
}

/** What a restore as a second stack does, decided before anything is written. */
export interface PreparedCopy extends ComposeFiles {
	readonly opened: OpenedSnapshot;
	readonly manifest: Manifest;
	/** What of it is to run. */
	readonly inventory: Inventory;
	readonly plan: RestorePlan;
}

function refused(message: string, hint: string): BackupTuiError {
	return new BackupTuiError('restore-refused', message, { hint });
}

/** Where the copy lies: beside the stacks, or beside its own where this host knows that to be elsewhere. */
async function directoryOf(deps: RestoreDeps, opened: OpenedSnapshot, name: string): Promise<string> {
	const known = (await deps.stacks()).find((stack) => stack.name === opened.stack);
	// Never where the snapshot says: that may be any folder.
	const parent = known?.origin === 'external' ? dirname(known.realDirectory) : deps.config.docker.stacksDir;
	return join(parent, name);
}

/** Nothing of that name may be there, unless it is what an earlier try left. */
async function assertFree(deps: RestoreDeps, name: string, directory: string, again: boolean): Promise<void> {
	if (!/^[a-z0-9][a-z0-9_-]*$/.test(name)) {
		throw new BackupTuiError('usage', `"${name}" cannot be the name of a Compose project`, {
			hint: 'lower-case letters, digits, _ and -, beginning with a letter or digit',
		});
	}
	if (again) return;
	if (existsSync(directory)) throw refused(`${directory} is there already`, 'choose another name: --as NAME');
	const containers = await deps.docker.containersOf(name);
	if (containers.length > 0)
		throw refused(`there are containers of a project ${name}`, 'choose another name: --as NAME');
}

/** Images by service for services that are built: the very image that ran, when the engine still has it. */
async function builtImages(deps: RestoreDeps, manifest: Manifest, recorded: Inventory) {
	const found = new Map<string, string>();
	for (const need of imageNeeds(manifest, recorded)) {
		if (!need.builds) continue;
		const image = (await deps.docker.image(need.id)) ?? (await deps.docker.image(need.reference));
		if (image !== undefined) for (const service of need.services) found.set(service, image.id);
	}
	return found;
}

/** The snapshot, where its copy goes, and whether one of it was begun there. */
async function openForCopy(run: Run, deps: RestoreDeps, request: CopyStackRequest) {
	const opened = await openSnapshot(deps, request, run.signal);
	const directory = await directoryOf(deps, opened, request.as);
	const begun = deps.journal
		.read()
		.entries.find((one) => one.stack === request.as && unfinishedRestore(one) !== undefined);
	await assertFree(deps, request.as, directory, begun !== undefined);
	const restore = begun === undefined ? undefined : unfinishedRestore(begun);
	if (restore !== undefined && restore.snapshot !== opened.snapshot.id)
		throw refused(`a second stack ${request.as} of another snapshot was begun`, waysOn(request.as, restore));
	return { opened, directory, again: begun !== undefined };
}

/** What the snapshot says its stack is made of. */
function recordOf({ manifest }: OpenedSnapshot) {
	const recorded = inventoryOfManifest(manifest);
	const chosen =
		manifest?.composeConfigs.find((one) => one.project === manifest.stack.project) ??
		manifest?.composeConfigs[0];
	if (manifest === undefined || recorded === undefined || chosen === undefined) {
		throw refused(
			'this snapshot does not say what its stack is made of',
			'take its files instead: --target DIR, change ports and names in the compose file, docker compose up',
		);
	}
	return { manifest, recorded, chosen };
}

function assertPublished({ unused }: ComposeCopy): void {
	if (unused.length === 0) return;
	const ports = unused.map((one) => `${one.host}:${one.port}`).join(', ');
	throw new BackupTuiError('usage', `no service has the port of --publish ${ports}`, {
		hint: 'HOST:PORT, where PORT is the one in the container; SERVICE=HOST:PORT for one that is not published',
	});
}

function assertVolumesFree(parts: readonly PlannedPart[], again: boolean): void {
	const taken = parts.find((part) => part.placed.place.kind === 'volume' && part.site.exists);
	if (taken !== undefined && !again)
		throw refused(`there is a ${taken.to} already`, 'choose another name: --as NAME');
}

/** Why a volume of the snapshot is not in the copy. */
function leftVolume({ mounts }: Manifest, volume: string): string {
	const services = mounts.filter(({ name }) => name === volume).flatMap((mount) => mount.services);
	return services.length === 0
		? `volume ${volume} is not in the copy: no service uses it`
		: `volume ${volume} is not in the copy: ${[...new Set(services)].join(', ')} had it from another container`;
}

/**
 * Decides what a restore as a second stack does; reads only.
 *
 * @throws usage, snapshot-unknown, stack-unknown, restore-refused, restore-failed, no-space
 */
export async function prepareCopy(
	run: Run,
	deps: RestoreDeps,
	request: CopyStackRequest,
): Promise<PreparedCopy> {
	const { opened, directory, again } = await openForCopy(run, deps, request);
	const { manifest, recorded, chosen } = recordOf(opened);
	const moved = new Map(
		opened.parts
			.filter((part) => part.kind === 'bind')
			.map((part) => [part.source, join(directory, 'binds', part.source)]),
	);
	const copy = copyCompose(chosen.config, {
		project: request.as,
		from: manifest.stack.realDirectory,
		to: directory,
		moved,
		built: await builtImages(deps, manifest, recorded),
		publish: request.publish,
	});
	assertPublished(copy);
	const environment = await environmentOf(run, deps, opened, copy);
	const { placed, left } = placeCopy(opened, copy, moved, request.as, directory);
	const parts = await planParts(run, deps, { placed, delete: undefined, whole: true });
	assertVolumesFree(parts, again);
	assertRoom(parts, false);
	return {
		opened,
		manifest,
		stack: {
			...stackOfSnapshot(opened),
			key: request.as,
			name: request.as,
			directory,
			realDirectory: directory,
		},
		copy,
		environment,
		inventory: inventoryOfCopy(recorded, chosen.project, request.as, directory),
		plan: {
			stack: opened.stack,
			mode: 'as',
			snapshot: { id: opened.snapshot.id, time: opened.snapshot.time },
			parts,
			delete: false,
			notes: [...opened.notes, ...copy.notes, ...left.map((name) => leftVolume(manifest, name))],
			overwrites: false,
			outside: [],
		},
	};
}
