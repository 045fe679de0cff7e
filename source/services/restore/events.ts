import type { EventBody } from '../../runs/events.ts';
import type { RestoreOutcome } from './deps.ts';
import type { RestorePlan } from './plan.ts';
import { planLines } from './plan-text.ts';

/** A plan as an event. */
export function planEvent(plan: RestorePlan): Extract<EventBody, { type: 'restore-plan' }> {
	return {
		type: 'restore-plan',
		stack: plan.stack,
		mode: plan.mode,
		snapshot: plan.snapshot.id,
		snapshotTime: new Date(plan.snapshot.time).toISOString(),
		overwrites: plan.overwrites,
		delete: plan.delete,
		outside: [...plan.outside],
		notes: [...plan.notes],
		lines: [...planLines(plan, true)],
		parts: plan.parts.map(({ kind, label, from, to, site, changes }) => ({
			kind,
			label,
			from,
			to,
			exists: site.exists,
			...(site.path === undefined ? {} : { path: site.path }),
			...(changes === undefined
				? {}
				: {
						entries: changes.entries,
						bytes: changes.bytes,
						created: changes.created.count,
						changed: changes.changed.count,
						newer: changes.newer.count,
						deleted: changes.deleted.count,
						kept: changes.kept.count,
					}),
		})),
	};
}

/** The end of one restore as an event. */
export function endEvent(
	outcome: RestoreOutcome,
	mode: RestorePlan['mode'],
	where?: string,
): Extract<EventBody, { type: 'restore-end' }> {
	return {
		type: 'restore-end',
		stack: outcome.stack,
		mode,
		ok: outcome.restored,
		snapshot: outcome.snapshot,
		...(outcome.safetySnapshot === undefined ? {} : { safetySnapshot: outcome.safetySnapshot }),
		state: outcome.state,
		...(where === undefined ? {} : { where }),
		entries: outcome.files,
		bytes: outcome.bytes,
		ms: outcome.restoreMs,
		downtimeMs: outcome.downtimeMs,
		notes: [...outcome.notes],
		next: [...outcome.next],
	};
}
