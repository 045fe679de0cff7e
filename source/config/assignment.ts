import type { Origin } from './loaded.ts';

/** A value given somewhere for a key, still as text. */
export interface Assignment {
	/** Section instance: `docker`, `cloud_sync:nas`, `stack:web`. */
	readonly section: string;
	/** Canonical name. */
	readonly key: string;
	/** The name as written: an alias, lower case, or the environment variable. */
	readonly written: string;
	readonly text: string;
	readonly origin: Origin;
	/** Line in the file. */
	readonly line?: number;
}

/** Assignments by section instance and canonical key. */
export type Assignments = ReadonlyMap<string, ReadonlyMap<string, Assignment>>;

/** @returns one map of all; later lists outrank earlier ones */
export function layer(...lists: readonly (readonly Assignment[])[]): Assignments {
	const all = new Map<string, Map<string, Assignment>>();
	for (const assignment of lists.flat()) {
		const section = all.get(assignment.section) ?? new Map<string, Assignment>();
		section.set(assignment.key, assignment);
		all.set(assignment.section, section);
	}
	return all;
}
