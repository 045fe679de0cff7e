import { BackupTuiError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { dirlistKey } from '../../stacks/dirlist-line.ts';
import type { Stack } from '../../stacks/types.ts';

/**
 * The stack a person means: by key, by name, by the path of its directory in whatever spelling, or by a Compose project name
 * that only one has.
 *
 * @returns undefined when there is none
 */
function matchStack(stacks: readonly Stack[], name: string): Stack | undefined {
	const path = dirlistKey(name);
	const key = 'key' in path ? path.key : name;
	return (
		stacks.find((stack) => stack.key === name) ??
		stacks.find((stack) => stack.name === name) ??
		stacks.find((stack) => stack.key === key || stack.directory === key) ??
		stacks.find((stack) => stack.realDirectory === key) ??
		onlyOne(stacks.filter((stack) => stack.project === name))
	);
}

const onlyOne = (stacks: readonly Stack[]) => (stacks.length === 1 ? stacks[0] : undefined);

/**
 * @returns the stacks meant, each once, in the order of the names
 * @throws stack-unknown naming every name that is none, with what was most likely meant
 */
export function findStacks(stacks: readonly Stack[], names: readonly string[]): readonly Stack[] {
	const unknown = names.filter((name) => matchStack(stacks, name) === undefined);
	if (unknown.length > 0) throw unknownStacks(stacks, unknown);
	return [...new Set(names.map((name) => matchStack(stacks, name) as Stack))];
}

/** Every word that names a stack, for shell completion. */
export function stackWords(stacks: readonly Stack[]): readonly string[] {
	return [...new Set(stacks.flatMap((stack) => [stack.name, stack.key]))];
}

function unknownStacks(stacks: readonly Stack[], names: readonly string[]): BackupTuiError {
	const words = stackWords(stacks);
	const part = (name: string) => words.find((word) => word.toLowerCase().includes(name.toLowerCase()));
	const meant = names.map((name) => nearest(name, words) ?? part(name)).filter((word) => word !== undefined);
	const text = names.map((name) => JSON.stringify(name)).join(', ');
	return new BackupTuiError('stack-unknown', `there is no stack ${text}`, {
		hint:
			meant.length > 0
				? `Did you mean ${[...new Set(meant)].join(', ')}? All of them: backup-tui stacks list`
				: 'All of them: backup-tui stacks list. One that lies elsewhere: backup-tui stacks add /its/path',
	});
}
