import type { Config } from '../../config/types.ts';
import { bringUp } from '../../stacks/bring-up.ts';
import type { DockerAccess } from '../../stacks/docker-access.ts';
import { takeInventory, upContainers } from '../../stacks/inventory.ts';
import { planQuiesce, type QuiescePlan } from '../../stacks/plan-quiesce.ts';
import { takeDown } from '../../stacks/take-down.ts';
import type { Stack } from '../../stacks/types.ts';
import { blocking, settle } from '../../stacks/verify-up.ts';
import type { Run } from '../conduct-run.ts';
import type { PreparedStack, StackDocker } from './ports.ts';

export interface StackDockerDeps {
	readonly access: DockerAccess;
	readonly config: Config;
	readonly run: Run;
	/** All stacks: a directory inside another's decides whose a container is. */
	readonly stacks: () => Promise<readonly Stack[]>;
}

interface Prepared extends PreparedStack {
	readonly plan: QuiescePlan;
}

/** Docker as the backup of a stack needs it, on the real engine. */
export function createStackDocker(deps: StackDockerDeps): StackDocker {
	const { access, config, run } = deps;
	return {
		prepare: async (stack, settings): Promise<Prepared> => {
			const inventory = await takeInventory(access, stack, await deps.stacks(), { signal: run.signal });
			const plan = await planQuiesce(access, inventory, settings, run.signal);
			const runs = upContainers(inventory).length > 0;
			return {
				plan,
				inventory,
				runs,
				method: plan.method,
				reasons: runs ? plan.reasons : [],
				warnings: plan.deploys.map((text) => `ON_DRIFT=deploy: ${text}`),
				composeConfigs: plan.resolved.map(({ project, config: resolved }) => ({ project, config: resolved })),
				images: [],
				mounts: [],
				coverage: { captured: 1, excluded: 0, missing: 0 },
				paths: [stack.realDirectory],
				excludes: [],
				downCommands: plan.down.map((args) => [access.dockerFile, ...args]),
				upCommands: plan.up.map((args) => [access.dockerFile, ...args]),
			};
		},
		takeDown: async (prepared, settings, signal) => {
			await takeDown(access, prepared.inventory, {
				method: prepared.method,
				timeoutSeconds: settings.timeoutSeconds,
				signal,
			});
		},
		bringUp: (prepared, settings, interruptedSince) =>
			bringUp(access, prepared.inventory, {
				method: prepared.method,
				timeoutSeconds: config.docker.upTimeoutSeconds,
				resolved: (prepared as Prepared).plan.resolved,
				...(interruptedSince === undefined
					? {}
					: { interrupted: { since: interruptedSince, graceSeconds: settings.timeoutSeconds } }),
				onRetry: (text) =>
					run.session.emit({
						type: 'message',
						level: 'warn',
						stack: prepared.inventory.stack,
						text: `not up yet: ${text}`,
					}),
			}),
		settle: async (prepared, report, signal) => {
			const differences = await settle(
				access,
				prepared.inventory,
				report,
				config.docker.settleSeconds,
				signal,
			);
			return blocking(differences).map((difference) => difference.message);
		},
		hold: async () => ({ release: async () => {} }),
		watch: async () => ({ finish: async () => ({ quiet: true, culprits: [] }) }),
		streams: () => [],
	};
}
