import type { CapturePlan } from '../../stacks/capture.ts';
import type { DockerAccess } from '../../stacks/docker-access.ts';
import { type Inventory, upContainers } from '../../stacks/inventory.ts';
import type { QuietData } from '../../stacks/watch-quiet.ts';
import type { PreparedStack } from './ports.ts';

/** Images of what runs, for the manifest: a restore names them when they are not there any more. */
export async function imagesOf(
	access: DockerAccess,
	inventory: Inventory,
	signal: AbortSignal,
): Promise<PreparedStack['images']> {
	const references = new Map(upContainers(inventory).map((one) => [one.imageId, one.image]));
	return await Promise.all(
		[...references].map(async ([id, reference]) => {
			const image = await access.engine.inspectImage(id, { signal });
			return { reference, id, digests: image?.digests ?? [] };
		}),
	);
}

/** What must be quiet during the copy: what the stack can write. What it only reads is somebody else's data. */
export function quietData(plan: CapturePlan): QuietData {
	const own = plan.mounts.filter(({ mount, capture }) => capture.state === 'captured' && !mount.readOnly);
	return {
		volumes: own.map(({ mount }) => mount.name).filter((name) => name !== ''),
		paths: own.flatMap(({ capture }) =>
			'path' in capture && capture.path !== undefined ? [capture.path] : [],
		),
	};
}

/** The plan with volumes streamed that could not be held. */
export function streamInstead(plan: CapturePlan, volumes: readonly string[]): CapturePlan {
	const streamed = (name: string) => name !== '' && volumes.includes(name);
	const lost = new Set(
		plan.mounts.flatMap(({ mount, capture }) =>
			streamed(mount.name) && 'path' in capture ? [capture.path] : [],
		),
	);
	return {
		...plan,
		mounts: plan.mounts.map((row) =>
			streamed(row.mount.name) ? { ...row, capture: { state: 'captured', how: 'stream' } } : row,
		),
		paths: plan.paths.filter((path) => !lost.has(path)),
		holds: plan.holds.filter((name) => !streamed(name)),
		streams: [...plan.streams, ...volumes],
	};
}

/** Host path by name of the volumes that must be held. */
export function heldMountpoints(plan: CapturePlan): ReadonlyMap<string, string> {
	return new Map(
		plan.mounts.flatMap(({ mount, capture }) =>
			capture.state === 'captured' && capture.how === 'hold' ? [[mount.name, capture.path] as const] : [],
		),
	);
}
