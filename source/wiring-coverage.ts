import { chosenStacks, readCoverage, type StackCoverage } from './services/coverage.ts';
import { discoverConfigured } from './services/discover-configured.ts';
import { connectDocker } from './wiring-docker.ts';
import type { WiringOptions } from './wiring-options.ts';

/** The coverage of the stacks of these names, or of all enabled ones. Only reads. */
export async function readWiredCoverage(
	options: Pick<WiringOptions, 'config' | 'env'>,
	names: readonly string[],
): Promise<readonly StackCoverage[]> {
	const { stacks } = await discoverConfigured(options.config, options.env);
	const access = await connectDocker(options);
	return readCoverage({ access, config: options.config, stacks }, chosenStacks(stacks, names));
}
