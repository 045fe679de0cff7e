import type { Config } from '../config/types.ts';
import { countCoverage, type MountCapture } from '../stacks/capture.ts';
import type { DockerAccess } from '../stacks/docker-access.ts';
import { inventoryOf, observeStack } from '../stacks/inventory.ts';
import { readLayers } from '../stacks/read-layers.ts';
import type { Stack } from '../stacks/types.ts';
import { findStackMounts } from './stack-mounts.ts';
import { findStacks } from './stacks/find-stack.ts';

/** What a backup of one stack would hold, mount by mount. */
export interface StackCoverage {
	readonly stack: Stack;
	readonly mounts: readonly MountCapture[];
	readonly captured: number;
	readonly excluded: number;
	/** Neither captured nor excluded. */
	readonly missing: number;
	/** What could not be read; what containers mount is known all the same. */
	readonly problems: readonly string[];
}

export interface CoverageDeps {
	readonly access: DockerAccess;
	readonly config: Config;
	/** All stacks, to tell whose a container is. */
	readonly stacks: readonly Stack[];
	readonly signal?: AbortSignal;
}

/** @returns the stacks these names mean; all that are enabled when there are none. @throws stack-unknown */
export function chosenStacks(stacks: readonly Stack[], names: readonly string[]): readonly Stack[] {
	if (names.length > 0) return findStacks(stacks, names);
	return stacks.filter((stack) => stack.enabled && !stack.missing);
}

const nowhere = { captured: 0, excluded: 0, missing: 1 };

/** Looks at what a backup of these stacks would hold. Only reads. @throws daemon-unreachable, no-permission, state-unknown */
export async function readCoverage(
	deps: CoverageDeps,
	chosen: readonly Stack[],
): Promise<readonly StackCoverage[]> {
	const { access, config, stacks } = deps;
	const call = deps.signal === undefined ? {} : { signal: deps.signal };
	const coverage: StackCoverage[] = [];
	for (const stack of chosen) {
		if (stack.missing || stack.unmanageable !== undefined) {
			const problem = stack.unmanageable ?? `${stack.directory} is not there`;
			coverage.push({ stack, mounts: [], ...nowhere, problems: [problem] });
			continue;
		}
		const observed =
			stack.composeFiles.length === 0
				? { inventory: inventoryOf(stack, [], access.clock.now()), containers: [] }
				: await observeStack(access, stack, stacks, call);
		const layers = await readLayers(access, observed.containers, call);
		const settings = config.stack(stack.name);
		const { plan, problems } = await findStackMounts(
			access,
			config,
			settings,
			stack,
			{ ...observed, layers },
			[],
			deps.signal,
		);
		coverage.push({ stack, mounts: plan.mounts, ...countCoverage(plan.mounts), problems });
	}
	return coverage;
}
