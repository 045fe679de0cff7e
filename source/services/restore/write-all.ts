import { BackupTuiError } from '../../errors.ts';
import type { Inventory } from '../../stacks/inventory.ts';
import { inPhase, type Run } from '../conduct-run.ts';
import type { RestoreDeps } from './deps.ts';
import type { PlannedPart } from './plan.ts';
import { writePart } from './write-part.ts';

export interface WriteAllRequest {
	readonly stack: string;
	readonly parts: readonly PlannedPart[];
	/** What is to run afterwards: its containers are made to find volumes without a name. */
	readonly wanted: Inventory;
	/** Once the directory and all that has a name is there. */
	readonly afterNamed?: () => Promise<void>;
	/** Before containers are made for volumes without a name. @returns why they cannot be made */
	readonly beforeContainers: () => Promise<BackupTuiError | undefined>;
	/** Labels of volumes that are made, where they belong to another project than in the snapshot. */
	readonly labels?: (part: PlannedPart) => Readonly<Record<string, string>>;
}

/** Makes the containers of every project, so that its volumes without a name exist. */
async function makeContainers(run: Run, deps: RestoreDeps, request: WriteAllRequest): Promise<void> {
	for (const project of request.wanted.projects) {
		const made = await deps.docker.create(project, project.replicas, run.signal);
		if (made.ok) continue;
		throw new BackupTuiError(
			'restore-failed',
			`the containers of ${project.project} cannot be made: ${made.reason}`,
			{
				hint: 'volumes without a name are only there with their containers; mend the cause and restore again',
			},
		);
	}
}

async function anonymousVolume(
	deps: RestoreDeps,
	request: WriteAllRequest,
	place: { readonly service: string; readonly destination: string },
): Promise<string> {
	for (const { project } of request.wanted.projects) {
		const containers = await deps.docker.containersOf(project);
		const own = containers
			.filter((one) => one.service === place.service && !one.oneOff)
			.toSorted((a, b) => a.number - b.number);
		const mount = own[0]?.mounts.find((one) => one.destination === place.destination && one.name !== '');
		if (mount !== undefined) return mount.name;
	}
	throw new BackupTuiError(
		'restore-failed',
		`${place.service} has no volume at ${place.destination} any more`,
		{ hint: 'leave it out: name what you want with --volume' },
	);
}

/**
 * Writes all parts: the directory first, since containers are made from its files; volumes without a name last.
 *
 * @throws restore-failed and what writing one part throws
 */
export async function writeAll(run: Run, deps: RestoreDeps, request: WriteAllRequest): Promise<void> {
	const nameless = request.parts.filter((part) => part.placed.place.kind === 'anonymous');
	const named = request.parts.filter((part) => part.placed.place.kind !== 'anonymous');
	const write = (part: PlannedPart, volume?: string) =>
		inPhase(run.session, { phase: 'restore', stack: request.stack, target: part.label }, () =>
			writePart(run, deps, request.stack, {
				part,
				...(volume === undefined ? {} : { volume }),
				...(request.labels === undefined ? {} : { labels: request.labels(part) }),
			}),
		);
	for (const part of named) await write(part);
	await request.afterNamed?.();
	if (nameless.length === 0) return;
	const missing = await request.beforeContainers();
	if (missing !== undefined) {
		throw new BackupTuiError(
			'restore-failed',
			`volumes without a name need their containers: ${missing.message}`,
			{
				hint: 'bring the image, then restore again',
			},
		);
	}
	await makeContainers(run, deps, request);
	for (const part of nameless) {
		if (part.placed.place.kind !== 'anonymous') continue;
		await write(part, await anonymousVolume(deps, request, part.placed.place));
	}
}
