import { toBackupTuiError } from './errors.ts';
import { childEnvironment } from './process/environment.ts';
import { loadPutDown } from './services/downtime/down-on-purpose.ts';
import { createStacksService, type StacksService } from './services/stacks.ts';
import { readDirlist } from './stacks/dirlist-file.ts';
import { discoverStacks } from './stacks/discover.ts';
import { unknownStates } from './stacks/state.ts';
import type { Stack } from './stacks/types.ts';
import type { WiringOptions } from './wiring-options.ts';

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
		putDown: () => loadPutDown(config.paths.stateDir),
		readStates: (stacks) => readStates({ config, env }, stacks),
	});
}

/** A Docker that cannot be asked leaves every state unknown, with the reason. */
async function readStates(options: Pick<WiringOptions, 'config' | 'env'>, stacks: readonly Stack[]) {
	const [{ connectDocker }, docker] = await Promise.all([
		import('./wiring-docker.ts'),
		import('./stacks/read-states.ts'),
	]);
	try {
		const { engine } = await connectDocker(options);
		return await docker.readStates(engine, stacks, { timeoutMs: 10_000 });
	} catch (error) {
		const problem = toBackupTuiError(error);
		return { states: unknownStates(stacks, problem.message), foreign: [], error: problem };
	}
}
