import { BackupTuiError } from '../errors.ts';
import type { Stack } from './types.ts';

/** Stacks that are one and the same to Compose: `down` in one would take the others down. */
export interface DuplicateProject {
	/** The common project name; empty when they share the directory only. */
	readonly project: string;
	readonly stacks: readonly Stack[];
}

/**
 * @param stacks all that were discovered, enabled or not: a stack that is off is taken down all the same
 * @returns groups of two or more that share a project name or a real directory
 */
export function duplicateProjects(stacks: readonly Stack[]): readonly DuplicateProject[] {
	const present = stacks.filter((stack) => !stack.missing && stack.unmanageable === undefined);
	const byProject = groups(
		present.filter((stack) => stack.project !== ''),
		(stack) => stack.project,
	);
	const byDirectory = groups(present, (stack) => stack.realDirectory).filter(
		(group) => !byProject.some((other) => group.every((stack) => other.includes(stack))),
	);
	return [
		...byProject.map((group) => ({ project: group[0]?.project ?? '', stacks: group })),
		...byDirectory.map((group) => ({ project: '', stacks: group })),
	];
}

/** @returns the refusal to be attached to each of the group's stacks */
export function duplicateError(duplicate: DuplicateProject): BackupTuiError {
	const where = duplicate.stacks.map((stack) => stack.directory).join(' and ');
	const what =
		duplicate.project === ''
			? `${where} are the same directory`
			: `${where} have the same project name ${duplicate.project}: Compose takes them for one`;
	return new BackupTuiError('stack-duplicate', what, {
		hint:
			duplicate.project === ''
				? 'Remove one of them: the link from the stacks directory, or the path from the dirlist'
				: 'Give one of them a name: of its own in its compose file',
	});
}

function groups(stacks: readonly Stack[], of: (stack: Stack) => string): readonly (readonly Stack[])[] {
	return [...Map.groupBy(stacks, of).values()].filter((group) => group.length > 1);
}
