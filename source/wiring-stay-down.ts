import { openJournal } from './runs/journal.ts';
import type { Inventory } from './services/backup/ports.ts';
import { createStackDocker } from './services/backup/stack-docker.ts';
import type { Run } from './services/conduct-run.ts';
import { discoverConfigured } from './services/discover-configured.ts';
import { bringBack } from './services/downtime/bring-back.ts';
import { downOnPurposeDirectory } from './services/downtime/down-on-purpose.ts';
import { eachStack } from './services/downtime/each-stack.ts';
import { stayDown } from './services/downtime/stay-down.ts';
import { bringUp } from './stacks/bring-up.ts';
import { observeStack, takeInventory, upContainers } from './stacks/inventory.ts';
import { assertLayersKept } from './stacks/keep-layers.ts';
import type { QuiesceMethod } from './stacks/quiesce-steps.ts';
import { patientSeconds } from './stacks/slow-health.ts';
import { startArguments, startProject } from './stacks/start-project.ts';
import type { Stack } from './stacks/types.ts';
import { connectDocker } from './wiring-docker.ts';
import type { BackupWiring } from './wiring-options.ts';

/** Takes stacks down to stay down, or brings them up. */
export async function runWiredStayDown(
	options: Pick<BackupWiring, 'config' | 'env' | 'journal'>,
	run: Run,
	to: 'down' | 'up',
	names: readonly string[],
): Promise<void> {
	const { config, env, journal } = options;
	const access = await connectDocker(options, run);
	const { stacks } = await discoverConfigured(config, env);
	const kept = openJournal<Inventory>(downOnPurposeDirectory(config.paths.stateDir));
	const docker = createStackDocker({ access, config, run, stacks: async () => stacks });
	const look = (stack: Stack) => takeInventory(access, stack, stacks, { signal: run.signal });
	await eachStack(run, journal, stacks, names, async (stack) => {
		const settings = config.stack(stack.name);
		if (to === 'down') {
			await stayDown(run, { docker, journal, downOnPurpose: kept, now: Date.now }, stack, settings);
			return;
		}
		await bringBack(
			run,
			{
				journal,
				downOnPurpose: kept,
				// Where stopping would delete something, containers are frozen: that is down, too.
				runs: async (one) => upContainers(await look(one)).some(({ status }) => status !== 'paused'),
				bringUp: async ({ method, inventory }) => {
					await bringUp(access, inventory, {
						method: method as QuiesceMethod,
						timeoutSeconds: patientSeconds(inventory, config.docker.upTimeoutSeconds),
					});
				},
				start: {
					command: async (one) => {
						const { args } = await startArguments(access, one, await look(one), run.signal);
						return [access.dockerFile, ...args];
					},
					run: async (one, signal) => {
						await assertLayersKept(access, await observeStack(access, one, stacks, { signal }), { signal });
						await startProject(access, one, {
							look: () => look(one),
							timeoutSeconds: config.docker.upTimeoutSeconds,
							signal,
						});
					},
				},
			},
			stack,
			settings,
		);
	});
}
