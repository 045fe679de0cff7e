import { existsSync } from 'node:fs';
import type { CallOptions, Engine } from './engine.ts';
import { type HelperOwner, startHolder } from './helper-container.ts';

/** Volumes that are kept mounted by helper containers. */
export interface HeldVolumes {
	/** Volumes that could not be held, and why: they are to be streamed. */
	readonly failed: readonly { readonly volume: string; readonly reason: string }[];
	/** Removes the helpers. Call it once, after the copy and after the stack is up again. */
	release(): Promise<void>;
}

/**
 * Keeps volumes mounted whose mountpoint vanishes with the last container that uses them (`driver_opts`: NFS, bind devices,
 * tmpfs; volume plug-ins). Call it before the stack goes down: a volume in memory then even keeps its content.
 *
 * @param mountpoints host path by volume name
 * @param preferred image ids to try for the helper: the stack's own
 */
export async function holdVolumes(
	engine: Engine,
	owner: HelperOwner,
	mountpoints: ReadonlyMap<string, string>,
	preferred: readonly string[],
	call: CallOptions = {},
): Promise<HeldVolumes> {
	const ids: string[] = [];
	const failed: { volume: string; reason: string }[] = [];
	const release = async () => {
		await Promise.all(ids.map((id) => engine.removeContainer(id)));
	};
	try {
		for (const [volume, path] of mountpoints) {
			const holder = await startHolder(engine, owner, volume, preferred, call);
			if ('reason' in holder) {
				failed.push({ volume, reason: holder.reason });
				continue;
			}
			ids.push(holder.id);
			if (!existsSync(path)) failed.push({ volume, reason: `${path} is not there even while it is mounted` });
		}
	} catch (error) {
		await release();
		throw error;
	}
	return { failed, release };
}
