import type { UiState } from '../../store/state.ts';

/** @returns why a stack list is empty */
export function emptyText(state: UiState, filter: string): string {
	const { stacks } = state.data;
	if (stacks.value === undefined) return stacks.trouble?.message ?? 'looking for stacks ...';
	if (filter !== '' && stacks.value.entries.length > 0)
		return `nothing matches ${filter} (Esc clears the filter)`;
	return `no stacks in ${stacks.value.stacksDir}`;
}
