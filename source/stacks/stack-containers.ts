import { dirname } from 'node:path';
import type { Stack, StackContainer } from './types.ts';

/** Where the containers of each stack are, by stack key, and those that belong to no listed stack. */
export interface ContainersByStack {
	readonly byStack: ReadonlyMap<string, readonly StackContainer[]>;
	readonly others: readonly StackContainer[];
}

/** Resolves a directory to its real path; undefined when it is not there. An effect, handed in. */
export type RealPathOf = (path: string) => string | undefined;

/** The stack whose directory is the path or contains it; the innermost one wins. */
function ownerOf(path: string, byDirectory: ReadonlyMap<string, Stack>): Stack | undefined {
	for (let folder = path; folder.startsWith('/'); folder = dirname(folder)) {
		const stack = byDirectory.get(folder);
		if (stack !== undefined) return stack;
		if (folder === '/') break;
	}
	return undefined;
}

/**
 * Sorts containers to stacks by where their compose files lie, so that a stack started with `-p` or `-f` is known
 * too. A project name alone decides only where the labels tell no directory, or one that is gone (a stack that
 * was moved while it ran): a namesake elsewhere is another project.
 */
export function sortContainers(
	stacks: readonly Stack[],
	containers: readonly StackContainer[],
	realPathOf: RealPathOf,
): ContainersByStack {
	const byDirectory = new Map<string, Stack>();
	for (const stack of stacks) {
		byDirectory.set(stack.realDirectory, stack);
		byDirectory.set(stack.directory, stack);
	}
	const byProject = new Map(stacks.map((stack) => [stack.project, stack]));
	const known = new Map<string, Stack | undefined>();
	const stackOf = (container: StackContainer): Stack | undefined => {
		const folders = [container.workingDir, ...container.configFiles.map(dirname)].filter((path) =>
			path.startsWith('/'),
		);
		for (const folder of folders) {
			const stack = ownerOf(folder, byDirectory);
			if (stack !== undefined) return stack;
		}
		const real = folders.map(realPathOf).filter((path) => path !== undefined);
		for (const folder of real) {
			const stack = ownerOf(folder, byDirectory);
			if (stack !== undefined) return stack;
		}
		return real.length === 0 ? byProject.get(container.project) : undefined;
	};
	const byStack = new Map<string, StackContainer[]>(stacks.map((stack) => [stack.key, []]));
	const others: StackContainer[] = [];
	for (const container of containers) {
		const mark = [container.project, container.workingDir, ...container.configFiles].join('\0');
		if (!known.has(mark)) known.set(mark, container.project === '' ? undefined : stackOf(container));
		const stack = known.get(mark);
		(stack === undefined ? others : (byStack.get(stack.key) ?? [])).push(container);
	}
	return { byStack, others };
}

/** A Compose project Docker knows of that is no listed stack: offered to the user, never added by itself. */
export interface ForeignProject {
	readonly project: string;
	readonly workingDir: string;
	readonly running: number;
	readonly containers: number;
}

/** Projects of containers that belong to no listed stack, by name: by its characters, for localeCompare() loads 3 MB of Unicode's tables. */
export function foreignProjects(others: readonly StackContainer[]): readonly ForeignProject[] {
	const groups = Map.groupBy(
		others.filter((container) => container.project !== '' && !container.oneOff),
		(container) => `${container.project}\0${container.workingDir}`,
	);
	return [...groups]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([, group]) => ({
			project: group[0]?.project ?? '',
			workingDir: group[0]?.workingDir ?? '',
			running: group.filter((container) => container.status === 'running').length,
			containers: group.length,
		}));
}
