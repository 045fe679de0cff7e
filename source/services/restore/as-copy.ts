import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import type { Inventory } from '../../stacks/inventory.ts';
import type { Stack } from '../../stacks/types.ts';
import { noteFailure, type Run } from '../conduct-run.ts';
import { waysOn } from '../recover.ts';
import { journalEntry } from '../with-stack-down.ts';
import { copyCompose, type Publication, publicationText } from './compose-copy.ts';
import { inventoryOfCopy, placeCopy, writeCompose } from './copy-places.ts';
import type { RestoreDeps, RestoreOutcome, StackSelection } from './deps.ts';
import { endEvent, planEvent } from './events.ts';
import { imageNeeds } from './images.ts';
import { inventoryOfManifest, runsAnything, stackOfSnapshot } from './live-stack.ts';
import { makeDurable } from './make-durable.ts';
import { type OpenedSnapshot, openSnapshot } from './open-snapshot.ts';
import type { Placed } from './place.ts';
import { assertRoom, planParts, type RestorePlan } from './plan.ts';
import { shareRepository } from './share-repository.ts';
import { siteOf } from './site.ts';
import { ensureImages, startRestored } from './start-restored.ts';
import { writeAll } from './write-all.ts';

export interface CopyStackRequest extends Pick<StackSelection, 'stack' | 'snapshot'> {
	/** Name of the second stack: its directory and Compose project. */
	readonly as: string;
	readonly publish: readonly Publication[];
}

function refused(message: string, hint: string): BackupTuiError {
	return new BackupTuiError('restore-refused', message, { hint });
}

