import { systemClock } from '../../source/process/clock.ts';
import { createProcessRunner } from '../../source/process/run.ts';
import { connectEngine } from '../../source/stacks/connect-engine.ts';
import type { DockerAccess } from '../../source/stacks/docker-access.ts';
import type { Stack } from '../../source/stacks/types.ts';
import { type Host, type TestStack, tools } from './rig/index.ts';

/** The product's access to Docker, for a host of the rig. */
export function accessOf(host: Host, env: Readonly<Record<string, string>> = {}): DockerAccess {
	const runner = createProcessRunner({ cookie: host.name });
	const common = { runner, dockerFile: tools.docker, env: { ...host.env, ...env } };
	return { ...common, engine: connectEngine(common), clock: systemClock };
}

/** A stack of the rig as discovery would find it. */
export function discovered(test: TestStack): Stack {
	return {
		key: test.name,
		name: test.name,
		origin: 'stacks-dir',
		directory: test.directory,
		realDirectory: test.directory,
		enabled: true,
		missing: false,
		composeFiles: [`${test.directory}/compose.yaml`],
		project: test.project,
	};
}
