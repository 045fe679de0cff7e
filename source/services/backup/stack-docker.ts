import type { Config, StackConfig } from '../../config/types.ts';
import { bringUp } from '../../stacks/bring-up.ts';
import { type CapturePlan, countCoverage } from '../../stacks/capture.ts';
import type { DockerAccess } from '../../stacks/docker-access.ts';
import { holdVolumes } from '../../stacks/hold-volumes.ts';
import { type Inventory, observeStack, upContainers } from '../../stacks/inventory.ts';
import { planQuiesce, type QuiescePlan } from '../../stacks/plan-quiesce.ts';
import { protectStack } from '../../stacks/protect.ts';
import { saveImages } from '../../stacks/provide-image.ts';
import { readLayers } from '../../stacks/read-layers.ts';
import { isOfStack } from '../../stacks/read-states.ts';
import { type Recorded, takeRecord } from '../../stacks/recorded.ts';
import { patientSeconds, slowHealth } from '../../stacks/slow-health.ts';
import { streamVolume } from '../../stacks/stream-volume.ts';
import { takeDown } from '../../stacks/take-down.ts';
import type { Stack, StackContainer } from '../../stacks/types.ts';
import { blocking, settle, type UpReport } from '../../stacks/verify-up.ts';
import { watchQuiet } from '../../stacks/watch-quiet.ts';
import type { Run } from '../conduct-run.ts';
import { findStackMounts } from '../stack-mounts.ts';
import { toManifestMount } from './manifest-mount.ts';
import type { PreparedStack, StackDocker } from './ports.ts';
import { heldMountpoints, imagesOf, quietData, streamInstead } from './stack-data.ts';

export interface StackDockerDeps {
	readonly access: DockerAccess;
	readonly config: Config;
	readonly run: Run;
	/** All stacks: a directory inside another's decides whose a container is. */
	readonly stacks: () => Promise<readonly Stack[]>;
}

interface Prepared extends PreparedStack {
	readonly stack: Stack;
	readonly plan: QuiescePlan;
	readonly capture: CapturePlan;
}

/** The part of a prepared stack that says what is copied. */
function copied(capture: CapturePlan, runs: boolean) {
	return {
		capture,
		uncaptured: uncaptured(capture, runs),
		mounts: capture.mounts.map(toManifestMount),
		coverage: countCoverage(capture.mounts),
		paths: capture.paths,
		excludes: capture.excludes,
	};
}

