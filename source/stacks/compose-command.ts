import { existsSync } from 'node:fs';
import type { Command } from '../process/command.ts';
import type { DockerAccess } from './docker-access.ts';
import type { InventoryProject } from './inventory.ts';

/** What Compose must be told to mean one certain project. */
export type ProjectFiles = Pick<InventoryProject, 'project' | 'workingDir' | 'configFiles' | 'envFiles'>;

/** `docker` arguments that mean this project: its name, directory, compose and env files, all profiles. */
export function projectArguments(project: ProjectFiles): readonly string[] {
	return [
		// As one word: Compose called by itself drops a word `compose`, also where it is the project's name.
		...['compose', `--project-name=${project.project}`],
		...(project.workingDir === '' ? [] : ['--project-directory', project.workingDir]),
		...project.configFiles.flatMap((path) => ['--file', path]),
		...project.envFiles.flatMap((path) => ['--env-file', path]),
		...['--profile', '*'],
	];
}

/** @param graceSeconds time each container gets to stop */
export function downArguments(project: ProjectFiles, graceSeconds: number): readonly string[] {
	return [...projectArguments(project), 'down', '--timeout', String(graceSeconds)];
}

export interface UpOptions {
	/** Replicas by service: these services are started, and no others. */
	readonly replicas: Readonly<Record<string, number>>;
	/** What the compose file says itself, by service: `--scale` is given only where that differs. */
	readonly configured?: Readonly<Record<string, number>>;
	/** Only what is missing is made; containers that exist stay as they are and dependencies are left alone. */
	readonly keep?: boolean;
}

/** `up -d` of exactly these services: no pull, no build. Their dependencies must be among them, else Compose adds them. */
export function upArguments(project: ProjectFiles, options: UpOptions): readonly string[] {
	const services = Object.entries(options.replicas).sort(([a], [b]) => (a < b ? -1 : 1));
	const scaled = services.filter(([service, count]) => options.configured?.[service] !== count);
	return [
		...projectArguments(project),
		...['up', '--detach', '--no-build', '--pull', 'never'],
		...(options.keep ? ['--no-recreate', '--no-deps'] : []),
		...scaled.flatMap(([service, count]) => ['--scale', `${service}=${count}`]),
		...['--', ...services.map(([service]) => service)],
	];
}

/** The resolved configuration as JSON: variables filled in, env files read into `environment`. */
export function configArguments(project: ProjectFiles): readonly string[] {
	return [...projectArguments(project), 'config', '--format', 'json'];
}

/** The configuration before variables are filled in: only there Compose 2.40 still tells the env files' paths. */
export function rawArguments(project: ProjectFiles): readonly string[] {
	return [...projectArguments(project), 'config', '--no-interpolate', '--format', 'json'];
}

/** The resolved form of a configuration that is given on standard input. */
export function resolveInputArguments(project: ProjectFiles): readonly string[] {
	return configArguments({ ...project, configFiles: ['-'] });
}

/** Hashes of all services of a configuration that is given on standard input. */
export function hashArguments(project: ProjectFiles): readonly string[] {
	const fromInput = { ...project, configFiles: ['-'], envFiles: [] };
	return [...projectArguments(fromInput), 'config', '--hash', '*'];
}

/** A `docker` command in the directory the project was started in, where Compose may look for `.env`. */
export function dockerCommand(
	access: DockerAccess,
	args: readonly string[],
	workingDir = '',
): Omit<Command, 'timeoutMs'> {
	return {
		tool: 'docker',
		...(args[0] === 'compose' && access.composeFile !== undefined
			? { file: access.composeFile, args: args.slice(1) }
			: { file: access.dockerFile, args }),
		env: access.env,
		...(workingDir !== '' && existsSync(workingDir) ? { cwd: workingDir } : { cwd: '/' }),
	};
}
