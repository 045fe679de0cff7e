import { chmodSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { stringify } from 'yaml';
import type { Inventory } from '../../stacks/inventory.ts';
import type { Stack } from '../../stacks/types.ts';
import { assertNoLinkInside } from '../own-way.ts';
import { choosePieces } from './choose-parts.ts';
import type { ComposeCopy } from './compose-copy.ts';
import { stackOfSnapshot } from './live-stack.ts';
import type { OpenedSnapshot } from './open-snapshot.ts';
import { type Placed, placeInPlace } from './place.ts';

/** Name of the compose file of a copy; the original files lie beside it, out of Compose's way. */
const composeName = 'compose.yaml';
/** Names by which Compose finds files by itself. */
const composeNames = ['yaml', 'yml'].flatMap((end) =>
	['compose', 'docker-compose', 'compose.override', 'docker-compose.override'].map(
		(name) => `${name}.${end}`,
	),
);

/** The stack's pieces in the places of the copy. Paths outside the directory lie below `binds/` in it. */
export function placeCopy(
	opened: OpenedSnapshot,
	copy: ComposeCopy,
	moved: ReadonlyMap<string, string>,
	name: string,
	directory: string,
): { readonly placed: readonly Placed[]; readonly left: readonly string[] } {
	const pieces = choosePieces(opened.parts, { volumes: [], include: [] });
	const left: string[] = [];
	const placed = placeInPlace(pieces, () => false).flatMap((one): Placed[] => {
		const { part } = one.piece;
		if (part.kind === 'directory') return [{ ...one, place: { kind: 'path', to: directory } }];
		if (one.place.kind === 'anonymous') return [one];
		if (one.place.kind === 'volume') {
			const key = copy.volumes.get(one.place.volume);
			if (key === undefined) left.push(one.place.volume);
			return key === undefined ? [] : [{ ...one, place: { kind: 'volume', volume: `${name}_${key}` } }];
		}
		return [
			{
				...one,
				place: { kind: 'path', to: moved.get(part.source) ?? join(directory, 'binds', part.source) },
			},
		];
	});
	return { placed, left };
}

/** What is to run of the copy: what ran of the stack. */
export function inventoryOfCopy(
	recorded: Inventory,
	project: string,
	name: string,
	directory: string,
): Inventory {
	const own = recorded.projects.filter((one) => one.project === project);
	const replicas = Object.assign({}, ...own.map((one) => one.replicas)) as Record<string, number>;
	return {
		...recorded,
		stack: name,
		directory,
		projects: [
			{
				project: name,
				workingDir: directory,
				configFiles: [join(directory, composeName)],
				envFiles: [],
				replicas,
			},
		],
		containers: recorded.containers
			.filter((one) => one.project === project && !one.oneOff)
			.map((one) => ({
				...one,
				id: `copy-${one.id}`,
				name: `${name}-${one.service}-${one.number}`,
				project: name,
				status: one.status === 'paused' ? 'running' : one.status,
				sharesWith: [],
			})),
	};
}

/** Writes a file anew: a link that lies there is replaced, not followed. */
function writeAnew(path: string, text: string): void {
	rmSync(path, { force: true });
	// Variables are filled in, secrets too.
	writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
	chmodSync(path, 0o600);
}

/** Takes a file out of Compose's way, where no link leads out of the copy. */
function setAside(directory: string, name: string): void {
	const path = join(directory, name);
	assertNoLinkInside(directory, dirname(path));
	if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) renameSync(path, `${path}.original`);
}

/** What the second stack's compose file and env file are written from. */
export interface ComposeFiles {
	/** The second stack. */
	readonly stack: Stack;
	/** Its compose file. */
	readonly copy: ComposeCopy;
	/** Text of its env file: what its secrets and configs are made from. Empty where they need none. */
	readonly environment: string;
}

/**
 * Writes the copy's own compose file, and its env file where it needs one, and takes the originals out of Compose's way.
 *
 * @throws restore-refused for a compose file that lay behind a link
 */
export function writeCompose(
	opened: OpenedSnapshot,
	{ copy, environment, stack }: ComposeFiles,
	note: string,
): void {
	const { directory } = stack;
	const from = stackOfSnapshot(opened).realDirectory;
	const given = (opened.manifest?.stack.composeFiles ?? [])
		.map((path) => relative(from, path))
		.filter((path) => path !== '' && !path.startsWith('..') && !isAbsolute(path));
	for (const name of new Set([...composeNames, ...given, '.env'])) setAside(directory, name);
	writeAnew(join(directory, composeName), `# ${note}\n${stringify(copy.config, { lineWidth: 0 })}`);
	if (environment !== '') writeAnew(join(directory, '.env'), environment);
}
