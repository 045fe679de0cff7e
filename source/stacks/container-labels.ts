import type { Dependency } from './types.ts';

/** Labels of Compose, as `docker compose` 2.x sets them (compose/pkg/api/labels.go). */
export const composeLabels = {
	project: 'com.docker.compose.project',
	service: 'com.docker.compose.service',
	number: 'com.docker.compose.container-number',
	oneOff: 'com.docker.compose.oneoff',
	configHash: 'com.docker.compose.config-hash',
	workingDir: 'com.docker.compose.project.working_dir',
	configFiles: 'com.docker.compose.project.config_files',
	environmentFile: 'com.docker.compose.project.environment_file',
	dependsOn: 'com.docker.compose.depends_on',
	volume: 'com.docker.compose.volume',
} as const;

/** Label of our own helper containers; its value is the key of the stack they serve. */
export const helperLabel = 'io.backup-tui.helper-of';
/** Label of our own helper containers: the id of the run that made them. */
export const helperRunLabel = 'io.backup-tui.run';
/** Label of our own helper containers: the process that made them, as JSON. */
export const helperProcessLabel = 'io.backup-tui.process';

/**
 * Paths of a label. Compose joins them with commas and does not escape: a part that is no absolute path belongs to
 * the one before it.
 */
export function splitPaths(value: string | undefined): readonly string[] {
	const paths: string[] = [];
	for (const part of (value ?? '').split(',')) {
		const last = paths.at(-1);
		if (last !== undefined && !part.startsWith('/') && part !== '-')
			paths[paths.length - 1] = `${last},${part}`;
		else if (part !== '') paths.push(part);
	}
	return paths;
}

/** `db:service_healthy:false,web` -> the services and their conditions. */
export function parseDependencies(value: string | undefined): readonly Dependency[] {
	return (value ?? '')
		.split(',')
		.filter((part) => part !== '')
		.map((part) => {
			const [service = '', condition = ''] = part.split(':');
			return { service, condition: condition === '' ? 'service_started' : condition };
		});
}

export type Labels = Readonly<Record<string, string>>;

/** The part of a container that its labels tell. */
export function fromLabels(labels: Labels) {
	const number = Number.parseInt(labels[composeLabels.number] ?? '1', 10);
	const helperOf = labels[helperLabel];
	return {
		project: labels[composeLabels.project] ?? '',
		service: labels[composeLabels.service] ?? '',
		number: Number.isNaN(number) ? 1 : number,
		oneOff: (labels[composeLabels.oneOff] ?? '').toLowerCase() === 'true',
		configHash: labels[composeLabels.configHash] ?? '',
		workingDir: labels[composeLabels.workingDir] ?? '',
		configFiles: splitPaths(labels[composeLabels.configFiles]),
		envFiles: splitPaths(labels[composeLabels.environmentFile]),
		dependsOn: parseDependencies(labels[composeLabels.dependsOn]),
		...(helperOf === undefined
			? {}
			: {
					helperOf,
					helperRun: labels[helperRunLabel] ?? '',
					helperProcess: labels[helperProcessLabel] ?? '',
				}),
	};
}
