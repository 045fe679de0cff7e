import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type GuardFinding, guardEmptied, guardLocks, guardShrunk } from './guards.ts';
import { indexShrank } from './index-shrank.ts';
import type { Inventory } from './layout.ts';
import type { MirrorContext } from './mirror-context.ts';
import { type MirrorPlan, nothingToDo } from './plan.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Guards the remote against its source. Cheap ones first; what costs a restic call runs only when something would change.
 *
 * @returns stacks whose shrink alarm holds deletions back
 * @throws sync-guard
 */
export async function checkSource(
	context: MirrorContext,
	source: Inventory,
	found: Inventory,
	plan: MirrorPlan,
): Promise<readonly string[]> {
	const { deps, limit, remote } = context;
	if (nothingToDo(plan)) return [];
	context.guard(guardEmptied(source.files.snapshots.size, found.files.snapshots.size, limit, remote.name));
	await guardLocksNow(context);
	const alarms = plan.deleteFiles > 0 ? await deps.shrinkAlarms() : [];
	if (alarms.length > 0) {
		const detail = `nothing is taken away while the shrink alarm is raised for ${alarms.join(', ')}`;
		deps.emit({ type: 'guard', remote: remote.name, guard: 'alarm', ok: false, detail });
	} else if (plan.deleteFiles > 0) {
		context.guard(guardShrunk(plan, found, limit, remote.name));
	}
	context.guard(await guardChecked(context, indexShrank(plan, found)));
	return alarms;
}

/** Asks restic who holds its locks, if there are any lock files at all. */
export async function guardLocksNow(context: MirrorContext): Promise<void> {
	context.guard(guardLocks(hasLockFiles(context.directory) ? await context.deps.source.locks() : []));
}

function hasLockFiles(directory: string): boolean {
	try {
		return readdirSync(join(directory, 'locks')).length > 0;
	} catch {
		return false;
	}
}

/** The structure check must have passed recently; when it has not, or when `now` says so, it is run. */
async function guardChecked(context: MirrorContext, now: boolean): Promise<GuardFinding> {
	const { deps, remote } = context;
	const guard = 'checked';
	const last = await deps.source.lastCheckAt();
	const days = last === undefined ? Number.POSITIVE_INFINITY : (deps.clock.now() - last) / dayMs;
	if (!now && days <= remote.checkMaxAgeDays)
		return { guard, ok: true, detail: `checked ${Math.floor(days)} days ago` };
	if (deps.dryRun) return { guard, ok: true, detail: 'a structure check is due and would run first' };
	const problems = await deps.source.check();
	if (problems.length === 0) return { guard, ok: true, detail: 'structure check passed just now' };
	return {
		guard,
		ok: false,
		detail: `the structure check failed: ${problems[0]}`,
		hint: 'look at it with backup-tui check; the remote has what it had, backup-tui restore brings that back',
	};
}
