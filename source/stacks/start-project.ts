import { BackupTuiError } from '../errors.ts';
import { dockerCommand, type ProjectFiles, upArguments } from './compose-command.ts';
import { configuredReplicas } from './compose-config.ts';
import type { DockerAccess } from './docker-access.ts';
import { type Inventory, upContainers } from './inventory.ts';
import { readConfig } from './resolve-project.ts';
import type { Stack } from './types.ts';
import { upFailed } from './up-failure.ts';

/** The project of a stack as its containers were started; without any as Compose finds it in the directory. */
function filesOf(stack: Stack, inventory: Inventory): ProjectFiles {
	const [known] = inventory.projects;
	if (known !== undefined) return known;
	if (stack.project === '' || stack.composeFiles.length === 0)
		throw new BackupTuiError(
			'plan-refused',
			`${stack.name}: Compose finds no project in ${stack.directory}`,
			{
				hint: 'give it a name: a line `name: ...` in the compose file',
			},
		);
	return {
		project: stack.project,
		workingDir: stack.projectDirectory ?? stack.directory,
		configFiles: stack.composeFiles,
		envFiles: [],
	};
}

/**
 * `docker` arguments that start everything of a stack its files want started: services with a profile are left out, as
 * `docker compose up` leaves them out. Nothing is pulled or built.
 *
 * @param inventory what of it is there now
 * @throws plan-refused when Compose cannot read the files
 */
export async function startArguments(
	access: DockerAccess,
	stack: Stack,
	inventory: Inventory,
	signal?: AbortSignal,
): Promise<{ readonly args: readonly string[]; readonly workingDir: string }> {
	const files = filesOf(stack, inventory);
	const config = await readConfig(access, files, signal);
	const all = configuredReplicas(config);
	const plain = Object.entries(config.services ?? {}).filter(
		([, service]) => (service.profiles ?? []).length === 0,
	);
	const replicas = Object.fromEntries(plain.map(([name]) => [name, all[name] ?? 1]));
	return { args: upArguments(files, { replicas, configured: replicas }), workingDir: files.workingDir };
}

/**
 * Starts a stack as its files say and looks whether it runs.
 *
 * @param look takes the inventory anew
 * @throws plan-refused, up-failed
 */
export async function startProject(
	access: DockerAccess,
	stack: Stack,
	options: {
		readonly look: () => Promise<Inventory>;
		readonly timeoutSeconds: number;
		readonly signal?: AbortSignal;
	},
): Promise<void> {
	const { signal } = options;
	const { args, workingDir } = await startArguments(access, stack, await options.look(), signal);
	const result = await access.runner.run({
		...dockerCommand(access, args, workingDir),
		timeoutMs: options.timeoutSeconds * 1000,
		...(signal === undefined ? {} : { signal }),
	});
	signal?.throwIfAborted();
	if (result.exitCode !== 0) throw upFailed(stack.name, result.stderr);
	const now = await options.look();
	const ended = now.containers.filter((one) => one.status === 'exited' && one.exitCode !== 0);
	if (ended.length > 0)
		throw upFailed(stack.name, ended.map((one) => `${one.name} ended with ${one.exitCode}`).join('; '));
	if (upContainers(now).length === 0 && now.containers.every((one) => one.exitCode !== 0))
		throw upFailed(stack.name, 'nothing of it runs');
}
