import type { Binding, KeyContext } from '../keys/binding.ts';
import { bindingsIn } from '../keys/lookup.ts';
import type { ActionName } from '../keys/table.ts';
import type { UiState } from '../store/state.ts';

/** @returns the keys that do something here: what no service is there for is left out */
export function bindingsNow(
	contexts: readonly KeyContext[],
	state: UiState,
): readonly (Binding & { action: ActionName })[] {
	return bindingsIn(contexts).filter((binding) => !state.unavailable.includes(binding.action));
}
