import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { guardForeign, seenAfter } from './guard-foreign.ts';
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
	// Asked while an alarm is raised too: what is sent now would be newer than what is there, and hide that it is missing here.
	const { finding, foreign } = await guardForeign(context, plan, found);
	const [here, there] = [source, found].map(({ files }) => files.snapshots.size);
	const also = finding.ok ? '' : ' --accept-foreign';
	context.guard(guardEmptied(here ?? 0, there ?? 0, limit, remote.name, also));
	await guardLocksNow(context);
	context.guard(finding);
	noteSeen(context, source, found);
	const alarms = plan.deleteFiles > 0 ? await deps.shrinkAlarms() : [];
	if (alarms.length > 0) {
		const detail = `nothing is taken away while the shrink alarm is raised for ${alarms.join(', ')}`;
		deps.emit({ type: 'guard', remote: remote.name, guard: 'alarm', ok: false, detail });
	} else if (plan.deleteFiles > 0) {
		context.guard(guardShrunk(plan, found, limit, remote.name, foreign));
	}
	context.guard(await guardChecked(context, indexShrank(plan, found)));
	return alarms;
}

/** Written before anything is sent: a sync that is killed has sent what was here all the same. */
function noteSeen(context: MirrorContext, source: Inventory, found: Inventory): void {
	const { memory, deps } = context;
	const seen = seenAfter(context, source, found);
	const same =
		seen.length === memory.state.seen?.length &&
		new Set([...seen, ...memory.state.seen]).size === seen.length;
	memory.state = { ...memory.state, seen };
	if (!same && !deps.dryRun) memory.save();
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
	// A check dated in the future was dated by a clock that was wrong, then or now.
	const recent = days > -1 && days <= remote.checkMaxAgeDays;
	if (!now && recent) return { guard, ok: true, detail: `checked ${Math.max(0, Math.floor(days))} days ago` };
	if (deps.dryRun) return { guard, ok: true, detail: 'a structure check is due and would run first' };
	const problems = await deps.source.check();
	if (problems.length === 0) return { guard, ok: true, detail: 'structure check passed just now' };
	return {
		guard,
		ok: false,
		detail: `the structure check failed: ${problems[0]}`,
		hint: 'look at it: backup-tui check; the remote still has what it had, bring that back: backup-tui restore',
	};
}