/** Docker as the backup of a stack needs it, on the real engine. */
export function createStackDocker(deps: StackDockerDeps): StackDocker {
	const { access, config, run } = deps;
	const upOptions = (prepared: Prepared) => ({
		name: prepared.stack.name,
		method: prepared.method,
		timeoutSeconds: config.docker.upTimeoutSeconds,
		resolved: prepared.plan.resolved,
		recorded: prepared.recorded,
		onRetry: (text: string) =>
			run.session.emit({
				type: 'message',
				level: 'warn',
				stack: prepared.stack.name,
				text: `not up yet: ${text}`,
			}),
	});
	return {
		prepare: async (stack, settings): Promise<Prepared> => {
			const call = { signal: run.signal };
			const observed = await observeStack(access, stack, await deps.stacks(), call);
			const { inventory } = observed;
			const before = { ...observed, layers: await readLayers(access, observed.containers, call) };
			const plan = await planQuiesce(access, before, settings, run.signal);
			const runs = upContainers(inventory).length > 0;
			const [found, images, recorded] = await Promise.all([
				findStackMounts(access, config, settings, stack, before, plan.resolved, run.signal),
				imagesOf(access, inventory, run.signal),
				recordOf(access, inventory, plan, settings, run.signal),
			]);
			return {
				stack,
				plan,
				inventory,
				recorded,
				runs,
				method: plan.method,
				reasons: runs ? plan.reasons : [],
				warnings: [
					...plan.deploys.map((text) => `ON_DRIFT=deploy: ${text}`),
					...(runs ? [] : found.problems),
					...(plan.method === 'down' ? slowHealth(inventory, config.docker.upTimeoutSeconds) : []),
				],
				composeConfigs: found.projects.map(({ project, config: resolved }) => ({
					project,
					config: resolved,
				})),
				images,
				...copied(found.plan, runs),
				downCommands: plan.down.map((args) => [access.dockerFile, ...args]),
				upCommands: plan.up.map((args) => [access.dockerFile, ...args]),
				upFromRecord: plan.upFromRecord,
			};
		},
		takeDown: async (prepared, settings, signal, onQuiet) => {
			const stack = (prepared as Prepared).stack.name;
			const { neighbours } = await takeDown(access, prepared.inventory, {
				method: prepared.method,
				timeoutSeconds: settings.timeoutSeconds,
				signal,
				...(onQuiet === undefined ? {} : { onQuiet }),
			});
			if (neighbours.length > 0)
				run.session.emit({
					...{ type: 'message', level: 'info', stack },
					text: `stopped with it, and started again after it: ${neighbours.join('; ')}`,
				});
		},
		bringUp: async (prepared, settings, interruptedSince, restoreFrom) => {
			const report = await bringUp(access, prepared.inventory, {
				...upOptions(prepared as Prepared),
				restoreFrom,
				...(interruptedSince === undefined
					? {}
					: { interrupted: { since: interruptedSince, graceSeconds: settings.timeoutSeconds } }),
			});
			sayWhatDiffers(run, prepared as Prepared, report);
			return report;
		},
		bringUpLate: (prepared, _settings, signal) =>
			bringUp(access, prepared.inventory, {
				...upOptions(prepared as Prepared),
				timeoutSeconds: patientSeconds(prepared.inventory, config.docker.upTimeoutSeconds),
				signal,
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
		hold: async (given) => {
			const prepared = given as Prepared;
			const { stack } = prepared.inventory;
			const mountpoints = heldMountpoints(prepared.capture);
			if (mountpoints.size === 0) return { prepared, release: async () => {} };
			const owner = { stack, run: run.session.id };
			const held = await holdVolumes(access.engine, owner, mountpoints, imageIds(prepared), {
				signal: run.signal,
			});
			if (held.failed.length === 0) return { prepared, release: held.release };
			for (const { volume, reason } of held.failed) {
				const text = `${volume} cannot be kept mounted, it is streamed: ${reason}`;
				run.session.emit({ type: 'message', level: 'warn', stack, text });
			}
			const names = held.failed.map(({ volume }) => volume);
			const instead: Prepared = {
				...prepared,
				...copied(streamInstead(prepared.capture, names), prepared.runs),
			};
			return { prepared: instead, release: held.release };
		},
		protect: async (given) => {
			const prepared = given as Prepared;
			const { inventory, stack } = prepared;
			const owner = { stack: inventory.stack, run: run.session.id };
			const held = new Set(heldMountpoints(prepared.capture).keys());
			try {
				return await protectStack(access.engine, owner, inventory, held, { signal: run.signal });
			} catch (error) {
				const why = error instanceof Error ? error.message : String(error);
				const text = `its volumes could be removed by others while it is down: ${why}`;
				if (!run.signal.aborted)
					run.session.emit({ type: 'message', level: 'warn', stack: stack.name, text });
				return { release: async () => {} };
			}
		},
		watch: async (given) => {
			const { stack, inventory, capture } = given as Prepared;
			const stacks = await deps.stacks();
			const owner = {
				inventory,
				project: stack.project,
				owns: (container: StackContainer) => isOfStack(stacks, stack, container),
			};
			const watch = await watchQuiet(access, owner, quietData(capture), run.signal);
			return {
				finish: async () => {
					const verdict = await watch.finish();
					for (const name of verdict.bystanders) {
						const text = `${name} ran during the copy and mounts a folder around the stack's data`;
						run.session.emit({ type: 'message', level: 'info', stack: inventory.stack, text });
					}
					return verdict;
				},
			};
		},
		images: async ({ images }, signal) => {
			const named = await Promise.all(
				images.map(async ({ id, reference }) => {
					const image = await access.engine.inspectImage(reference, { signal });
					return image?.id === id ? reference : id;
				}),
			);
			const references = [...new Set(named)];
			return { references, ...(await saveImages(access, references, signal)) };
		},
		streams: (given) => {
			const prepared = given as Prepared;
			const owner = { stack: prepared.inventory.stack, run: run.session.id };
			return prepared.capture.streams.map((volume) => ({
				volume,
				open: (signal) => streamVolume(access.engine, owner, volume, imageIds(prepared), signal),
			}));
		},
	};
}

/** Where changed files are to be deployed, `up` reads the files. */
function recordOf(
	access: DockerAccess,
	inventory: Inventory,
	plan: QuiescePlan,
	{ onDrift }: Pick<StackConfig, 'onDrift'>,
	signal: AbortSignal,
): Promise<Recorded> {
	return takeRecord(access, inventory, onDrift === 'deploy' ? [] : plan.resolved, { signal });
}

/** What is up, but not as it was: somebody has been at it. What was to be deployed is no surprise. */
function sayWhatDiffers(run: Run, { plan, stack }: Prepared, report: UpReport): void {
	if (plan.deploys.length > 0) return;
	const wrong = blocking(report.differences);
	const others = report.differences.filter((one) => one.kind !== 'starting' && !wrong.includes(one));
	if (others.length === 0) return;
	const text = `not as before: ${others.map(({ message }) => message).join('; ')}`;
	run.session.emit({ type: 'message', level: 'warn', stack: stack.name, text });
}

function imageIds(prepared: Prepared): readonly string[] {
	return prepared.images.map((image) => image.id);
}

/** What is neither captured nor left out on purpose. Of what runs, the containers tell the mounts if Compose does not. */
function uncaptured(plan: CapturePlan, runs: boolean): readonly string[] {
	return plan.mounts.flatMap(({ mount, capture }) => {
		if (capture.state !== 'impossible' || (runs && mount.kind === 'unknown')) return [];
		if (mount.kind === 'unknown') return [capture.reason];
		const what = mount.kind === 'writable-layer' ? mount.source : mount.name || mount.kind;
		return [`${what}: ${capture.reason}`];
	});
}
