import { BackupTuiError } from '../errors.ts';
import type { DockerAccess } from './docker-access.ts';
import { type Inventory, type InventoryContainer, upContainers } from './inventory.ts';
import { inventoryDifferences } from './inventory-differences.ts';
import { makeContainers } from './make-containers.ts';
import { isNetworkGone, mendNetworks } from './mend-networks.ts';
import { projectContainers } from './project-containers.ts';
import type { QuiesceMethod } from './quiesce-steps.ts';
import type { Recorded } from './recorded.ts';
import { lostData, lostDataError, lostImageError, type RestoreFrom } from './recorded-differences.ts';
import type { ResolvedProject } from './resolve-project.ts';
import { type AwaitedHealth, awaitedHealth } from './slow-health.ts';
import { startContainers } from './start-containers.ts';
import { startNeighbours } from './start-neighbours.ts';
import { isUp } from './state.ts';
import { mayPass, upFailed } from './up-failure.ts';
import { blocking, type UpReport, verifyUp } from './verify-up.ts';

export interface BringUpOptions {
	/** How it was taken down. */
	readonly method: QuiesceMethod;
	/** Bound of everything together, seconds. */
	readonly timeoutSeconds: number;
	/** How long to wait for health checks that have not told yet, ms. Default 3,000; `settle` looks again. */
	readonly healthMs?: number;
	/** The projects as their files say it, when known: replicas the files have anyway are then not spelled out. */
	readonly resolved?: readonly ResolvedProject[];
	/** As it was before it was taken down, where that is known: what changed since is then not deployed. */
	readonly recorded?: Recorded | undefined;
	/** Snapshots to restore from, should data of it be gone. */
	readonly restoreFrom?: RestoreFrom | undefined;
	/** Name of the stack, for messages and commands. Default: its key. */
	readonly name?: string;
	/**
	 * Set when taking down was cut short, or when that is not known (recover): the engine may still be about to stop
	 * what runs. `since`: when taking down began, ms UTC; `graceSeconds`: what containers get to end now, at most 10.
	 */
	readonly interrupted?: { readonly since: number; readonly graceSeconds: number };
	/** Told why another attempt is made. */
	readonly onRetry?: (message: string) => void;
	readonly signal?: AbortSignal;
}

/** They have had their grace in part already, and somebody waits. */
const longestGraceSeconds = 10;

/**
 * Ends stops that go on in the engine though their client is gone: `up` would say "Running" and the container would die
 * later. Containers started after that moment have no such stop pending.
 */
async function endOldStops(
	access: DockerAccess,
	inventory: Inventory,
	interrupted: NonNullable<BringUpOptions['interrupted']>,
): Promise<void> {
	const ids = upContainers(inventory)
		.filter((container) => container.status !== 'paused' && !container.autoRemove)
		.map((container) => container.id);
	// Of this stack's projects only: the ids are what was written down, perhaps long ago.
	const projects = new Set(inventory.projects.map(({ project }) => project));
	const now = await access.engine.inspectContainers(ids);
	const threatened = now.filter(
		(one) =>
			projects.has(one.project) && isUp(one) && one.status !== 'paused' && one.startedAt < interrupted.since,
	);
	const grace = Math.min(interrupted.graceSeconds, longestGraceSeconds);
	await Promise.all(threatened.map((one) => access.engine.stopContainer(one.id, grace)));
}

/** What is not there any more is made again, unless its data is gone: an empty volume is no place to come back to. */
async function makeMissing(
	access: DockerAccess,
	inventory: Inventory,
	missing: readonly InventoryContainer[],
	options: BringUpOptions,
	timeoutMs: number,
): Promise<void> {
	const { recorded, resolved = [], signal } = options;
	if (recorded !== undefined) {
		const lost = await lostData(access, recorded, signal === undefined ? {} : { signal });
		if (lost.length > 0) throw lostDataError(options.name ?? inventory.stack, lost, options.restoreFrom);
	}
	for (const project of inventory.projects) {
		const gone = missing.filter((container) => container.project === project.project && !container.oneOff);
		if (gone.length === 0) continue;
		const result = await makeContainers(access, project, {
			method: options.method,
			services: new Set(gone.map((container) => container.service)),
			resolved: resolved.find((one) => one.project === project.project),
			recorded,
			timeoutMs,
			signal,
		});
		options.signal?.throwIfAborted();
		if (result.exitCode === 0) continue;
		const wait = await awaitedHealth(access, inventory).catch(() => undefined);
		if (wait !== undefined) throw healthError(inventory, options, wait);
		if (recorded !== undefined) {
			const lost = await lostImageError(access, recorded, options.name ?? inventory.stack).catch(
				() => undefined,
			);
			if (lost !== undefined) throw lost;
		}
		const late = result.timedOut ? `\nno end within ${Math.round(timeoutMs / 1000)} s` : '';
		throw upFailed(inventory.stack, `${result.stderr}${late}`);
	}
}

