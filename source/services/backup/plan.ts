import type { StackConfig } from '../../config/types.ts';
import { BackupTuiError } from '../../errors.ts';
import type { HistoryEntry } from '../../runs/history.ts';
import type { Stack, StackState } from '../../stacks/types.ts';
import { findStacks } from '../stacks/find-stack.ts';

export interface BackupSelection {
	/** Names or keys from the command line; empty = what the dirlist enables. */
	readonly names: readonly string[];
	/** Whatever the dirlist says. */
	readonly all: boolean;
}

/** One line of the plan. A skipped stack has a reason and is a failure of the run unless it is `harmless`. */
export interface PlanItem {
	readonly stack: Stack;
	readonly state: StackState;
	readonly config: StackConfig;
	readonly expectedDowntimeMs?: number;
	/** A person has said that a much smaller snapshot is right. */
	readonly acceptShrink?: boolean;
	/** What became of this stack before, oldest first. */
	readonly history: readonly HistoryEntry[];
	readonly skipped?: BackupTuiError;
}

/** @returns the stacks a run is about, in dirlist order. Throws `stack-unknown`, `nothing-enabled`. */
export function selectStacks(stacks: readonly Stack[], selection: BackupSelection): readonly Stack[] {
	if (selection.names.length > 0) {
		const wanted = findStacks(stacks, selection.names);
		return stacks.filter((stack) => wanted.includes(stack));
	}
	const chosen = stacks.filter((stack) => (selection.all ? stack.unmanageable === undefined : stack.enabled));
	if (chosen.length > 0) return chosen;
	throw new BackupTuiError(
		'nothing-enabled',
		stacks.length === 0 ? 'no stacks were found' : `none of ${stacks.length} stacks is enabled`,
		{ hint: 'see them with: backup-tui stacks list; then: backup-tui stacks enable NAME' },
	);
}

/**
 * @param duplicates by key, see `duplicateRefusals`
 * @returns why a stack cannot be backed up at all, before anything is asked of Docker
 */
export function refusal(
	stack: Stack,
	duplicates: ReadonlyMap<string, BackupTuiError>,
): BackupTuiError | undefined {
	if (stack.missing) {
		return new BackupTuiError('plan-refused', `${stack.name}: the directory ${stack.directory} is missing`, {
			hint: `mount or restore it, or take it out of the dirlist: backup-tui stacks remove ${stack.key}`,
		});
	}
	if (stack.unmanageable !== undefined) {
		return new BackupTuiError('plan-refused', `${stack.name}: cannot be managed: ${stack.unmanageable}`, {
			hint: 'rename the directory',
		});
	}
	return duplicates.get(stack.key);
}
