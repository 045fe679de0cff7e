import type { Config } from '../config/types.ts';
import { BackupTuiError } from '../errors.ts';
import { readDefinitions } from '../rclone/definitions.ts';
import { isListOfBuckets } from '../rclone/innermost.ts';
import type { Rclone } from '../rclone/types.ts';
import {
	needsRclone,
	type PlaceProblem,
	placeProblem,
	type Resolved,
	resolveLocation,
} from './sync/place.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Repository = Pick<Config['repository'], 'location' | 'rcloneConfig'>;

const scheme = 'rclone:';

/** @returns where a repository that restic reaches through rclone ends, as far as files tell; undefined for any other */
export function repositoryPlace(repository: Repository, environment: Environment): Resolved | undefined {
	const { location, rcloneConfig } = repository;
	if (!location.startsWith(scheme)) return undefined;
	const definitions = readDefinitions(rcloneConfig, environment);
	return resolveLocation(location.slice(scheme.length), environment, definitions);
}

/** Why no repository may be used there, from what is known locally; undefined when nothing speaks against it. */
export function repositoryPlaceProblem(
	repository: Repository,
	environment: Environment,
	place = repositoryPlace(repository, environment),
): PlaceProblem | undefined {
	if (place === undefined) return undefined;
	const problem = placeProblem(place, repository, environment);
	if (problem === undefined) return undefined;
	const { location } = repository;
	const message = `${location}: ${problem.message}`;
	if (place.innermost.some(isListOfBuckets))
		return { ...problem, message, hint: `name a bucket: ${location.replace(/[/\s]+$/, '')}my-bucket/restic` };
	if (!location.slice(scheme.length).includes(':'))
		return {
			...problem,
			message,
			hint: `for a remote of rclone: ${location}:PATH; for a directory: its absolute path`,
		};
	return { ...problem, message };
}

/**
 * To be asked before restic starts rclone: it would fill a directory relative to wherever this program was started.
 * A remote that is not found is left to rclone, which may know more.
 *
 * @throws config-invalid
 */
export function assertRepositoryPlace(repository: Repository, environment: Environment): void {
	const problem = repositoryPlaceProblem(repository, environment);
	if (problem?.code === 'config-invalid') throw asError(problem);
}

/**
 * The same before a backup, with rclone asked where files do not tell.
 *
 * @throws config-invalid, remote-unknown
 */
export async function assertResolvedRepositoryPlace(
	repository: Repository,
	environment: Environment,
	openRclone: () => Promise<Pick<Rclone, 'definitions'>>,
): Promise<void> {
	let place = repositoryPlace(repository, environment);
	if (place === undefined) return;
	if (needsRclone(place)) {
		const definitions = readDefinitions(repository.rcloneConfig, environment);
		const remotes = await (await openRclone()).definitions();
		place = resolveLocation(place.location, environment, { ...definitions, remotes, complete: true });
	}
	const problem = repositoryPlaceProblem(repository, environment, place);
	if (problem !== undefined) throw asError(problem);
}

function asError({ code, message, hint }: PlaceProblem): BackupTuiError {
	return new BackupTuiError(code, message, { hint, exitCode: 1 });
}
