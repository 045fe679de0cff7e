import { incompleteTag, notQuiescedTag, shrunkTag } from '../../restic/tags.ts';
import type { Run } from '../conduct-run.ts';
import { fail, type StackCopy } from './stack-copy.ts';

export interface MarkDeps {
	/** Puts tags on snapshots. @returns their new ids, by the ids they had */
	readonly mark: (
		snapshots: readonly string[],
		tags: readonly string[],
	) => Promise<ReadonlyMap<string, string>>;
}

/** What is wrong with a snapshot, as its tags say it, by the code of the problem. */
const tagOfProblem: Readonly<Record<string, string>> = {
	'not-quiesced': notQuiescedTag,
	'snapshot-shrunk': shrunkTag,
	'snapshot-empty': shrunkTag,
	'copy-partial': incompleteTag,
	'verify-failed': incompleteTag,
};

/** @returns the tags that say what is wrong with the snapshot of a copy; none when it is sound */
export function tagsOfProblems(codes: readonly string[]): readonly string[] {
	return [...new Set(codes.flatMap((code) => tagOfProblem[code] ?? []))].sort();
}

/**
 * Says on the snapshots themselves what is wrong with them, so that it is known wherever the repository is read. Their ids
 * change by that. Snapshots with the same marks are marked together: each call of restic's costs half a second.
 *
 * @returns the copies that have a snapshot
 */
export async function markUnsound(
	run: Run,
	deps: MarkDeps,
	copies: readonly StackCopy[],
): Promise<readonly StackCopy[]> {
	const made = copies.filter((copy) => copy.backup !== undefined);
	const groups = Map.groupBy(made, ({ problems }) => tagsOfProblems(problems.map(({ code }) => code)).join());
	for (const [tags, group] of groups) {
		if (tags === '') continue;
		try {
			const renewed = await deps.mark(
				group.flatMap(({ backup }) => backup?.snapshotId ?? []),
				tags.split(','),
			);
			for (const copy of group) {
				if (copy.backup === undefined) continue;
				const { snapshotId } = copy.backup;
				copy.backup = { ...copy.backup, snapshotId: renewed.get(snapshotId) ?? snapshotId };
			}
		} catch (error) {
			for (const copy of group) fail(run, copy, error, 'failed');
		}
	}
	for (const copy of copies.filter(({ unquiet }) => unquiet.length > 0)) {
		try {
			await deps.mark(copy.unquiet.splice(0), [notQuiescedTag]);
		} catch (error) {
			fail(run, copy, error, 'failed');
		}
	}
	return made;
}
