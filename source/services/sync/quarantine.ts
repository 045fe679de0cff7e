import { rcloneLocation } from '../../rclone/address.ts';
import { deleteOrder, incomingFolder, quarantineFolder } from './layout.ts';
import type { MirrorContext } from './mirror-context.ts';
import type { MirrorPlan } from './plan.ts';
import { isDay, type KeptFolder } from './quarantine-age.ts';

/** @returns the UTC day, YYYY-MM-DD */
export function dayOf(time: number): string {
	return new Date(time).toISOString().slice(0, 10);
}

/**
 * Takes away what the source no longer has: snapshots first, then what they referred to. With grace days, files move to
 * a folder of the day inside the remote's repository, where restic does not look.
 *
 * @returns number of files
 */
export async function removeGone(context: MirrorContext, plan: MirrorPlan): Promise<number> {
	const { rclone, address, place, remote, deps } = context;
	const day = dayOf(deps.clock.now());
	let count = 0;
	for (const kind of deleteOrder) {
		const paths = plan.deletes[kind];
		if (paths.length === 0) continue;
		if (remote.deleteGraceDays > 0) {
			await noteDay(context, day);
			const names = paths.map((path) => path.slice(kind.length + 1));
			const target = rcloneLocation(address, quarantineFolder, day, kind);
			await rclone.move(rcloneLocation(address, kind), target, names, context.call());
		} else {
			await rclone.delete(place, paths, context.call());
		}
		count += paths.length;
	}
	return deps.dryRun ? 0 : count;
}

async function noteDay(context: MirrorContext, day: string): Promise<void> {
	const { memory } = context;
	const others = (await keptFolders(context)).filter(({ folder }) => folder !== day);
	memory.state = { ...memory.state, kept: [...others, { folder: day, at: countedDays(context) }] };
	// Written at once: a folder that is not known of would never expire.
	if (!context.deps.dryRun) memory.save();
}

function countedDays({ memory }: MirrorContext): number {
	return memory.state.clock?.days ?? 0;
}

/** What is found by a listing, or noted by an earlier version, is as old as today: its name is a date of some clock. */
async function keptFolders(context: MirrorContext): Promise<readonly KeptFolder[]> {
	const { memory, rclone, address } = context;
	const { kept, quarantine } = memory.state;
	if (kept !== undefined) return kept;
	const names = quarantine ?? (await rclone.listFolders(rcloneLocation(address, quarantineFolder)));
	return names.filter(isDay).map((folder) => ({ folder, at: countedDays(context) }));
}

/** Deletes quarantine folders that have expired. */
export async function expireQuarantine(context: MirrorContext): Promise<void> {
	const { rclone, address, remote } = context;
	const folders = await keptFolders(context);
	const expired = folders.filter(({ at }) => Math.floor(countedDays(context) - at) > remote.deleteGraceDays);
	for (const { folder } of expired)
		await rclone.purge(rcloneLocation(address, quarantineFolder, folder), context.call());
	const { quarantine: _, ...state } = context.memory.state;
	context.memory.state = { ...state, kept: folders.filter((one) => !expired.includes(one)) };
}

/** Deletes what cut uploads left behind under temporary names. */
export async function removeLeftovers(context: MirrorContext, plan: MirrorPlan): Promise<void> {
	const partial = plan.leftovers.filter((path) => !path.startsWith(`${incomingFolder}/`));
	if (partial.length > 0) await context.rclone.delete(context.place, partial, context.call());
	if (partial.length < plan.leftovers.length) {
		await context.rclone.purge(rcloneLocation(context.address, incomingFolder), context.call());
	}
}
