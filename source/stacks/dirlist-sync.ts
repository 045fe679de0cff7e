import { type DirlistDocument, type DirlistEntry, dirlistEntries } from './dirlist.ts';
import type { DirlistEdit } from './dirlist-edit.ts';

/** What the dirlist and the stacks directory say about each other. */
export interface DirlistComparison {
	/** Stacks that the file does not list: they are off, and are appended by the next command that writes. */
	readonly unlisted: readonly string[];
	/** Listed names whose directory is gone. They stay in the file. */
	readonly vanished: readonly string[];
	/** Why the file must not be brought up to date now; undefined when it may. */
	readonly refusal?: string;
}

/**
 * @param present base names of the stacks in the stacks directory, in the order in which new ones are appended
 * @returns the comparison; externals are never part of it
 */
export function compareDirlist(document: DirlistDocument, present: readonly string[]): DirlistComparison {
	const listed = dirlistEntries(document).filter((entry) => !isExternal(entry));
	const keys = new Set(listed.map((entry) => entry.key));
	const found = new Set(present);
	const unlisted = present.filter((name) => !keys.has(name));
	const vanished = listed.filter((entry) => !found.has(entry.key)).map((entry) => entry.key);
	const allGone = vanished.length > 0 && vanished.length === listed.length;
	// One stack that was renamed is everyday life; all of several gone is a disk that is not mounted.
	if (allGone && (present.length === 0 || vanished.length > 1)) {
		const refusal = `none of the ${vanished.length} stacks in the dirlist is in the stacks directory`;
		return { unlisted, vanished, refusal };
	}
	return { unlisted, vanished };
}

/** @returns the edits that append new stacks, off; nothing is ever removed */
export function syncEdits(comparison: DirlistComparison): readonly DirlistEdit[] {
	if (comparison.refusal !== undefined) return [];
	return comparison.unlisted.map((key) => ({ type: 'add', key, enabled: false }));
}

/** @returns whether the entry is an absolute path rather than a child of the stacks directory */
export function isExternal(entry: Pick<DirlistEntry, 'key'>): boolean {
	return entry.key.startsWith('/');
}
