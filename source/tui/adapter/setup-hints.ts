import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { childEnvironment } from '../../process/environment.ts';
import { formatBytes } from '../../runs/units.ts';
import { unmountedAbove } from '../../services/mount-points.ts';
import { repositoryPlaceProblem } from '../../services/repository-place.ts';
import { describeResolved, placeOf, placeProblem } from '../../services/sync/place.ts';
import { discoverStacks } from '../../stacks/discover.ts';
import type { SetupAnswers, SetupHint } from '../ports.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns undefined for what is not there; asked without holding up keys, for a disk may sleep */
const factsOf = (path: string) => stat(path).catch(() => undefined);

/** The nearest directory above a path that is there. */
async function nearest(path: string): Promise<string> {
	let at = path;
	while (at !== dirname(at) && (await factsOf(at)) === undefined) at = dirname(at);
	return at;
}

async function stacksHints(path: string, env: Environment): Promise<SetupHint[]> {
	if (!path.startsWith('/')) return [{ level: 'bad', text: 'an absolute path is needed' }];
	try {
		const { stacks } = await discoverStacks({
			stacksDir: path,
			dirlist: undefined,
			environment: childEnvironment(env),
		});
		const names = stacks.map((stack) => stack.name);
		const shown = names.slice(0, 6).join(', ');
		const more = names.length > 6 ? ` and ${names.length - 6} more` : '';
		return [
			{ level: 'ok', text: `${names.length} stacks: ${shown}${more}` },
			{ level: 'info', text: 'all are off at first; turn on those to back up on the Stacks screen' },
		];
	} catch (error) {
		return [{ level: 'bad', text: error instanceof Error ? error.message : String(error) }];
	}
}

async function repositoryHints(answers: SetupAnswers, env: Environment): Promise<SetupHint[]> {
	const path = answers.repository;
	const problem = repositoryPlaceProblem({ location: path, rcloneConfig: '' }, env);
	if (problem !== undefined) return [{ level: 'bad', text: `${problem.message}: ${problem.hint}` }];
	if (!path.startsWith('/')) {
		return path.includes(':')
			? [
					{
						level: 'info',
						text: 'not on this machine: restic will tell at the end whether it can be reached',
					},
				]
			: [{ level: 'bad', text: 'an absolute path, or kind:address' }];
	}
	const hints: SetupHint[] = [];
	const place = await nearest(path);
	const [own, stacks] = await Promise.all([factsOf(place), factsOf(answers.stacksDir)]);
	if (stacks !== undefined) {
		hints.push(
			own?.dev === stacks.dev
				? {
						level: 'warning',
						text: `${place} is on the same disk as ${answers.stacksDir}: one failure takes both`,
					}
				: { level: 'ok', text: `${place} is a different disk from ${answers.stacksDir}` },
		);
	}
	const { bavail, bsize } = await statfs(place);
	hints.push({
		level: bavail * bsize < 1024 ** 3 ? 'warning' : 'ok',
		text: `${formatBytes(bavail * bsize)} free`,
	});
	hints.push(
		(await factsOf(`${path}/config`)) !== undefined
			? { level: 'info', text: 'there is a repository: it will be used, nothing in it is changed' }
			: { level: 'info', text: 'no repository here yet: one will be made in the last step' },
	);
	return hints;
}

async function passwordHints(answers: SetupAnswers): Promise<SetupHint[]> {
	const path = answers.passwordFile;
	if (!path.startsWith('/')) return [{ level: 'bad', text: 'an absolute path is needed' }];
	const facts = await factsOf(path);
	if (facts === undefined) {
		const foreign = await factsOf(`${answers.repository}/config`);
		return foreign !== undefined
			? [{ level: 'bad', text: 'there is a repository already: name the file with its password' }]
			: [{ level: 'info', text: 'a new password will be made, and the file (0600)' }];
	}
	const mode = facts.mode & 0o777;
	return (mode & 0o077) === 0
		? [{ level: 'ok', text: 'the password in this file is used' }]
		: [{ level: 'bad', text: `others can read it (0${mode.toString(8)}): chmod 600 ${path}` }];
}

/** A directory as a remote: its disk is to be mounted now, and another one than the repository's. */
async function diskHints(path: string, repository: string): Promise<SetupHint[]> {
	const point = unmountedAbove(path);
	if (point !== undefined) return [{ level: 'bad', text: `its disk is not mounted: mount ${point}` }];
	const found = await factsOf(path);
	if (found?.isDirectory() !== true)
		return [{ level: 'bad', text: `there is no directory ${path}: mount its disk, or make it first` }];
	const own = repository.startsWith('/') ? await factsOf(await nearest(repository)) : undefined;
	if (own === undefined) return [];
	return found.dev === own.dev
		? [
				{
					level: 'warning',
					text: `${path} is on the same disk as the repository: one disk failure takes both`,
				},
			]
		: [{ level: 'ok', text: `${path} is a different disk from the repository` }];
}

/** A remote of rclone's: known to it, and no place that a sync would refuse. */
function remoteHints(cloud: string, env: Environment): SetupHint[] {
	const [name = '', path = ''] = cloud.split(/:(.*)/s);
	const remote = { remote: name, path, rcloneConfig: '' };
	const place = placeOf(remote, env);
	const problem = placeProblem(place, remote, env);
	if (problem === undefined) return [{ level: 'info', text: describeResolved(place) }];
	return [{ level: 'bad', text: `${problem.message}: ${problem.hint}` }];
}

/** @returns what can be said about an answer before anything is written */
export async function setupHints(
	field: keyof SetupAnswers,
	answers: SetupAnswers,
	env: Environment,
): Promise<readonly SetupHint[]> {
	switch (field) {
		case 'stacksDir':
			return stacksHints(answers.stacksDir, env);
		case 'repository':
			return repositoryHints(answers, env);
		case 'passwordFile':
			return passwordHints(answers);
		case 'cloud': {
			const { cloud } = answers;
			if (cloud === '') return [{ level: 'info', text: 'no second copy for now; a fire takes both then' }];
			if (!/^\/.+|^[\w. -]+:.*/.test(cloud))
				return [{ level: 'bad', text: 'REMOTE:PATH, or an absolute directory' }];
			const hints = cloud.startsWith('/')
				? await diskHints(cloud, answers.repository)
				: remoteHints(cloud, env);
			const test = 'the remote is tested on the Cloud screen (t) before the first sync';
			return [...hints, { level: 'info', text: test }];
		}
		case 'schedule':
			if (answers.schedule === '') return [{ level: 'info', text: 'no schedule: backups by hand' }];
			return /^([01]?\d|2[0-3]):[0-5]\d$/.test(answers.schedule)
				? [{ level: 'ok', text: `every day at ${answers.schedule}` }]
				: [{ level: 'bad', text: 'HH:MM, e.g. 03:00' }];
	}
}