/** Where the copy lies: beside the stacks, so that it is found as one. */
function directoryOf(deps: RestoreDeps, opened: OpenedSnapshot, name: string): string {
	const said = stackOfSnapshot(opened);
	const parent = said.origin === 'stacks-dir' ? deps.config.docker.stacksDir : dirname(said.realDirectory);
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
async function builtImages(deps: RestoreDeps, opened: OpenedSnapshot, recorded: Inventory) {
	const found = new Map<string, string>();
	if (opened.manifest === undefined) return found;
	for (const need of imageNeeds(opened.manifest, recorded)) {
		if (!need.builds) continue;
		const image = (await deps.docker.image(need.id)) ?? (await deps.docker.image(need.reference));
		if (image !== undefined) for (const service of need.services) found.set(service, image.id);
	}
	return found;
}

/**
 * Brings a stack up a second time beside the live one: another project, directory, volumes and networks, no published
 * ports but those asked for.
 *
 * @throws usage, snapshot-unknown, stack-unknown, restore-refused, restore-failed, no-space
 */
export async function restoreAsCopy(
	run: Run,
	deps: RestoreDeps,
	request: CopyStackRequest,
): Promise<RestoreOutcome | undefined> {
	const startedAt = performance.now();
	await run.lock('stacks', 'exclusive');
	await shareRepository(run, deps);
	const wanted = request.snapshot === undefined ? {} : { wanted: request.snapshot };
	const host = deps.config.repository.hostname;
	const opened = await openSnapshot(deps.source, { stack: request.stack, host, ...wanted }, run.signal);
	const directory = directoryOf(deps, opened, request.as);
	const begun = deps.journal
		.read()
		.entries.find((one) => one.stack === request.as && one.incomplete !== undefined);
	await assertFree(deps, request.as, directory, begun !== undefined);
	if (begun?.incomplete !== undefined && begun.incomplete.snapshot !== opened.snapshot.id)
		throw refused(
			`a second stack ${request.as} of another snapshot was begun`,
			waysOn(request.as, begun.incomplete),
		);
	const { manifest } = opened;
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
		built: await builtImages(deps, opened, recorded),
		publish: request.publish,
	});
	if (copy.unused.length > 0) {
		const ports = copy.unused.map((one) => `${one.host}:${one.port}`).join(', ');
		throw new BackupTuiError('usage', `no service has the port of --publish ${ports}`, {
			hint: 'HOST:PORT, where PORT is the one in the container; SERVICE=HOST:PORT for one that is not published',
		});
	}
	const { placed, left } = placeCopy(opened, copy, moved, request.as, directory);
	const site = (one: Placed) => siteOf(deps.docker, one);
	const parts = await planParts(
		{ restic: deps.source, noLock: deps.noLock, signal: run.signal, site, keep: [] },
		placed,
		false,
	);
	const taken = parts.filter((part) => part.placed.place.kind === 'volume' && part.site.exists);
	if (taken.length > 0 && begun === undefined)
		throw refused(`there is a ${taken[0]?.to} already`, 'choose another name: --as NAME');
	assertRoom(parts, false);
	const plan: RestorePlan = {
		stack: opened.stack,
		mode: 'as',
		snapshot: { id: opened.snapshot.id, time: opened.snapshot.time },
		parts,
		delete: false,
		notes: [
			...opened.notes,
			...copy.notes,
			...left.map((name) => `volume ${name}: no service uses it any more`),
		],
		overwrites: false,
	};
	run.session.emit(planEvent(plan));
	if (run.session.dryRun) return undefined;
	const stack: Stack = {
		...stackOfSnapshot(opened),
		key: request.as,
		name: request.as,
		directory,
		realDirectory: directory,
	};
	await deps.recover(run, (key) => key === stack.key);
	const inventory = inventoryOfCopy(recorded, chosen.project, request.as, directory);
	const how = { method: 'down', inventory };
	const entry = {
		...journalEntry(run, stack, how, deps.config.docker.timeoutSeconds),
		copy: true as const,
	};
	const start = runsAnything(inventory);
	const incomplete = {
		what: 'restore' as const,
		since: deps.now().toISOString(),
		snapshot: opened.snapshot.id,
		start,
		again: [
			...[
				'restore',
				'--stack',
				opened.stack,
				'--as',
				request.as,
				'--snapshot',
				opened.snapshot.id.slice(0, 8),
			],
			...request.publish.flatMap((one) => ['--publish', publicationText(one)]),
		],
	};
	deps.journal.write({ ...entry, incomplete });
	const notes: string[] = [];
	const live = { stack, inventory, bare: true, runs: false };
	await writeAll(run, deps, {
		stack: request.as,
		parts,
		delete: false,
		keep: [],
		wanted: inventory,
		labels: (part) => ({
			'com.docker.compose.project': request.as,
			'com.docker.compose.volume':
				part.placed.place.kind === 'volume' ? part.placed.place.volume.slice(request.as.length + 1) : '',
		}),
		beforeContainers: () => ensureImages(run, deps, { opened, live }, inventory, { notes }),
		afterNamed: async () =>
			writeCompose(
				opened,
				copy,
				directory,
				`${opened.stack} as of ${manifest.createdAt}, made by backup-tui restore --as`,
			),
	});
	await makeDurable(run, directory);
	deps.journal.write(entry);
	const problem = start
		? await startRestored(run, deps, { opened, live }, inventory, 'down', { notes }, ['config'])
		: undefined;
	if (problem === undefined) deps.journal.strike(stack.key);
	else noteFailure(run.tally, problem);
	const outcome: RestoreOutcome = {
		stack: request.as,
		snapshot: opened.snapshot.id,
		restored: true,
		state: problem !== undefined ? 'not-started' : start ? 'up' : 'off',
		restoreMs: Math.round(performance.now() - startedAt),
		downtimeMs: 0,
		files: parts.reduce((sum, part) => sum + (part.changes?.entries ?? 1), 0),
		bytes: parts.reduce((sum, part) => sum + (part.changes?.bytes ?? 0), 0),
		notes: [...notes, `remove it: docker compose -p ${request.as} down -v, then delete ${directory}`],
	};
	run.tally.ok += 1;
	run.session.emit(endEvent(outcome, 'as', directory));
	return outcome;
}
