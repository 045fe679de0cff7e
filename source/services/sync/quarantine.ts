import { rcloneLocation } from '../../rclone/address.ts';
import { deleteOrder, incomingFolder, quarantineFolder } from './layout.ts';
import type { MirrorContext } from './mirror-context.ts';
import type { MirrorPlan } from './plan.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** @returns the UTC day, YYYY-MM-DD */
export function dayOf(time: number): string {
	return new Date(time).toISOString().slice(0, 10);
}

/** @returns the days whose quarantine has lasted longer than `graceDays` */
export function expiredDays(days: readonly string[], now: number, graceDays: number): string[] {
	const oldest = dayOf(now - graceDays * dayMs);
	return days.filter((day) => /^\d{4}-\d\d-\d\d$/.test(day) && day < oldest);
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
	const known = await quarantineDays(context);
	context.memory.state = { ...context.memory.state, quarantine: [...new Set([...known, day])] };
	// Written at once: a folder that is not known of would never expire.
	if (!context.deps.dryRun) context.memory.save();
}

async function quarantineDays(context: MirrorContext): Promise<readonly string[]> {
	const { memory, rclone, address } = context;
	return memory.state.quarantine ?? (await rclone.listFolders(rcloneLocation(address, quarantineFolder)));
}

/** Deletes quarantine folders that have expired. */
export async function expireQuarantine(context: MirrorContext): Promise<void> {
	const { rclone, address, remote, deps } = context;
	const days = await quarantineDays(context);
	const expired = expiredDays(days, deps.clock.now(), remote.deleteGraceDays);
	for (const day of expired) {
		await rclone.purge(rcloneLocation(address, quarantineFolder, day), context.call());
	}
	context.memory.state = {
		...context.memory.state,
		quarantine: days.filter((day) => !expired.includes(day)),
	};
}

/** Deletes what cut uploads left behind under temporary names. */
export async function removeLeftovers(context: MirrorContext, plan: MirrorPlan): Promise<void> {
	const partial = plan.leftovers.filter((path) => !path.startsWith(`${incomingFolder}/`));
	if (partial.length > 0) await context.rclone.delete(context.place, partial, context.call());
	if (partial.length < plan.leftovers.length) {
		await context.rclone.purge(rcloneLocation(context.address, incomingFolder), context.call());
	}
}
