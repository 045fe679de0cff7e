import { childEnvironment } from './process/environment.ts';
import { findTool } from './process/find-tool.ts';
import { createProcessRunner } from './process/run.ts';
import { createStacksService, type StacksService } from './services/stacks.ts';
import { readDirlist } from './stacks/dirlist-file.ts';
import { discoverStacks } from './stacks/discover.ts';
import { unknownStates } from './stacks/state.ts';
import type { Stack } from './stacks/types.ts';
import type { WiringOptions } from './wiring.ts';

/** Builds the use cases around the dirlist. Docker is looked for only when a state is asked for. */
export function wireStacks({ config, env }: Pick<WiringOptions, 'config' | 'env'>): StacksService {
	const { stacksDir } = config.docker;
	const { dirlist } = config.paths;
	const environment = childEnvironment(env);
	return createStacksService({
		dirlist,
		stacksDir,
		environment,
		discover: async (options) => {
			const document = await readDirlist(dirlist);
			return discoverStacks({ stacksDir, dirlist: document, environment, ...options });
		},
		readStates: (stacks) => readStates({ config, env }, stacks),
	});
}

async function readStates({ config, env }: Pick<WiringOptions, 'config' | 'env'>, stacks: readonly Stack[]) {
	const [{ connectEngine }, docker, { toBackupTuiError }] = await Promise.all([
		import('./stacks/connect-engine.ts'),
		import('./stacks/read-states.ts'),
		import('./errors.ts'),
	]);
	try {
		const engine = connectEngine({
			runner: createProcessRunner({ cookie: `look-${process.pid}` }),
			dockerFile: findTool('docker', config.tools.docker),
			env: childEnvironment(env, ['DOCKER_*']),
		});
		return await docker.readStates(engine, stacks, { timeoutMs: 10_000 });
	} catch (error) {
		const problem = toBackupTuiError(error);
		return { states: unknownStates(stacks, problem.message), foreign: [], error: problem };
	}
}