/** `up` was given up while it waited for a health check. */
function healthError(inventory: Inventory, options: BringUpOptions, wait: AwaitedHealth): BackupTuiError {
	const one = wait.awaited.length === 1;
	return new BackupTuiError(
		'up-failed',
		`${options.name ?? inventory.stack} is not up: ${wait.awaited.join(', ')} ${one ? 'is' : 'are'} not healthy after ${options.timeoutSeconds} s (UP_TIMEOUT), ${wait.waiting.join(', ')} cannot start before`,
		{
			cause: wait,
			detail: 'is unhealthy',
			hint: `if ${one ? 'it needs' : 'they need'} longer, raise UP_TIMEOUT in [docker]; \`backup-tui recover\` starts the rest as soon as ${one ? 'it is' : 'they are'} healthy`,
		},
	);
}

async function attempt(
	access: DockerAccess,
	inventory: Inventory,
	options: BringUpOptions,
	deadline: number,
): Promise<UpReport> {
	const wanted = upContainers(inventory);
	const now = await projectContainers(access.engine, inventory);
	const verify = (timeoutMs: number) =>
		verifyUp(access, inventory, {
			timeoutMs,
			healthMs: options.healthMs ?? 3000,
			recorded: options.recorded,
			...(options.signal === undefined ? {} : { signal: options.signal }),
		});
	// Brought up before, by us or by somebody: nothing is made anew.
	if (blocking(inventoryDifferences(inventory, now)).length === 0) return await verify(0);
	const present = new Set(now.map((container) => container.id));
	const left = Math.max(1000, deadline - access.clock.now());
	const missing = wanted.filter((container) => !present.has(container.id));
	if (missing.length > 0) await makeMissing(access, inventory, missing, options, left);
	// After `down` Compose has started everything; ids of its own are only left where it was cut short.
	if (options.method !== 'down' || missing.length === 0) {
		const here = wanted.filter((container) => present.has(container.id));
		await startContainers(access, here, now, deadline, options.signal);
	}
	return await verify(left);
}

function problemOf(inventory: Inventory, report: UpReport): BackupTuiError | undefined {
	const wrong = blocking(report.differences).map((difference) => difference.message);
	return report.up ? undefined : upFailed(inventory.stack, wrong.join('; '));
}

/**
 * Brings up exactly what the inventory says ran, and verifies it. May be called at any time and again, in another process
 * too: it looks at what is there and does what is missing. A start that may succeed later (a port that is taken, an
 * engine that restarts) is tried again until `timeoutSeconds` have passed.
 *
 * @throws up-failed with the culprit's words
 */
export async function bringUp(
	access: DockerAccess,
	inventory: Inventory,
	options: BringUpOptions,
): Promise<UpReport> {
	const deadline = access.clock.now() + options.timeoutSeconds * 1000;
	let mended = options.recorded === undefined;
	for (let tries = 1; ; tries += 1) {
		let problem: BackupTuiError;
		try {
			const stopping = options.method === 'down' || options.method === 'stop';
			if (options.interrupted !== undefined && stopping)
				await endOldStops(access, inventory, options.interrupted);
			const report = await attempt(access, inventory, options, deadline);
			const found = problemOf(inventory, report);
			if (found === undefined) {
				await startNeighbours(access, inventory, options.name ?? inventory.stack);
				return report;
			}
			problem = found;
		} catch (error) {
			options.signal?.throwIfAborted();
			if (!(error instanceof BackupTuiError)) throw error;
			problem = error.code === 'up-failed' ? error : upFailed(inventory.stack, error.message, error);
		}
		if (options.recorded !== undefined && !mended && isNetworkGone(problem.detail ?? '')) {
			mended = true;
			const kept = upContainers(inventory).map((container) => container.id);
			const done = await mendNetworks(access, options.recorded, kept);
			for (const message of done) options.onRetry?.(message);
			continue;
		}
		const later =
			mayPass(problem.detail ?? '') ||
			(problem.cause as BackupTuiError | undefined)?.code === 'daemon-unreachable';
		if ((!later && tries >= 2) || access.clock.now() >= deadline) throw problem;
		options.onRetry?.(problem.message);
		await access.clock.sleep(Math.min(tries * 1000, 5000), options.signal);
	}
}
