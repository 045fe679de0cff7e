import { createHash } from 'node:crypto';
import type { RemoteConfig } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import { exitCodes } from '../../exit-codes.ts';
import { nearest } from '../../nearest.ts';
import { type RemoteAddress, rcloneLocation, remoteAddress } from '../../rclone/address.ts';
import { type Definitions, environmentRemotes, readDefinitions, valuesOf } from '../../rclone/definitions.ts';
import {
	describePlace,
	type InnermostPlace,
	innermostPlaces,
	isAbsolute,
	isListOfBuckets,
} from '../../rclone/innermost.ts';
import type { Rclone } from '../../rclone/types.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What says where a remote is. */
export type PlacedRemote = Pick<RemoteConfig, 'remote' | 'path' | 'rcloneConfig'>;

/** A location of rclone's, with what it is built on resolved. */
export interface Resolved {
	/** As rclone takes it. */
	readonly location: string;
	readonly innermost: readonly InnermostPlace[];
	/** False when rclone's config is encrypted or cannot be read here: the innermost places are not known. */
	readonly known: boolean;
}

/** Where a remote's copy lies. */
export interface Place extends Resolved {
	readonly address: RemoteAddress;
	/** Tells this place from every other. */
	readonly key: string;
}

/** Follows a location to where its files lie, by what is defined. */
export function resolveLocation(
	location: string,
	environment: Environment,
	definitions: Definitions,
): Resolved {
	const found = innermostPlaces(location, (name) => valuesOf(definitions, name, environment));
	// What an encrypted config may define is not said to be unknown.
	const known = definitions.complete || found.every(({ kind }) => kind !== 'unknown');
	return { location, innermost: known ? found : [], known };
}

/** Only rclone itself can say where this ends: its config is encrypted, or not where it usually is. */
export function needsRclone({ known, innermost }: Resolved): boolean {
	return !known || innermost.some(({ kind }) => kind === 'unknown');
}

function placeFrom(remote: PlacedRemote, environment: Environment, definitions: Definitions): Place {
	const address = remoteAddress(remote.remote, remote.path);
	const { location, innermost, known } = resolveLocation(rcloneLocation(address), environment, definitions);
	const facts = innermost.map((place) => [
		describePlace(place).replace(/^.*→ /, ''),
		place.kind === 'backend' ? place.mark : '',
	]);
	const key = createHash('sha256')
		.update(JSON.stringify([location, facts]))
		.digest('hex')
		.slice(0, 24);
	return { address, location, innermost, known, key };
}

/** Resolves a remote from rclone's config file and the environment alone; no program is started. */
export function placeOf(remote: PlacedRemote, environment: Environment): Place {
	return placeFrom(remote, environment, readDefinitions(remote.rcloneConfig, environment));
}

/** The same; where the config file does not tell, rclone is asked. */
export async function resolvePlace(
	remote: RemoteConfig,
	environment: Environment,
	rclone: Pick<Rclone, 'definitions'>,
): Promise<Place> {
	const definitions = readDefinitions(remote.rcloneConfig, environment);
	const place = placeFrom(remote, environment, definitions);
	if (!needsRclone(place)) return place;
	const remotes = await rclone.definitions();
	return placeFrom(remote, environment, { ...definitions, remotes, complete: true });
}

export interface PlaceProblem {
	readonly code: 'remote-unknown' | 'config-invalid';
	readonly message: string;
	readonly hint: string;
}

/** Why nothing may be written to a place, from what is known locally; undefined when nothing speaks against it. */
export function placeProblem(
	place: Pick<Resolved, 'innermost'>,
	remote: Pick<PlacedRemote, 'rcloneConfig'>,
	environment: Environment,
): PlaceProblem | undefined {
	for (const end of place.innermost) {
		const problem = problemOf(end, remote, environment);
		if (problem !== undefined) return problem;
	}
	return undefined;
}

function problemOf(
	end: InnermostPlace,
	remote: Pick<PlacedRemote, 'rcloneConfig'>,
	environment: Environment,
): PlaceProblem | undefined {
	const through = end.via.length === 0 ? '' : ` (${describePlace(end)})`;
	if (end.kind === 'unknown') {
		const names = knownNames(remote, environment);
		const meant = nearest(end.name, names);
		const known = names.length === 0 ? 'make one with: rclone config' : `it knows: ${names.join(', ')}`;
		return {
			code: 'remote-unknown',
			message: `rclone does not know a remote ${end.name}${through}`,
			hint: meant === undefined ? known : `did you mean ${meant}? ${known}`,
		};
	}
	if (end.kind === 'loop')
		return {
			code: 'config-invalid',
			message: `the remote ${end.name} is built on itself${through}`,
			hint: 'correct it with: rclone config',
		};
	if (end.kind === 'local' && !isAbsolute(end.path)) {
		const what = end.via.at(-1) === undefined ? '' : `the remote ${end.via.at(-1)} lies in `;
		return {
			code: 'config-invalid',
			message: `${what}${end.path === '' ? 'the current directory' : `"${end.path}"`}, a path relative to whatever directory rclone is started in${through}`,
			hint: `write an absolute path, or the name of a remote with its colon (NAME:${end.path}), with: rclone config`,
		};
	}
	if (end.kind === 'local' && end.path.replace(/\/+/g, '/') === '/')
		return {
			code: 'config-invalid',
			message: `the root directory of this machine is no place for a copy${through}`,
			hint: 'name a directory on another disk',
		};
	if (end.kind === 'backend' && end.type === 'memory')
		return {
			code: 'config-invalid',
			message: `the remote keeps nothing: it is rclone's memory backend${through}`,
			hint: 'choose another remote',
		};
	if (isListOfBuckets(end))
		return {
			code: 'config-invalid',
			message: `${describePlace(end)} is the list of buckets, no file can lie there`,
			hint: 'name a bucket in RCLONE_PATH, e.g. RCLONE_PATH = my-bucket/restic',
		};
	return undefined;
}

function knownNames(remote: Pick<PlacedRemote, 'rcloneConfig'>, environment: Environment): readonly string[] {
	const { remotes } = readDefinitions(remote.rcloneConfig, environment);
	return [...new Set([...remotes.keys(), ...environmentRemotes(environment)])];
}

/** Refuses a place that is unknown, relative or surprising, before anything is touched. @throws remote-unknown, config-invalid */
export function requirePlace(place: Place, remote: RemoteConfig, environment: Environment): void {
	const problem = placeProblem(place, remote, environment);
	if (problem === undefined) return;
	throw new BackupTuiError(problem.code, `${remote.name}: ${problem.message}`, {
		hint: problem.hint,
		exitCode: exitCodes.sync,
	});
}

/** The place in words, its innermost one where it is built on others. */
export function describeResolved(place: Resolved): string {
	if (!place.known) return `${place.location} (rclone's config is encrypted: not looked into)`;
	const inner = place.innermost
		.filter(({ via, kind }) => via.length > 0 && kind !== 'unknown')
		.map(describePlace);
	return inner.length === 0 ? place.location : `${place.location}: ${inner.join(', ')}`;
}

/** Directories of this machine that a place ends in. */
export function localEnds(place: Pick<Resolved, 'innermost'> | undefined): readonly string[] {
	return (place?.innermost ?? []).flatMap((end) =>
		end.kind === 'local' && isAbsolute(end.path) ? [end.path] : [],
	);
}
