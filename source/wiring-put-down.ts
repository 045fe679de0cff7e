import { createJournal } from './runs/journal.ts';
import type { Inventory } from './services/backup/ports.ts';
import { createStackDocker } from './services/backup/stack-docker.ts';
import type { Run } from './services/conduct-run.ts';
import { discoverConfigured } from './services/discover-configured.ts';
import { bringBack } from './services/put-down/bring-back.ts';
import { eachStack } from './services/put-down/each-stack.ts';
import { putDownDirectory } from './services/put-down/kept.ts';
import { putDown } from './services/put-down/put-down.ts';
import { bringUp } from './stacks/bring-up.ts';
import { takeInventory, upContainers } from './stacks/inventory.ts';
import type { QuiesceMethod } from './stacks/quiesce-steps.ts';
import { startArguments, startProject } from './stacks/start-project.ts';
import type { Stack } from './stacks/types.ts';
import { connectDocker } from './wiring.ts';
import type { BackupWiring } from './wiring-backup.ts';

/** Takes stacks down to stay down, or brings them up. */
export async function runWiredPutDown(
	options: BackupWiring,
	run: Run,
	to: 'down' | 'up',
	names: readonly string[],
): Promise<void> {
	const { config, env, journal } = options;
	const access = await connectDocker(options, run);
	const { stacks } = await discoverConfigured(config, env);
	const kept = createJournal<Inventory>(putDownDirectory(config.paths.stateDir));
	const docker = createStackDocker({ access, config, run, stacks: async () => stacks });
	const look = (stack: Stack) => takeInventory(access, stack, stacks, { signal: run.signal });
	await eachStack(run, journal, stacks, names, async (stack) => {
		const settings = config.stack(stack.name);
		if (to === 'down') {
			await putDown(run, { docker, journal, putDown: kept, now: Date.now }, stack, settings);
			return;
		}
		await bringBack(
			run,
			{
				journal,
				putDown: kept,
				runs: async (one) => upContainers(await look(one)).length > 0,
				bringUp: async (entry) => {
					await bringUp(access, entry.inventory, {
						method: entry.method as QuiesceMethod,
						timeoutSeconds: config.docker.upTimeoutSeconds,
					});
				},
				start: {
					command: async (one) => {
						const { args } = await startArguments(access, one, await look(one), run.signal);
						return [access.dockerFile, ...args];
					},
					run: (one, signal) =>
						startProject(access, one, {
							look: () => look(one),
							timeoutSeconds: config.docker.upTimeoutSeconds,
							signal,
						}),
				},
			},
			stack,
			settings,
		);
	});
}
