import { systemClock } from './process/clock.ts';
import { childEnvironment } from './process/environment.ts';
import { findTool } from './process/find-tool.ts';
import { createProcessRunner } from './process/run.ts';
import type { Run } from './services/conduct-run.ts';
import type { WiringOptions } from './wiring-options.ts';

/** Variables of the docker command line. Not COMPOSE_*: what a person's shell happens to hold must not change a project. */
const dockerVariables = ['DOCKER_*'];

/** Connects to the Docker Engine. Throws `tool-missing`; a dead daemon shows at the first call. */
export async function connectDocker(options: Pick<WiringOptions, 'config' | 'env'>, run?: Run) {
	const [{ connectEngine }, { findComposePlugin }] = await Promise.all([
		import('./stacks/connect-engine.ts'),
		import('./stacks/compose-plugin.ts'),
	]);
	const dockerFile = findTool('docker', options.config.tools.docker);
	const dockerEnv = childEnvironment(options.env, dockerVariables);
	const runner = run?.session.runner ?? createProcessRunner({ cookie: `look-${process.pid}` });
	const engine = await connectEngine({ runner, dockerFile, env: dockerEnv });
	const composeFile = findComposePlugin(dockerFile, dockerEnv);
	return {
		engine,
		runner,
		dockerFile,
		...(composeFile === undefined ? {} : { composeFile }),
		env: dockerEnv,
		clock: systemClock,
		socketDirectory: options.config.paths.runDir,
	};
}
