import { BackupTuiError } from '../errors.ts';
import { dockerCommand, downArguments } from './compose-command.ts';
import { withoutValues } from './compose-message.ts';
import type { DockerAccess } from './docker-access.ts';
import { type Inventory, type InventoryContainer, upContainers } from './inventory.ts';
import { describeNeighbour } from './neighbours.ts';
import { projectContainers } from './project-containers.ts';
import { type QuiesceMethod, quiesceSteps } from './quiesce-steps.ts';
import { isUp } from './state.ts';
import { tellWhenQuiet } from './tell-when-quiet.ts';
import type { StackContainer } from './types.ts';

/** Beyond the containers' own grace, what `down` may take before its process group is ended. */
const downExtraMs = 30_000;

export interface TakeDownOptions {
	readonly method: QuiesceMethod;
	/** Grace of the containers in seconds. */
	readonly timeoutSeconds: number;
	/** Called when nothing of the stack runs any more, where that can be told before everything is done. */
	readonly onQuiet?: () => void;
	readonly signal?: AbortSignal;
}

export interface TakenDown {
	/** Recorded containers that `down` left running and that were stopped one by one. */
	readonly survivors: readonly string[];
	/** Containers of others that live in those of the stack and were stopped with them, in words. */
	readonly neighbours: readonly string[];
	/** Containers of the projects that are up and were not recorded: started meanwhile, left alone. */
	readonly newcomers: readonly string[];
}

function failed(inventory: Inventory, reason: string, detail = ''): BackupTuiError {
	return new BackupTuiError('down-failed', `${inventory.stack} could not be taken down: ${reason}`, {
		hint: 'it is brought up again; see `docker ps -a` and `docker compose ps -a` in its directory',
		detail,
	});
}

/** @returns why it failed, by project, or nothing: what is left running decides whether that matters */
async function composeDown(access: DockerAccess, inventory: Inventory, options: TakeDownOptions) {
	const problems: BackupTuiError[] = [];
	for (const project of inventory.projects) {
		const result = await access.runner.run({
			...dockerCommand(access, downArguments(project, options.timeoutSeconds), project.workingDir),
			timeoutMs: options.timeoutSeconds * 1000 + downExtraMs,
			...(options.signal === undefined ? {} : { signal: options.signal }),
		});
		options.signal?.throwIfAborted();
		if (result.exitCode === 0) continue;
		const reason = result.timedOut
			? `\`docker compose down\` did not end within ${options.timeoutSeconds + downExtraMs / 1000} s`
			: (withoutValues(result.stderr).trim().split('\n').at(-1) ?? `exit code ${result.exitCode}`);
		problems.push(failed(inventory, reason, withoutValues(result.stderr)));
	}
	return problems;
}

async function stopGroups(
	access: DockerAccess,
	groups: readonly (readonly { readonly id: string }[])[],
	options: TakeDownOptions,
) {
	const call = options.signal === undefined ? {} : { signal: options.signal };
	for (const group of groups) {
		await Promise.all(group.map(({ id }) => access.engine.stopContainer(id, options.timeoutSeconds, call)));
	}
}

/** Recorded containers that should be quiet now and are not. */
function stillUp(
	expected: readonly InventoryContainer[],
	now: readonly StackContainer[],
	quiet: (container: StackContainer) => boolean,
): readonly StackContainer[] {
	const ids = new Set(expected.map((container) => container.id));
	return now.filter((container) => ids.has(container.id) && isUp(container) && !quiet(container));
}

async function downAndVerify(access: DockerAccess, inventory: Inventory, options: TakeDownOptions) {
	const { onQuiet } = options;
	const endTelling = onQuiet === undefined ? () => {} : tellWhenQuiet(access, inventory, onQuiet);
	const [problem] = await composeDown(access, inventory, options).finally(endTelling);
	const now = await projectContainers(access.engine, inventory);
	const survivors = stillUp(upContainers(inventory), now, () => false);
	if (problem !== undefined && survivors.length > 0) throw problem;
	await stopGroups(access, [survivors], options);
	return survivors.map((container) => container.name);
}

async function stopOrPause(
	access: DockerAccess,
	inventory: Inventory,
	method: 'stop' | 'pause',
	options: TakeDownOptions,
) {
	const { stop, pause, neighbours } = quiesceSteps(inventory, method);
	const first = neighbours.map((neighbour) => [neighbour]);
	await stopGroups(access, [...first, ...stop], options);
	for (const container of pause) {
		options.signal?.throwIfAborted();
		await access.engine.pauseContainer(container.id);
	}
}

/**
 * Quiesces a stack and sees to it that nothing recorded runs any more; frozen counts as quiet where freezing was meant.
 * Write the journal before calling it: whatever happens here, the stack is owed an `up`.
 *
 * @throws down-failed; daemon-unreachable; the signal's reason when aborted. The stack may be half down then.
 */
export async function takeDown(
	access: DockerAccess,
	inventory: Inventory,
	options: TakeDownOptions,
): Promise<TakenDown> {
	const { method } = options;
	if (method === 'none') return { survivors: [], neighbours: [], newcomers: [] };
	let survivors: readonly string[] = [];
	try {
		if (method === 'down') survivors = await downAndVerify(access, inventory, options);
		else await stopOrPause(access, inventory, method, options);
	} catch (error) {
		options.signal?.throwIfAborted();
		if (error instanceof BackupTuiError && error.code === 'internal') throw failed(inventory, error.message);
		throw error;
	}
	const now = await projectContainers(access.engine, inventory);
	const frozen = (container: StackContainer) => method !== 'down' && container.status === 'paused';
	const running = stillUp(upContainers(inventory), now, frozen);
	if (running.length > 0) {
		throw failed(inventory, `${running.map((container) => container.name).join(', ')} still runs`);
	}
	const known = new Set(inventory.containers.map((container) => container.id));
	const newcomers = now.filter(
		(container) => isUp(container) && !known.has(container.id) && container.helperOf === undefined,
	);
	const { neighbours } = method === 'stop' ? quiesceSteps(inventory, method) : { neighbours: [] };
	return {
		survivors,
		neighbours: neighbours.map(describeNeighbour),
		newcomers: newcomers.map((container) => container.name),
	};
}
