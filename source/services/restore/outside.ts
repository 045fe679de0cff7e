import { dirname } from 'node:path';
import { BackupTuiError } from '../../errors.ts';
import { followPath } from '../../process/follow-path.ts';
import type { Inventory } from '../../stacks/inventory.ts';
import { isInside } from '../../stacks/path-inside.ts';
import type { PartSelection } from './choose-parts.ts';
import type { RestoreDeps } from './deps.ts';
import { describeDriver } from './externals.ts';
import type { LiveStack } from './live-stack.ts';
import type { PlannedPart } from './plan.ts';
import { absentVolume, type Removal } from './removals.ts';

/** What is looked at to tell a stack's own places from others. */
export interface OutsideQuestion {
	/** Name of the stack as it was asked for. */
	readonly stack: string;
	readonly live: LiveStack;
	/** What ran before, as this host has recorded it. */
	readonly before: Inventory;
	/** What is to run afterwards. */
	readonly wanted: Inventory;
	readonly start: boolean;
	readonly parts: readonly PlannedPart[];
	readonly removals: readonly Removal[];
	readonly selection: PartSelection;
	/** Volume that a person has named for it. */
	readonly into: string | undefined;
}

function realPathOf(path: string): string {
	try {
		return followPath(path).real;
	} catch {
		return path;
	}
}

/** What runs or ran of a stack that this host knows; of one that only the snapshot names, it may be somebody else's. */
function trusted({ live, before }: OutsideQuestion) {
	return live.known ? [live.inventory, before].flatMap(({ containers }) => containers) : [];
}

/** Folders and files that are the stack's own, by what this host knows: never by what the snapshot says. */
function ownPaths(deps: Pick<RestoreDeps, 'config'>, question: OutsideQuestion): readonly string[] {
	const { live, selection } = question;
	const { stack } = live;
	const beside = realPathOf(dirname(stack.realDirectory)) === realPathOf(deps.config.docker.stacksDir);
	const directories = live.known || beside ? [stack.directory, stack.realDirectory] : [];
	const binds = trusted(question).flatMap((one) => one.binds);
	const named = [...selection.include, ...selection.volumes].filter((path) => path.startsWith('/'));
	return [...directories, ...binds, ...named].map(realPathOf);
}

/** Whether a volume is the stack's own, was named by a person, or is made new and empty. */
async function isOwnVolume(
	{ docker }: Pick<RestoreDeps, 'docker'>,
	question: OutsideQuestion,
	name: string,
): Promise<boolean> {
	const { live, selection, into } = question;
	if (name === into || selection.volumes.includes(name)) return true;
	const used = trusted(question).flatMap((one) => [...one.volumes, ...one.anonymousVolumes]);
	if (used.includes(name)) return true;
	const volume = await docker.volume(name);
	if (volume === undefined) return true;
	return live.known && volume.labels['com.docker.compose.project'] === live.stack.project;
}

/** A volume that is made on something of this host or of the network, as its driver options say. */
function deviceOf({ placed }: PlannedPart, exists: boolean): string | undefined {
	const { mount } = placed.piece.part;
	if (exists || mount === undefined || Object.keys(mount.driverOptions).length === 0) return undefined;
	return placed.place.kind === 'volume'
		? `volume ${placed.place.volume}, made anew on ${describeDriver(mount)}`
		: undefined;
}

/** Compose files that are started though they do not lie in the stack's own places. */
function foreignFiles(
	{ wanted, before, live, start }: OutsideQuestion,
	isOwn: (path: string) => boolean,
): readonly string[] {
	if (!start || wanted === before) return [];
	const filesOf = ({ projects }: Inventory) =>
		projects.flatMap((one) => [...one.configFiles, ...one.envFiles]);
	const known = new Set([...filesOf(before), ...filesOf(live.inventory)]);
	return filesOf(wanted)
		.filter((path) => path !== '-' && !known.has(path) && !isOwn(realPathOf(path)))
		.map((path) => `${path}, which says what is started`);
}

/**
 * Places that a restore writes to, takes from or starts from and that are not known to be the stack's own: a snapshot may
 * come from somebody else, so that a person has to agree to each of them.
 *
 * @returns in words, each once
 */
export async function outsidePlaces(
	deps: Pick<RestoreDeps, 'config' | 'docker'>,
	question: OutsideQuestion,
): Promise<readonly string[]> {
	const own = ownPaths(deps, question);
	const isOwn = (path: string) => own.some((one) => isInside(path, one));
	const { stack, known } = question.live;
	const found: string[] =
		known && stack.name !== question.stack ? [`the stack ${stack.name}, whose folder it names`] : [];
	for (const part of question.parts) {
		const { place, piece } = part.placed;
		if (place.kind === 'anonymous') continue;
		if (place.kind === 'path') {
			const path = part.site.path ?? place.to;
			if (!isOwn(path)) found.push(path);
			continue;
		}
		const device = piece.part.mount === undefined ? undefined : deviceOf(part, part.site.exists);
		const there = await deps.docker.volume(place.volume);
		if (there === undefined && device !== undefined) found.push(device);
		if (!(await isOwnVolume(deps, question, place.volume)))
			found.push(`volume ${place.volume}, which is not one of ${question.live.stack.name}`);
	}
	for (const { what, path } of question.removals) {
		const volume = absentVolume(what);
		const mine = volume === undefined ? isOwn(path) : await isOwnVolume(deps, question, volume);
		if (!mine) found.push(`${what}, which is TAKEN AWAY`);
	}
	return [...new Set([...found, ...foreignFiles(question, isOwn)])];
}

/**
 * The projects that a snapshot wants started are the stack's: of another one, Compose would replace the containers.
 *
 * @throws restore-refused
 */
export async function assertOwnProjects(
	{ docker }: Pick<RestoreDeps, 'docker'>,
	{ live, before, wanted, start }: OutsideQuestion,
): Promise<void> {
	if (!start || wanted === before) return;
	const own = new Set([...live.inventory.containers, ...before.containers].map(({ id }) => id));
	for (const project of new Set(wanted.projects.map((one) => one.project))) {
		const others = (await docker.containersOf(project)).filter((one) => !own.has(one.id));
		if (others.length === 0) continue;
		throw new BackupTuiError(
			'restore-refused',
			`the snapshot starts the project ${project}, and that runs from elsewhere: ${others.map(({ name }) => name).join(', ')}`,
			{ hint: `look whose it is: docker compose ls; take the files instead: --target DIR` },
		);
	}
}
