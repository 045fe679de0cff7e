import type { Stack, StackContainer } from '../../source/stacks/types.ts';

/** A running container of project `app` in /srv/app, changed as told. */
export function container(changes: Partial<StackContainer> = {}): StackContainer {
	const project = changes.project ?? 'app';
	const service = changes.service ?? 'web';
	const number = changes.number ?? 1;
	return {
		id: `${project}-${service}-${number}`,
		name: `${project}-${service}-${number}`,
		project,
		service,
		number,
		status: 'running',
		health: 'none',
		oneOff: false,
		configHash: 'hash',
		image: 'image:1',
		imageId: 'sha256:1',
		workingDir: '/srv/app',
		configFiles: ['/srv/app/compose.yaml'],
		envFiles: [],
		dependsOn: [],
		networks: [],
		mounts: [],
		createdAt: 0,
		...changes,
	};
}

/** The stack in /srv/NAME, changed as told. */
export function stackAt(directory: string, changes: Partial<Stack> = {}): Stack {
	const name = directory.slice(directory.lastIndexOf('/') + 1);
	return {
		key: name,
		name,
		origin: 'stacks-dir',
		directory,
		realDirectory: directory,
		enabled: true,
		missing: false,
		composeFiles: [`${directory}/compose.yaml`],
		project: name,
		...changes,
	};
}
