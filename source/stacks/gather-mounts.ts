import { readFileSync } from 'node:fs';
import { BackupTuiError } from '../errors.ts';
import type { ProjectFiles } from './compose-command.ts';
import type { ComposeConfig } from './compose-config.ts';
import type { DockerAccess } from './docker-access.ts';
import type { Inventory, ObservedStack } from './inventory.ts';
import { collectMounts, type Mount, type ProjectConfig, volumeNames, withVolumes } from './mounts.ts';
import { pulledInFiles } from './pulled-in-files.ts';
import { type ResolvedProject, readConfig, readRaw } from './resolve-project.ts';
import type { Stack } from './types.ts';

/** Everything a stack owns or uses, and the configurations that tell it. */
export interface GatheredMounts {
	readonly mounts: readonly Mount[];
	readonly projects: readonly ProjectConfig[];
	/** Why a project's files could not be read. What its containers mount is known all the same. */
	readonly problems: readonly string[];
}

/** Whether the files mention what only a second reading tells; anything included may mention it too. */
function needsRawReading(project: ProjectFiles): boolean {
	return project.configFiles.some((path) => {
		try {
			return /env_file|include|extends|^\s*["']?volumes["']?\s*:/m.test(readFileSync(path, 'utf8'));
		} catch {
			return true;
		}
	});
}

/** The projects of a stack: those that have containers, else what its directory says. */
function projectsOf(stack: Stack, inventory: Inventory): readonly ProjectFiles[] {
	if (inventory.projects.length > 0) return inventory.projects;
	if (stack.composeFiles.length === 0) return [];
	return [
		{ project: stack.project, workingDir: stack.directory, configFiles: stack.composeFiles, envFiles: [] },
	];
}

async function readProject(
	access: DockerAccess,
	project: ProjectFiles,
	known: ComposeConfig | undefined,
	signal: AbortSignal | undefined,
): Promise<ProjectConfig> {
	const [config, raw, pulledIn] = await Promise.all([
		known ?? readConfig(access, project, signal),
		needsRawReading(project) ? readRaw(access, project, signal) : undefined,
		pulledInFiles(project, access.env),
	]);
	const { project: name, configFiles, envFiles } = project;
	return {
		project: name,
		configFiles,
		envFiles,
		serviceEnvFiles: raw?.envFiles ?? {},
		declaredVolumes: raw?.volumes ?? config.volumes ?? {},
		pulledIn,
		config,
	};
}

const nobodyKnows = (reason: string): Mount => ({
	...{
		kind: 'unknown',
		services: [],
		name: '',
		source: reason,
		destination: '',
		driver: '',
		driverOptions: {},
	},
	...{ labels: {}, external: false, readOnly: false, made: false },
});

/**
 * Looks up everything a stack owns or uses, whether it runs or was never started.
 *
 * @param resolved projects that were read before, see `QuiescePlan.resolved`
 * @throws daemon-unreachable, no-permission
 */
export async function gatherMounts(
	access: DockerAccess,
	stack: Stack,
	{ inventory, containers: observed }: ObservedStack,
	resolved: readonly ResolvedProject[],
	signal?: AbortSignal,
): Promise<GatheredMounts> {
	const call = signal === undefined ? {} : { signal };
	const problems: string[] = [];
	const projects: ProjectConfig[] = [];
	const ids = new Set(inventory.containers.map((container) => container.id));
	const containers = observed.filter((container) => ids.has(container.id));
	await Promise.all(
		projectsOf(stack, inventory).map(async (project) => {
			const known = resolved.find((one) => one.project === project.project)?.config;
			try {
				projects.push(await readProject(access, project, known, signal));
			} catch (error) {
				if (!(error instanceof BackupTuiError) || error.code !== 'plan-refused') throw error;
				problems.push(error.message);
			}
		}),
	);
	const found = collectMounts(stack, containers, projects);
	const blind = containers.length === 0 ? problems.map(nobodyKnows) : [];
	const names = volumeNames(found);
	const volumes = await Promise.all(
		names.map(async (name) => [name, await access.engine.inspectVolume(name, call)] as const),
	);
	const owners = [stack.project, ...inventory.projects.map((project) => project.project)];
	return { mounts: [...withVolumes(found, new Map(volumes), owners), ...blind], projects, problems };
}
